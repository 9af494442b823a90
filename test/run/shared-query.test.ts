import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { ConnectedTogai, EventQuery } from '../../functions/monitor/ports.ts';
import { usageEvent } from '../support/events.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { at, MINUTE, monitorWith, type TestMonitor } from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';

function spread(from: string, to: string, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const createdAt = at(from) + 5 + Math.floor(((at(to) - at(from)) * index) / count);
    return usageEvent({ createdAt, timestamp: createdAt });
  });
}

/** A Togai that calls `onPage` with the number of pages so far before it gives one. */
function paged(monitor: TestMonitor, onPage: (pages: number) => void): ConnectedTogai {
  const togai = togaiOf(monitor);
  let pages = 0;
  return {
    ...togai,
    async *pages(query: EventQuery, signal: AbortSignal) {
      for await (const page of togai.pages(query, signal)) {
        onPage(++pages);
        signal.throwIfAborted();
        yield page;
      }
    },
  };
}

/** A run that has time for so many pages. */
function runInTimeOf(monitor: TestMonitor, time: string, pages: number) {
  const softDeadline = new AbortController();
  const togai = paged(monitor, (sent) => {
    if (sent > pages) softDeadline.abort(new Error('out of time'));
  });
  return monitor.runAt(time, { connect: () => Promise.resolve(togai) }, softDeadline.signal);
}

describe('buckets that share a query', () => {
  const monitorBehind = async () => {
    const events = [
      ...spread('09:00', '10:00', 60),
      ...spread('10:00', '10:05', 60),
      ...spread('10:05', '10:30', 150),
    ];
    const monitor = monitorWith(events);
    await monitor.runAt('10:05');
    return monitor;
  };

  test.each([1, 2, 3, 4])(
    'are not kept as partial if a run has time for %s of their pages',
    async (pages) => {
      const monitor = await monitorBehind();
      const result = await runInTimeOf(monitor, '10:35', pages);
      expect(result).toMatchObject({ outcome: 'failed', partial: 0 });
    },
  );

  test('are listed in the next run without the oldest, which is listed by itself', async () => {
    const monitor = await monitorBehind();
    await runInTimeOf(monitor, '10:35', 3);
    const [before] = await bucketsIn(monitor.store, { start: at('10:00'), end: at('10:05') });
    expect(before).toBeUndefined();
    await runInTimeOf(monitor, '10:35', 3);
    const [after] = await bucketsIn(monitor.store, { start: at('10:00'), end: at('10:05') });
    expect(after).toMatchObject({ partial: false, counts: { total: 60 } });
  });
});

test('a bucket that a list of all events does not reach in a run is kept as partial after three runs', async () => {
  const monitor = monitorWith(spread('08:00', '11:00', 3_600));
  await monitor.runAt('10:05');
  const partial: number[] = [];
  for (const time of ['10:40', '10:45', '10:50']) {
    const softDeadline = new AbortController();
    const togai = paged(monitor, (sent) => {
      if (sent > 6) softDeadline.abort(new Error('out of time'));
    });
    const { pages } = togai;
    const ignoring = {
      ...togai,
      pages: (_: EventQuery, signal: AbortSignal) => pages({}, signal),
    };
    const connect = () => Promise.resolve(ignoring);
    partial.push((await monitor.runAt(time, { connect }, softDeadline.signal)).partial ?? 0);
  }
  expect(partial).toEqual([0, 0, 1]);
});

test('a backlog is counted run by run, also where Togai throttles each of them midway', async () => {
  const monitor = monitorWith([
    ...spread('09:00', '10:00', 60),
    ...spread('10:00', '12:00', 2_000),
  ]);
  await monitor.runAt('10:05');
  const backlogs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const togai = paged(monitor, (sent) => {
      if (sent > 25) throw new TogaiError('throttled', '429 does not end');
    });
    const connect = () => Promise.resolve(togai);
    const { backlogMs } = await monitor.runAt('12:00', { connect });
    backlogs.push((backlogMs ?? Number.NaN) / MINUTE);
  }
  expect(backlogs[0]).toBeLessThan(100);
  expect(backlogs.at(-1)).toBe(0);
});
