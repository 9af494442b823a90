import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { EventQuery } from '../../functions/monitor/ports.ts';
import { togaiOf } from '../support/memory-togai.ts';
import {
  at,
  covers,
  MINUTE,
  monitorWith,
  notifiedBy,
  type TestMonitor,
} from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/traffic.ts';

describe('a Togai that is slow', () => {
  /** Togai answers nothing before the soft deadline, or only the first pages of endless buckets. */
  function runSlowly(monitor: TestMonitor, time: string, throttled: number, firstPage: boolean) {
    const softDeadline = new AbortController();
    const togai = {
      ...togaiOf(monitor),
      stats: () => ({ requests: 1, throttled, retries: 0 }),
      async *pages(query: EventQuery, signal: AbortSignal) {
        if (firstPage) {
          for await (const page of togaiOf(monitor).pages(query, signal))
            yield { ...page, nextToken: 'more' };
        }
        await Promise.resolve();
        softDeadline.abort(new Error('out of time'));
        signal.throwIfAborted();
      },
    };
    return monitor.runAt(time, { connect: () => Promise.resolve(togai) }, softDeadline.signal);
  }

  test.each([
    ['no page at all', 0, false],
    ['pages between 429s', 3, true],
  ])('fails the run with %s, and the bucket is counted later', async (_, throttled, firstPage) => {
    const monitor = monitorWith(traffic('09:00', '12:00'));
    await monitor.runAt('10:05');
    const result = await runSlowly(monitor, '10:10', throttled, firstPage);
    expect(result).toMatchObject({ outcome: 'failed', partial: 0, backlogMs: 5 * MINUTE });
    await monitor.runAt('10:15');
    const [bucket] = await bucketsIn(monitor.store, { start: at('10:00'), end: at('10:05') });
    expect(bucket).toMatchObject({ partial: false, counts: { total: 30 } });
  });
});

describe('a bucket that always fails', () => {
  const poisoned = (monitor: TestMonitor, start: string) => ({
    connect: () =>
      Promise.resolve({
        ...togaiOf(monitor),
        async *pages(query: EventQuery, signal: AbortSignal) {
          if (covers(query, start)) throw new TogaiError('unavailable', 'always 500');
          yield* togaiOf(monitor).pages(query, signal);
        },
      }),
  });

  test('does not hold up other buckets, and is kept as partial after three runs', async () => {
    const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:05', to: '12:00' }));
    await monitor.runAt('10:05');
    for (const time of ['10:10', '10:15', '10:20']) {
      expect(monitor.notified).toEqual([]);
      await monitor.runAt(time, poisoned(monitor, '10:00'));
    }
    const [bucket] = await bucketsIn(monitor.store, { start: at('10:00'), end: at('10:05') });
    expect(bucket).toMatchObject({ partial: true, counts: { total: 0 } });
    await monitor.runAt('10:25', poisoned(monitor, '10:00'));
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
  });
});

describe('a bucket that holds up later buckets', () => {
  test('fails the run although other buckets were counted, and is kept as partial after three runs', async () => {
    const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:05', to: '12:00' }));
    await monitor.runAt('10:05');
    const outcomes: unknown[] = [];
    for (const time of ['10:10', '10:15', '10:20']) {
      const softDeadline = new AbortController();
      const togai = {
        ...togaiOf(monitor),
        stats: () => ({ requests: 9, throttled: 1, retries: 0 }),
        async *pages(query: EventQuery, signal: AbortSignal) {
          const isFirst = covers(query, '10:00');
          for await (const page of togaiOf(monitor).pages(query, signal)) {
            yield isFirst ? { ...page, nextToken: 'more' } : page;
          }
          if (!isFirst) return;
          for (let turn = 0; turn < 200; turn++) await Promise.resolve();
          softDeadline.abort(new Error('out of time'));
          signal.throwIfAborted();
        },
      };
      const result = await monitor.runAt(
        time,
        { connect: () => Promise.resolve(togai) },
        softDeadline.signal,
      );
      outcomes.push([result.outcome, result.partial]);
    }
    expect(outcomes).toEqual([
      ['failed', 0],
      ['failed', 0],
      ['finished', 1],
    ]);
    expect(notifiedBy(monitor)).toContain('opened unmetered >= 10');
  });
});

describe('a range that cannot be read', () => {
  test.each(['10:05', '10:10', '10:30'])(
    'from 10:00 to %s is given up, and later incidents are notified',
    async (end) => {
      const monitor = monitorWith(traffic('09:00', '13:00', { from: '11:00', to: '13:00' }));
      const connect = () => {
        const togai = togaiOf(monitor);
        const pages: typeof togai.pages = (query, signal) => {
          const { startTime = 0, endTime = 0 } = query;
          const isBroken = startTime + 1 < at(end) && endTime > at('10:00');
          if (isBroken) throw new TogaiError('unavailable', 'it was answered with 500');
          return togai.pages(query, signal);
        };
        return Promise.resolve({ ...togai, pages });
      };
      await monitor.runFrom('09:10', '10:00');
      for (let time = at('10:05'); time <= at('11:10'); time += 5 * MINUTE) {
        await monitor.runAt(time, { connect });
      }
      expect(monitor.notified.find(({ subject }) => subject === 'unmetered')).toMatchObject({
        kind: 'opened',
        at: '2026-11-18T11:10:00.000Z',
      });
    },
  );
});
