import { describe, expect, test } from 'vitest';
import type { EventQuery } from '../../functions/monitor/ports.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { covers, monitorWith, notifiedBy, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

test('a bucket that does not fit into a whole run of its own is kept as partial', async () => {
  const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
  await monitor.runAt('10:05');
  const softDeadline = new AbortController();
  const result = await monitor.runAt(
    '10:10',
    {
      connect: () =>
        Promise.resolve({
          ...togaiOf(monitor),
          async *pages(query, signal) {
            const endless = covers(query, '10:00');
            for await (const page of togaiOf(monitor).pages(query, signal))
              yield endless ? { ...page, nextToken: 'more' } : page;
            if (!endless) return;
            softDeadline.abort(new Error('out of time'));
            signal.throwIfAborted();
          },
        }),
    },
    softDeadline.signal,
  );
  expect(result).toMatchObject({ outcome: 'finished', partial: 1, backlogMs: 0 });
  expect(monitor.notified).toMatchObject([{ kind: 'opened', value: 30 }]);
});

test('buckets that shared a run and did not fit are not yet kept as partial', async () => {
  const monitor = monitorWith(traffic('09:00', '12:00'));
  await monitor.runAt('10:05');
  const softDeadline = new AbortController();
  let pages = 0;
  const togai = {
    ...togaiOf(monitor),
    async *pages(query: EventQuery, signal: AbortSignal) {
      for await (const page of togaiOf(monitor).pages(query, signal)) {
        yield { ...page, nextToken: 'more' };
        if (++pages === 4) softDeadline.abort(new Error('out of time'));
        signal.throwIfAborted();
      }
      await Promise.resolve();
      while (!signal.aborted) await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
  };
  const connect = () => Promise.resolve(togai);
  setImmediate(() => softDeadline.abort(new Error('out of time')));
  const result = await monitor.runAt('10:25', { connect }, softDeadline.signal);
  expect(result).toMatchObject({ outcome: 'failed', partial: 0, counted: 0 });
});

describe('buckets that do not fit', () => {
  /** A run in which the pages of one bucket never end. */
  function runInto(monitor: TestMonitor, time: string, start: string) {
    const softDeadline = new AbortController();
    const togai = {
      ...togaiOf(monitor),
      async *pages(query: EventQuery, signal: AbortSignal) {
        const endless = covers(query, start);
        for await (const page of togaiOf(monitor).pages(query, signal)) {
          yield endless ? { ...page, nextToken: 'more' } : page;
        }
        if (!endless) return;
        softDeadline.abort(new Error('out of time'));
        signal.throwIfAborted();
      },
    };
    return monitor.runAt(time, { connect: () => Promise.resolve(togai) }, softDeadline.signal);
  }

  async function monitorAfter(tooLarge: number, windowMinutes = '60') {
    const monitor = monitorWith(traffic('09:00', '12:00'), 'unmetered >= 1000000');
    monitor.texts.windowMinutes = windowMinutes;
    await monitor.runAt('10:05');
    const times = ['10:10', '10:15', '10:20', '10:25'];
    for (const [index, start] of ['10:00', '10:05', '10:10', '10:15'].entries()) {
      if (index < tooLarge) await runInto(monitor, times[index] ?? '', start);
    }
    return monitor;
  }

  test('are not notified if there are two in an hour', async () => {
    expect(notifiedBy(await monitorAfter(2))).toEqual([]);
  });

  test('are notified by the run that gives up the third one', async () => {
    expect(notifiedBy(await monitorAfter(3))).toEqual(['opened monitor']);
  });

  test('are notified once if there are three in an hour, with the next step', async () => {
    const monitor = await monitorAfter(4);
    expect(monitor.notified).toMatchObject([
      {
        kind: 'opened',
        reason: expect.stringMatching(
          /^Counts are too low\. 3 of the last 12 buckets .* \(at least 30 in one\).*Raise MaxRequestsPerSecond/,
        ),
      },
    ]);
  });

  test.each(['60', '30'])(
    'are notified as recovered after an hour of buckets that fit (window %s)',
    async (window) => {
      const monitor = await monitorAfter(3, window);
      await monitor.runFrom('10:25', '11:10');
      expect(monitor.notified).toHaveLength(1);
      await monitor.runFrom('11:15', '11:25');
      expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    },
  );
});

test('a bucket that Togai slows down is kept as partial after three runs', async () => {
  const monitor = monitorWith(traffic('09:00', '12:00'));
  await monitor.runAt('10:05');
  for (const [time, partial] of [
    ['10:10', 0],
    ['10:15', 0],
    ['10:20', 1],
  ] as const) {
    const softDeadline = new AbortController();
    const togai = {
      ...togaiOf(monitor),
      stats: () => ({ requests: 1, throttled: 1, retries: 0 }),
      async *pages(query: EventQuery, signal: AbortSignal) {
        for await (const page of togaiOf(monitor).pages(query, signal)) {
          yield { ...page, nextToken: 'more' };
        }
        softDeadline.abort(new Error('out of time'));
        signal.throwIfAborted();
      },
    };
    const ports = { connect: () => Promise.resolve(togai) };
    expect((await monitor.runAt(time, ports, softDeadline.signal)).partial).toBe(partial);
  }
});
