import { describe, expect, test } from 'vitest';
import { GENERATIONS, type Generation } from '../../simulator/behaviour-switches.ts';
import { correct as correctNow } from '../../simulator/correct-event.ts';
import type { SimulatorOptions } from '../../simulator/server.ts';
import { truthOf } from '../../simulator/truth.ts';
import {
  HOUR,
  type ListedEvent,
  listAll,
  MINUTE,
  NOT_METERED,
  NOW,
  SECOND,
  scenarioOf,
  simulate,
} from './simulated-togai.ts';

/** The incident is over, and its price plan is back. */
const LATER = NOW + HOUR;
/** The incident, without the days before it. */
const BRIEF = { ...scenarioOf('incident'), eventsPerSecond: 0.1, begins: NOW - HOUR };

interface Corrected {
  readonly data: (ListedEvent & { readonly status: string; readonly reason: string })[];
}

/** A simulated Togai whose time can be set, with a way to correct its events. */
async function corrected(options: Partial<SimulatorOptions> = {}) {
  let now = LATER;
  const { simulator, ask } = await simulate({
    now: () => now,
    scenario: BRIEF,
    ...options,
  });
  const correct = async (query: string, token = simulator.correctionToken) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { status, body } = await ask(`/events/correction?${query}`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    return { status, ...(body as unknown as Corrected) };
  };
  const lookUp = async ({ eventPayload }: ListedEvent) =>
    (await ask(`/events/${eventPayload.id}`)).body.events.map(
      (event) => event.ingestionStatus.status,
    );
  const lost = () => listAll(ask, `status=${NOT_METERED}&account_id=acme`);
  const wait = (ms: number) => {
    now += ms;
  };
  return { simulator, ask, correct, lookUp, lost, wait };
}

const redo = ({ referenceId }: ListedEvent) => `action=REDO&account_id=acme&id=${referenceId}`;

async function oneLost(togai: Awaited<ReturnType<typeof corrected>>): Promise<ListedEvent> {
  const [event] = await togai.lost();
  if (!event) throw new Error('nothing is lost');
  return event;
}

test('an event that is redone is reverted, and metered under a new reference id', async () => {
  const togai = await corrected();
  const event = await oneLost(togai);
  const { status, data } = await togai.correct(redo(event));
  expect([status, data.map((each) => [each.referenceId, each.status])]).toEqual([
    200,
    [[event.referenceId, 'REVERTED_AND_REINGESTED']],
  ]);
  togai.wait(10 * MINUTE);
  expect(await togai.lookUp(event)).toEqual(['INGESTION_COMPLETED_EVENT_METERED', 'REVERTED']);
});

test('an event that is undone is reverted, and nothing comes back', async () => {
  const togai = await corrected();
  const event = await oneLost(togai);
  await togai.correct(redo(event).replace('REDO', 'UNDO'));
  expect(await togai.lookUp(event)).toEqual(['REVERTED']);
});

test('an event that is redone while its account has no price plan is lost again', async () => {
  const togai = await corrected({ now: () => NOW });
  await togai.correct(redo(await oneLost(togai)));
  const [again] = togai.simulator.traffic.reingested(NOW + 10 * MINUTE);
  expect(again?.status).toBe(NOT_METERED);
});

test.each(Object.keys(GENERATIONS) as Generation[])(
  'every page of the lists of generation %s holds the redone events in its order',
  async (generation) => {
    const togai = await corrected({ switches: GENERATIONS[generation] });
    const events = (await togai.lost()).slice(0, 20);
    for (const event of events) {
      togai.wait(7 * SECOND);
      await togai.correct(redo(event));
    }
    const whole = await listAll(togai.ask, '');
    const inPages = await listAll(togai.ask, 'pageSize=7');
    const { orderBy, order } = GENERATIONS[generation];
    const times = whole.map(({ createdAt, eventPayload }) =>
      Date.parse(orderBy === 'createdAt' ? createdAt : eventPayload.timestamp),
    );
    expect(times).toEqual(times.toSorted((a, b) => (order === 'oldest-first' ? a - b : b - a)));
    expect(inPages.map(({ referenceId }) => referenceId)).toEqual(
      whole.map(({ referenceId }) => referenceId),
    );
    expect(whole.filter(({ referenceId }) => referenceId.includes('.again.'))).toHaveLength(20);
  },
);

