import { describe, expect, test } from 'vitest';
import { count } from '../../functions/monitor/counting/listing/count-buckets.ts';
import type { CountRequest } from '../../functions/monitor/counting/listing/count-request.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { bucketsOf } from '../../functions/monitor/timeline/bucket.ts';
import { busy, ONE, pagesOfFifty } from '../support/busy-bucket.ts';
import { countBuckets, MINUTE, START } from '../support/listing-server.ts';

/** Counts until this many requests have used up the time. */
function countInTimeOf(
  requests: number,
  events: readonly UsageEvent[],
  request: Pick<CountRequest, 'buckets' | 'workers'>,
) {
  const { server, watch } = pagesOfFifty(events);
  const time = new AbortController();
  const slowly: UsageEvents = {
    ...server,
    async *pages(query, signal) {
      for await (const page of server.pages(query, signal)) {
        yield page;
        if (watch.requests > requests) time.abort();
      }
    },
  };
  return countBuckets(slowly, { ...request, softDeadline: time.signal });
}

describe('a busy bucket', () => {
  test('that is the oldest of a backlog is complete before the soft deadline', async () => {
    const hour = bucketsOf({ start: START, end: START + 25 * MINUTE });
    const backlog = hour.flatMap(({ start }) =>
      busy.map((event) => ({ ...event, createdAt: event.createdAt - START + start })),
    );
    // Time for one and a half of the five buckets.
    const result = await countInTimeOf(60, backlog, { buckets: hour, workers: 2 });
    expect(result.complete.map(({ bucket }) => bucket.start)).toContain(START);
  });

  test('reports a rejected token even if its first part fails for another reason', async () => {
    const { server } = pagesOfFifty(busy);
    let queries = 0;
    const failing: UsageEvents = {
      ...server,
      async *pages(query, signal) {
        const failure = queries++ === 0 ? 'unavailable' : 'unauthorized';
        let pages = 0;
        for await (const page of server.pages(query, signal)) {
          if (failure === 'unavailable' && pages === 1) throw new TogaiError(failure, 'gone');
          if (failure === 'unauthorized') throw new TogaiError(failure, 'rejected');
          yield page;
          pages++;
        }
      },
    };
    const result = await count(failing, {
      buckets: ONE,
      ignoreLists: { accounts: new Set(), schemas: new Set() },
      workers: 4,
      signal: new AbortController().signal,
    });
    expect(result.stopped).toMatchObject({ failure: 'unauthorized' });
  });

  test('is reported once, after its last part', async () => {
    const { server } = pagesOfFifty(busy);
    const notified: number[] = [];
    await countBuckets(server, {
      buckets: ONE,
      workers: 8,
      onBucket: ({ counts }) => Promise.resolve(void notified.push(counts.total)),
    });
    expect(notified).toEqual([2_000]);
  });

  test('has no counts if one part fails, and its other parts stop', async () => {
    const { server, watch } = pagesOfFifty(busy);
    const failing: UsageEvents = {
      ...server,
      async *pages(query, signal) {
        const first = (query.startTime ?? 0) < START;
        for await (const page of server.pages(query, signal)) {
          yield page;
          if (first) throw new TogaiError('unavailable', 'gone');
        }
      },
    };
    const result = await count(failing, {
      buckets: [...ONE, { start: START + 5 * MINUTE, end: START + 10 * MINUTE }],
      ignoreLists: { accounts: new Set(), schemas: new Set() },
      workers: 8,
      signal: new AbortController().signal,
    });
    expect(result.failed.map(({ bucket }) => bucket.start)).toEqual([START]);
    expect(result.complete.map(({ bucket }) => bucket.start)).toEqual([START + 5 * MINUTE]);
    expect(watch.requests).toBeLessThan(40);
  });

  test('that does not fit is partial, with the events of all parts', async () => {
    const result = await countInTimeOf(20, busy, { buckets: ONE, workers: 4 });
    expect(result.complete).toEqual([]);
    expect(result.unfinished).toHaveLength(1);
    expect(result.unfinished[0]?.counts.total).toBeGreaterThan(500);
    expect(result.unfinished[0]?.counts.total).toBeLessThan(2_000);
  });
});
