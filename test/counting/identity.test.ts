import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { serveAnswers } from '../support/server.ts';

const PROGRESS = 'INGESTION_IN_PROGRESS';
const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
type Wire = Record<string, unknown>;

/** The counts of `check` for these pages, all of one five minutes. */
async function countOf(...pages: readonly Wire[][]) {
  const { url } = await serveAnswers(
    ...pages.map((events, index) => ({
      body: { events, nextToken: index + 1 < pages.length ? `page ${index}` : null },
    })),
    { body: { events: [], nextToken: null } },
  );
  const { stdout, stderr } = await cli(
    [
      'check',
      '--from',
      '2026-11-18T11:30',
      '--to',
      '2026-11-18T11:35',
      '--json',
      '--togai-base-url',
      url,
    ],
    { env: { TOGAI_TOKEN: 'secret' } },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { total: number; byStatus: Record<string, number> };
}

const event = (
  index: number,
  fields: Parameters<typeof wireEvent>[0] & { id?: string } = {},
): Wire => {
  const { id, ...rest } = fields;
  const wire = wireEvent({
    referenceId: `event.${index}`,
    createdAt: new Date(Date.UTC(2026, 10, 18, 11, 34, 59) - index * 5_900).toISOString(),
    ...rest,
  });
  return id === undefined
    ? wire
    : { ...wire, eventPayload: { ...(wire.eventPayload as Wire), id } };
};
const run = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => event(from + i));

describe('the same event', () => {
  test('forty events with one placeholder for a referenceId are forty', async () => {
    const events = Array.from({ length: 40 }, (_, i) =>
      event(i, { referenceId: 'n/a', id: `e-${i}` }),
    );
    expect((await countOf(events.slice(0, 20), events.slice(20))).total).toBe(40);
  });

  test('forty events with an empty id and no referenceId are forty', async () => {
    const events = Array.from({ length: 40 }, (_, i) => event(i, { referenceId: '', id: '' }));
    expect((await countOf(events.slice(0, 20), events.slice(20))).total).toBe(40);
  });

  test('the same referenceId with another createdAt is another event', async () => {
    const events = Array.from({ length: 10 }, (_, i) => event(i, { referenceId: 'same' }));
    expect((await countOf(events)).total).toBe(10);
  });

  test('the same referenceId with another id is another event', async () => {
    const createdAt = '2026-11-18T11:31:00.000Z';
    const events = ['a', 'b'].map((id) => event(0, { referenceId: 'same', id, createdAt }));
    expect((await countOf(events)).total).toBe(2);
  });

  test.each([
    ['on one page', [[...run(0, 10), event(3)]]],
    ['on the next page', [run(0, 10), [event(3), ...run(10, 20)]]],
    [
      'five pages later',
      [run(0, 10), run(10, 20), run(20, 30), run(30, 40), run(40, 50), [event(3)]],
    ],
  ])('counts once where it is listed again %s', async (_, pages) => {
    const distinct = new Set(pages.flat().map(({ referenceId }) => referenceId)).size;
    expect((await countOf(...pages)).total).toBe(distinct);
  });

  test.each([
    ['on the same page', 0],
    ['on the next page', 1],
    ['two pages later', 2],
  ])('counts as settled where it is listed in progress first, and settled %s', async (_, later) => {
    const pages = [run(10, 15), run(20, 25), run(30, 35)];
    pages[0]?.push(event(1, { status: PROGRESS }));
    pages[later]?.push(event(1, { status: LOST }));
    const { total, byStatus } = await countOf(...pages);
    expect(total).toBe(16);
    expect(byStatus[LOST]).toBe(1);
    expect(byStatus[PROGRESS]).toBeUndefined();
  });

  test.each([
    ['settles', PROGRESS, LOST],
    ['was settled on an earlier page', LOST, PROGRESS],
  ])('counts as settled where it %s between two pages', async (_, first, second) => {
    const { total, byStatus } = await countOf(
      [event(1, { status: first }), ...run(10, 15)],
      run(20, 25),
      [event(1, { status: second })],
    );
    expect(total).toBe(11);
    expect(byStatus[LOST]).toBe(1);
    expect(byStatus[PROGRESS]).toBeUndefined();
  });

  test('without a referenceId counts as settled, too, where it is listed in two states', async () => {
    const nameless = (status: string) => event(1, { referenceId: '', id: 'e-1', status });
    const { total, byStatus } = await countOf([nameless(PROGRESS)], [nameless(LOST)]);
    expect([total, byStatus[LOST]]).toEqual([1, 1]);
  });
});