test('metrics count corrected events', async () => {
  const togai = await corrected();
  const { traffic } = togai.simulator;
  const range = { start: NOW - HOUR, end: LATER + HOUR };
  const count = (field: 'createdAt' | 'timestamp') =>
    truthOf(traffic, range, field, LATER + HOUR).byStatus;
  const before = [count('createdAt'), count('timestamp')];
  await togai.correct(redo(await oneLost(togai)));
  for (const [index, field] of (['createdAt', 'timestamp'] as const).entries()) {
    expect(count(field).get(NOT_METERED)).toBe((before[index]?.get(NOT_METERED) ?? 0) - 1);
    expect(count(field).get('REVERTED')).toBe((before[index]?.get('REVERTED') ?? 0) + 1);
  }
});

describe('a correction is refused', () => {
  test('without an action', async () => {
    const togai = await corrected();
    const query = redo(await oneLost(togai)).replace('action=REDO&', '');
    expect((await togai.correct(query)).status).toBe(400);
  });

  test('without an account', async () => {
    const togai = await corrected();
    const { referenceId } = await oneLost(togai);
    expect((await togai.correct(`action=REDO&id=${referenceId}`)).status).toBe(400);
  });

  test('for an event of another account', async () => {
    const togai = await corrected();
    const query = redo(await oneLost(togai)).replace('acme', 'globex');
    expect((await togai.correct(query)).status).toBe(400);
  });

  test('with a token that may not correct', async () => {
    const togai = await corrected();
    const query = redo(await oneLost(togai));
    expect((await togai.correct(query, togai.simulator.token)).status).toBe(403);
  });

  test('for an event that was redone before', async () => {
    const togai = await corrected();
    const event = await oneLost(togai);
    await togai.correct(redo(event));
    const { data } = await togai.correct(redo(event));
    expect(data.map(({ status, reason }) => [status, reason])).toEqual([
      ['FAILED', 'Event is already reverted'],
    ]);
  });

  test('for an event of a closed cycle', async () => {
    const scenario = { ...BRIEF, cyclesClosedBefore: LATER };
    const togai = await corrected({ scenario });
    const { data } = await togai.correct(redo(await oneLost(togai)));
    expect(data[0]?.reason).toBe('Event was ingested in past pricing cycle');
  });

  test('for more than thirty events at once', async () => {
    const togai = await corrected();
    expect((await togai.correct('action=REDO&account_id=acme')).status).toBe(400);
  });
});

test('a correction that names no event is remembered', async () => {
  const togai = await corrected();
  await togai.correct('action=REDO&account_id=acme');
  expect(togai.simulator.traffic.corrections.withoutId).toEqual(['action=REDO&account_id=acme']);
});

test('a job corrects later', async () => {
  const togai = await corrected();
  const event = await oneLost(togai);
  await togai.correct(`${redo(event)}&async=true`);
  expect(await togai.lookUp(event)).toEqual([NOT_METERED]);
  togai.wait(2 * MINUTE);
  expect((await togai.lookUp(event)).at(-1)).toBe('REVERTED');
});

test('a job that waits for a confirmation corrects nothing', async () => {
  const togai = await corrected();
  const event = await oneLost(togai);
  await togai.correct(`${redo(event)}&require_confirmation=true`);
  togai.wait(HOUR);
  expect(await togai.lookUp(event)).toEqual([NOT_METERED]);
});

test('an answer may be lost after the event was corrected', async () => {
  const togai = await corrected({ faults: { script: [undefined, 'lost-answer'] } });
  const [event] = (await togai.ask(`/events?status=${NOT_METERED}&account_id=acme`)).body.events;
  if (!event) throw new Error('nothing is lost');
  await expect(togai.correct(redo(event))).rejects.toThrow();
  expect((await togai.lookUp(event)).at(-1)).toBe('REVERTED');
});

test('an event that is taken in again is neither a duplicate nor undone', async () => {
  const { simulator } = await corrected({ scenario: { ...BRIEF, eventsPerSecond: 5 } });
  const { traffic } = simulator;
  for (let second = NOW / SECOND; second < (NOW + 10 * MINUTE) / SECOND; second++) {
    for (const event of traffic.createdIn(second, LATER)) {
      if (event.status === NOT_METERED) correctNow(traffic, event, true, LATER);
    }
  }
  const again = traffic.reingested(LATER + HOUR).map(({ status }) => status);
  expect(again.length).toBeGreaterThan(500);
  expect(again).not.toContain('INGESTION_FAILED_DUPLICATE_EVENT');
  expect(again).not.toContain('REVERTED');
});
