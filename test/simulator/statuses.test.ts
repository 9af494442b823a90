import { describe, expect, test } from 'vitest';
import {
  type Ask,
  lastMinutes,
  listAll,
  MINUTE,
  NOT_METERED,
  NOW,
  scenarioOf,
  simulate,
} from './simulated-togai.ts';

const PARKED = 'INGESTION_COMPLETED_EVENT_PARKED';

const statusesOf = async (ask: Ask, status: string, minutes = 240) => {
  const events = await listAll(ask, `${lastMinutes(minutes)}&status=${status}`);
  return new Set(events.map(({ ingestionStatus }) => ingestionStatus.status));
};

describe('GET /events with a status', () => {
  test('shows an event in progress until it has settled', async () => {
    let now = NOW;
    const { ask, simulator } = await simulate({ now: () => now });
    const status = async () => {
      const [event] = simulator.traffic.createdIn(NOW / 1_000 - 1, NOW - 1);
      if (!event) throw new Error('that second is empty; choose another one');
      const { body } = await ask(`/events/${event.id}`);
      return body.events[0]?.ingestionStatus.status;
    };
    expect(await status()).toBe('INGESTION_IN_PROGRESS');
    now += 15 * MINUTE;
    expect(await status()).not.toBe('INGESTION_IN_PROGRESS');
  });

  test.each([
    ['PROCESSED', ['INGESTION_COMPLETED_EVENT_METERED']],
    ['IN_PROGRESS', ['INGESTION_IN_PROGRESS']],
    [
      'UNPROCESSED',
      [
        NOT_METERED,
        'INGESTION_COMPLETED_NO_MATCHING_METERS',
        'INGESTION_FAILED_ACCOUNT_NOT_FOUND',
        'INGESTION_FAILED_DUPLICATE_EVENT',
        'REVERTED',
      ],
    ],
    [NOT_METERED, [NOT_METERED]],
  ])('%s lists all events of these statuses and no other', async (status, expected) => {
    const { ask } = await simulate();
    expect(await statusesOf(ask, status)).toEqual(new Set(expected));
  });

  test.each(['UNPROCESSED', 'PROCESSED'] as const)(
    'shows an event whose status no document names in %s, and in no other state',
    async (newState) => {
      const scenario = scenarioOf('parked');
      const { ask } = await simulate({ scenario, switches: { newState } });
      for (const state of ['UNPROCESSED', 'PROCESSED', 'IN_PROGRESS']) {
        const { body } = await ask(`/events?status=${PARKED}`);
        expect(body.events).toHaveLength(50);
        const statuses = await statusesOf(ask, state, 30);
        expect(statuses.has(PARKED)).toBe(state === newState);
      }
    },
  );

  test('may ignore it', async () => {
    const { ask } = await simulate({ switches: { statusFilter: 'ignored' } });
    expect((await statusesOf(ask, NOT_METERED)).size).toBeGreaterThan(3);
  });

  test.each([
    ['refused', 'PROCESSED', 400],
    ['refused', NOT_METERED, 400],
    ['raw-refused', 'PROCESSED', 200],
    ['raw-refused', NOT_METERED, 400],
  ] as const)('may refuse it: %s, %s', async (statusFilter, status, expected) => {
    const { ask } = await simulate({ switches: { statusFilter } });
    expect((await ask(`/events?status=${status}`)).status).toBe(expected);
  });
});
