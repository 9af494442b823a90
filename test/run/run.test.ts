import { describe, expect, test } from 'vitest';
import { InvalidMessageError, TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { RejectionLimiter } from '../../functions/monitor/ports.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { connectTogai } from '../../functions/monitor/togai/client.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { usageEvent } from '../support/events.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { at, createTestMonitor, MINUTE, type TestMonitor, togaiOf } from '../support/monitor.ts';

const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** An event a second, metered, but for a range in which those of acme are not. */
function traffic(
  first: string,
  last: string,
  unmetered?: { from: string; to: string },
): UsageEvent[] {
  const events: UsageEvent[] = [];
  for (let time = at(first); time < at(last); time += 10_000) {
    const lost = unmetered && time >= at(unmetered.from) && time < at(unmetered.to);
    events.push(
      usageEvent({
        createdAt: time + 1,
        timestamp: time,
        accountId: 'acme',
        status: lost ? NOT_METERED : 'INGESTION_COMPLETED_EVENT_METERED',
      }),
    );
  }
  return events;
}

const summaryOf = ({ notified }: TestMonitor) =>
  notified.map(({ kind, threshold }) => `${kind} ${threshold ?? ''}`.trim());

function monitorWith(events: readonly UsageEvent[], thresholds = 'unmetered >= 10'): TestMonitor {
  const monitor = createTestMonitor({ thresholds });
  monitor.events.push(...events);
  return monitor;
}

describe('a day with an incident', () => {
  const day = () => traffic('08:00', '14:00', { from: '10:00', to: '11:00' });

  test('makes one alert, one resolution, and nothing else', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10', 'resolved unmetered >= 10']);
  });

  test('is told as soon as its buckets have settled', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    // Thirty events in the bucket from 10:00; it ends at 10:05 and has five minutes to settle.
    expect(monitor.notified[0]).toMatchObject({ at: '2026-11-18T10:10:00.000Z', value: 30 });
  });

  test('keeps its alertId to the end', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    expect(new Set(monitor.notified.map(({ alertId }) => alertId)).size).toBe(1);
  });

  test('is reminded of, when it lasts', async () => {
    const monitor = monitorWith(day());
    monitor.texts.repeatMinutes = '60';
    await monitor.runFrom('09:10', '11:30');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'reminder']);
  });

  test('has one voice: the critical alert, which names the warning', async () => {
    const monitor = monitorWith(day(), 'unmetered >= 10, unmetered >= 5% critical');
    await monitor.runFrom('09:10', '10:30');
    expect(monitor.notified).toMatchObject([
      { kind: 'fired', threshold: 'unmetered >= 5% critical', speaksFor: ['unmetered >= 10'] },
    ]);
  });

  test('is not told while muted, and what still fires is told afterwards', async () => {
    const monitor = monitorWith(day());
    monitor.texts.muteUntil = '2026-11-18T10:32';
    await monitor.runFrom('09:10', '10:30');
    expect(monitor.notified).toEqual([]);
    await monitor.runAt('10:35');
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10']);
  });

  test('is withdrawn when its threshold is removed', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.thresholds = 'failed >= 10';
    await monitor.runAt('10:35');
    expect(monitor.notified[1]).toMatchObject({ kind: 'withdrawn', threshold: 'unmetered >= 10' });
  });

  test('is withdrawn when its account is ignored', async () => {
    const monitor = monitorWith(day(), 'unmetered by account >= 10');
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.ignoredAccounts = 'acme';
    await monitor.runAt('10:35');
    expect(monitor.notified[1]).toMatchObject({ kind: 'withdrawn' });
  });
});

describe('what changes after it was counted', () => {
  test('an event in progress at first, later not metered, is alerted', async () => {
    const monitor = monitorWith(traffic('10:00', '12:00'));
    const late = Array.from({ length: 12 }, (_, index) =>
      usageEvent({
        createdAt: at('11:00') + index,
        timestamp: at('11:00'),
        status: 'INGESTION_IN_PROGRESS',
      }),
    );
    monitor.events.push(...late);
    await monitor.runFrom('11:10', '11:15');
    expect(monitor.notified).toEqual([]);
    monitor.events.splice(
      -late.length,
      late.length,
      ...late.map((event) => ({ ...event, status: NOT_METERED })),
    );
    await monitor.runFrom('11:20', '11:30');
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10']);
  });

  test('a late event is counted at the last look', async () => {
    const monitor = monitorWith([]);
    await monitor.runFrom('11:10', '11:20');
    monitor.events.push(...traffic('11:05', '11:10', { from: '11:00', to: '12:00' }));
    await monitor.runFrom('11:25', '11:45');
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10']);
  });
});

describe('after an outage of ten hours', () => {
  const outage = async () => {
    const monitor = monitorWith(traffic('00:00', '14:00', { from: '04:00', to: '05:00' }));
    await monitor.runFrom('02:00', '02:10');
    await monitor.runAt('12:10');
    return monitor;
  };

  test('all buckets are counted', async () => {
    const monitor = await outage();
    const stored = await monitor.store.readBuckets({ start: at('02:05'), end: at('12:05') });
    expect(stored).toHaveLength(120);
    expect(stored.every(({ counts }) => counts.total === 30)).toBe(true);
  });

  test('one message tells what happened, with its end', async () => {
    const monitor = await outage();
    expect(monitor.notified).toMatchObject([
      { kind: 'fired', firedAt: '2026-11-18T04:05:00.000Z', resolvedAt: expect.any(String) },
    ]);
  });

  test('what is beyond reach is announced once, and the rest is counted', async () => {
    const monitor = createTestMonitor({ maxCatchUpHours: '6' });
    await monitor.runAt('01:00');
    await monitor.runFrom('12:10', '12:20');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'gap',
        reason: expect.stringContaining('From 2026-11-18 00:55 to 2026-11-18 06:05 UTC'),
      },
    ]);
  });
});

describe('two runs at once', () => {
  /** What the second run stored. A bucket that no later run has counted may still be added: it is a count. */
  const bucketsOfTheOther = async ({ store }: TestMonitor) =>
    (await store.readBuckets({ start: 0, end: at('12:00') })).filter(
      ({ runNumber }) => runNumber === 2,
    );

  test('one works, the other ends well', async () => {
    const monitor = monitorWith(traffic('10:00', '12:00', { from: '11:00', to: '12:00' }));
    const results = await Promise.all([monitor.runAt('11:10'), monitor.runAt('11:10')]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['finished', 'held']);
    expect(monitor.notified).toHaveLength(1);
  });

  test('a lease left by a dead run is taken over once it has run out', async () => {
    const monitor = monitorWith([]);
    monitor.onStep = (step) => {
      if (step === 'before readBuckets') throw new Error('killed');
    };
    await expect(monitor.runAt('11:10')).rejects.toThrow('killed');
    monitor.onStep = () => {};
    expect((await monitor.runAt('11:10')).outcome).toBe('held');
    monitor.clock.advance(3 * MINUTE);
    expect((await monitor.runAt('11:10')).outcome).toBe('finished');
  });

  test.each([
    'after writeState',
    'before page',
    'after page',
    'before writeBucket',
    'before publish',
  ])('a run that sleeps through its lease %s changes nothing and says nothing', async (where) => {
    const monitor = monitorWith(traffic('10:00', '12:00', { from: '11:00', to: '12:00' }));
    let asleep = false;
    let dumpThen = '';
    let stateThen: unknown;
    let bucketsThen: unknown;
    monitor.onStep = async (step) => {
      if (step !== where || asleep) return;
      asleep = true;
      monitor.clock.advance(5 * MINUTE);
      expect((await monitor.runAt('11:15')).outcome).toBe('finished');
      dumpThen = monitor.store.dump();
      stateThen = await monitor.store.readState();
      bucketsThen = await bucketsOfTheOther(monitor);
    };
    const late = await monitor.runAt('11:10');
    expect(late.outcome).toBe('superseded');
    if (!where.includes('write')) expect(monitor.store.dump()).toBe(dumpThen);
    expect(await monitor.store.readState()).toEqual(stateThen);
    expect(await bucketsOfTheOther(monitor)).toEqual(bucketsThen);
    // Whoever was about to publish when it fell asleep may have sent one message twice.
    expect(monitor.notified.length).toBeLessThanOrEqual(where === 'before publish' ? 2 : 1);
    expect(new Set(monitor.notified.map(({ alertId }) => alertId)).size).toBe(1);
  });

  test('a run that sleeps between its commit and its messages leaves them to the other', async () => {
    const monitor = monitorWith(traffic('10:00', '12:00', { from: '11:00', to: '12:00' }));
    let writes = 0;
    monitor.onStep = async (step) => {
      if (step !== 'after writeState' || ++writes !== 2) return;
      monitor.clock.advance(5 * MINUTE);
      expect((await monitor.runAt('11:15')).outcome).toBe('finished');
    };
    expect((await monitor.runAt('11:10')).outcome).toBe('superseded');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired']);
  });

  test('an invocation that arrives an hour late ends well', async () => {
    const monitor = monitorWith([]);
    await monitor.runFrom('11:10', '12:10');
    const before = monitor.store.dump();
    expect((await monitor.runAt('11:12')).outcome).toBe('late');
    expect(monitor.store.dump()).toBe(before);
  });
});

describe('killed at any point', () => {
  /** A monitor in the middle of an incident, about to fire; gives its steps. */
  async function prepared(store = createMemoryStore()) {
    const monitor = createTestMonitor(
      { thresholds: 'unmetered >= 10, unmetered by account >= 10 critical, failed >= 1' },
      store,
    );
    monitor.events.push(...traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
    monitor.events.push(usageEvent({ createdAt: at('10:01'), status: 'INGESTION_FAILED' }));
    await monitor.runFrom('09:10', '10:05');
    return monitor;
  }

  test('the next run delivers what was decided, and counts no bucket twice or never', async () => {
    const undisturbed = await prepared();
    const steps: string[] = [];
    undisturbed.onStep = (step) => void steps.push(step);
    await undisturbed.runAt('10:10');
    undisturbed.onStep = () => {};
    await undisturbed.runAt('10:15');
    const expected = undisturbed.notified.map(({ alertId, kind }) => `${alertId} ${kind}`).sort();
    expect(expected).toHaveLength(3);
    expect(steps.length).toBeGreaterThan(15);

    for (let killedAt = 0; killedAt < steps.length; killedAt++) {
      const monitor = await prepared();
      let step = 0;
      monitor.onStep = () => {
        if (step++ === killedAt) throw new Error('killed');
      };
      await monitor.runAt('10:10').catch(() => {});
      monitor.onStep = () => {};
      monitor.clock.advance(3 * MINUTE);
      await monitor.runAt('10:15');

      const notified = monitor.notified.map(({ alertId, kind }) => `${alertId} ${kind}`);
      const where = `killed ${steps[killedAt]}, step ${killedAt}`;
      expect([...new Set(notified)].sort(), where).toEqual(expected);
      // Only a message whose delivery could not be recorded may come again, and it is the same message.
      const repeats = notified.length - expected.length;
      expect(repeats, where).toBeLessThanOrEqual(
        steps[killedAt] === 'after publish' || /writeState/.test(steps[killedAt] ?? '') ? 1 : 0,
      );
      const stored = await monitor.store.readBuckets({ start: at('09:05'), end: at('10:10') });
      expect(
        stored.map(({ counts }) => counts.total),
        where,
      ).toEqual(stored.map(({ start }) => (start === at('10:00') ? 31 : 30)));
      expect(stored, where).toHaveLength(13);
    }
  });
});

describe('when Togai cannot be counted', () => {
  const failing = (monitor: TestMonitor, error: Error) => ({
    connect: () =>
      Promise.resolve({
        ...togaiOf(monitor),
        // biome-ignore lint/correctness/useYield: it fails before it has anything to give
        async *pages() {
          await Promise.resolve();
          throw error;
        },
      }),
  });
  const down = new TogaiError('unavailable', 'Togai is down');

  test('three runs in a row over fifteen minutes are told as failing, and the recovery follows', async () => {
    const monitor = monitorWith([]);
    await monitor.runAt('10:00');
    for (const time of ['10:05', '10:10', '10:15'])
      await monitor.runAt(time, failing(monitor, down));
    expect(monitor.notified).toEqual([]);
    await monitor.runAt('10:20', failing(monitor, down));
    await monitor.runAt('10:25', failing(monitor, down));
    expect(monitor.notified).toMatchObject([
      { kind: 'failing', reason: expect.stringContaining('Togai is down') },
    ]);
    await monitor.runFrom('10:30', '10:40');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing', 'recovered']);
  });

  test('says on a lock screen what is the matter', async () => {
    const monitor = monitorWith([]);
    const error = new TogaiError('unauthorized', `GET /events was answered with ${'x'.repeat(90)}`);
    await monitor.runAt('10:00', failing(monitor, error));
    expect(monitor.messages[0]?.subject).toMatch(
      /^MONITOR FAILING: Togai does not accept the token: /,
    );
  });

  test('a rejected token is told at once', async () => {
    const monitor = monitorWith([]);
    await monitor.runAt('10:00', failing(monitor, new TogaiError('unauthorized', 'no such token')));
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing']);
  });

  test('runs that are killed count, too', async () => {
    const monitor = monitorWith([]);
    await monitor.runAt('10:00');
    monitor.onStep = (step) => {
      if (step === 'before page') throw new Error('killed');
    };
    for (const time of ['10:05', '10:10', '10:15', '10:20'])
      await monitor.runAt(time).catch(() => {});
    monitor.onStep = () => {};
    await monitor.runAt('10:25');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing', 'recovered']);
  });

  test('no alert resolves in the meantime', async () => {
    const monitor = monitorWith(traffic('08:00', '14:00', { from: '10:00', to: '11:00' }));
    await monitor.runFrom('09:10', '10:30');
    for (let time = at('10:35'); time <= at('13:00'); time += 5 * MINUTE) {
      await monitor.runAt(time, failing(monitor, down));
    }
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'failing']);
  });

  test('"no events" is an evaluation of a complete count only', async () => {
    const monitor = monitorWith([], 'total < 1');
    await monitor.runAt('10:00', failing(monitor, down));
    expect(monitor.notified).toEqual([]);
    await monitor.runAt('10:05');
    expect(summaryOf(monitor)).toEqual(['fired total < 1']);
  });
});

describe('settings that only turn out wrong at run time', () => {
  test.each([
    [
      'a mute of a year',
      { muteUntil: '2027-11-18T00:00' },
      /MuteUntil: .* more than 30 days ahead/,
    ],
    ['a mute that is no time', { muteUntil: 'tomorrow' }, /MuteUntil: "tomorrow" is no time/],
    [
      'an ignore entry to a day that is none',
      { ignoredAccounts: 'x@2027-02-30' },
      /IgnoredAccounts: .* is no day/,
    ],
  ])('%s is told as failing, mutes nothing and stops nothing', async (_, texts, reason) => {
    const monitor = createTestMonitor({ thresholds: 'unmetered >= 10', ...texts });
    monitor.events.push(...traffic('10:00', '12:00', { from: '10:00', to: '12:00' }));
    await monitor.runAt('11:10');
    expect(monitor.notified.map(({ kind }) => kind).sort()).toEqual(['failing', 'fired']);
    expect(monitor.notified.find(({ kind }) => kind === 'failing')?.reason).toMatch(reason);
  });

  test('thresholds that cannot be read change no alert', async () => {
    const monitor = monitorWith(traffic('08:00', '14:00', { from: '10:00', to: '14:00' }));
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.thresholds = 'unmeterd >= 10';
    await monitor.runAt('10:35');
    monitor.texts.thresholds = 'unmetered >= 10';
    await monitor.runAt('10:40');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'failing', 'recovered']);
  });
});

describe('messages that cannot be delivered', () => {
  test('stay, stop no other, and are delivered when that works again', async () => {
    const monitor = monitorWith(
      traffic('09:00', '12:00', { from: '10:00', to: '12:00' }),
      'unmetered >= 10, total >= 10',
    );
    const broken = {
      publisher: {
        publish: (message: { attributes: { threshold: string } }) =>
          message.attributes.threshold.startsWith('total')
            ? Promise.reject(new Error('SNS is down'))
            : Promise.resolve(void monitor.messages.push(message as never)),
      },
    };
    await monitor.runAt('10:10', broken);
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10']);
    await monitor.runAt('10:15');
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10', 'fired total >= 10']);
  });
});

test('a bucket that has a whole run to itself and does not fit is kept as a lower bound', async () => {
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
            const endless = (query.startTime ?? 0) + 1 === at('10:00');
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
  expect(monitor.notified).toMatchObject([{ kind: 'fired', value: 30 }]);
});

test('buckets that shared a run and did not end are no lower bounds yet', async () => {
  const monitor = monitorWith(traffic('09:00', '12:00'));
  await monitor.runAt('10:05');
  const softDeadline = new AbortController();
  let pages = 0;
  const togai = {
    ...togaiOf(monitor),
    async *pages(query: { startTime?: number }, signal: AbortSignal) {
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
  /** A run in which the newest bucket has no end. */
  function runInto(monitor: TestMonitor, time: string, start: string) {
    const softDeadline = new AbortController();
    const togai = {
      ...togaiOf(monitor),
      async *pages(query: { startTime?: number }, signal: AbortSignal) {
        const endless = (query.startTime ?? 0) + 1 === at(start);
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

  test('are not told when there are two in an hour', async () => {
    expect(summaryOf(await monitorAfter(2))).toEqual([]);
  });

  test('are told once when there are three in an hour, with what to do', async () => {
    const monitor = await monitorAfter(4);
    expect(monitor.notified).toMatchObject([
      {
        kind: 'failing',
        reason: expect.stringMatching(
          /^3 of the last 12 buckets .* \(at least 30 in one\).*Raise MaxRequestsPerSecond/,
        ),
      },
    ]);
  });

  test.each(['60', '30'])('are over when an hour of buckets fitted (window %s)', async (window) => {
    const monitor = await monitorAfter(3, window);
    await monitor.runFrom('10:25', '11:10');
    expect(monitor.notified).toHaveLength(1);
    await monitor.runFrom('11:15', '11:25');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing', 'recovered']);
  });
});

test('a quiet run asks Togai once for each bucket that is due', async () => {
  const monitor = monitorWith([]);
  await monitor.runFrom('10:00', '12:00');
  monitor.requests = 0;
  await monitor.runAt('12:05');
  // One new bucket, and one that enters the older half of the window.
  expect(monitor.requests).toBe(2);
});

describe('what slows Togai down costs no bucket', () => {
  /** Answers nothing until the run is out of time, or only first pages of endless buckets. */
  function runSlowly(monitor: TestMonitor, time: string, throttled: number, firstPage: boolean) {
    const softDeadline = new AbortController();
    const togai = {
      ...togaiOf(monitor),
      stats: () => ({ requests: 1, throttled, retries: 0 }),
      async *pages(query: { startTime?: number }, signal: AbortSignal) {
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
  ])('%s: the bucket is counted later, and the run has failed', async (_, throttled, firstPage) => {
    const monitor = monitorWith(traffic('09:00', '12:00'));
    await monitor.runAt('10:05');
    const result = await runSlowly(monitor, '10:10', throttled, firstPage);
    expect(result).toMatchObject({ outcome: 'failed', partial: 0, backlogMs: 5 * MINUTE });
    await monitor.runAt('10:15');
    const [bucket] = await monitor.store.readBuckets({ start: at('10:00'), end: at('10:05') });
    expect(bucket).toMatchObject({ partial: false, counts: { total: 30 } });
  });
});

test('a bucket that is slowed down and does not fit in three runs is kept as a lower bound', async () => {
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
      async *pages(query: { startTime?: number }, signal: AbortSignal) {
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

describe('a bucket that always fails', () => {
  const poisoned = (monitor: TestMonitor, start: string) => ({
    connect: () =>
      Promise.resolve({
        ...togaiOf(monitor),
        async *pages(query: { startTime?: number }, signal: AbortSignal) {
          if (query.startTime === at(start) - 1) throw new TogaiError('unavailable', 'always 500');
          yield* togaiOf(monitor).pages(query, signal);
        },
      }),
  });

  test('keeps no other from being counted, and is given up after three runs', async () => {
    const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:05', to: '12:00' }));
    await monitor.runAt('10:05');
    for (const time of ['10:10', '10:15', '10:20']) {
      expect(monitor.notified).toEqual([]);
      await monitor.runAt(time, poisoned(monitor, '10:00'));
    }
    const [bucket] = await monitor.store.readBuckets({ start: at('10:00'), end: at('10:05') });
    expect(bucket).toMatchObject({ partial: true, counts: { total: 0 } });
    await monitor.runAt('10:25', poisoned(monitor, '10:00'));
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10']);
  });
});

test('a gap that grows run by run is told when it begins, and whole when it has ended', async () => {
  const monitor = createTestMonitor({ maxCatchUpHours: '6', repeatMinutes: '0' });
  await monitor.runAt('01:00');
  const down = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
  for (let time = at('08:00'); time <= at('10:00'); time += 5 * MINUTE) {
    await monitor.runAt(time, { connect: down });
  }
  await monitor.runFrom('10:05', '10:15');
  const gaps = monitor.notified.filter(({ kind }) => kind === 'gap');
  expect(gaps).toHaveLength(2);
  expect(gaps[1]?.reason).toMatch(/^From 2026-11-18 00:55 to 2026-11-18 0[34]:\d\d UTC/);
});

describe('one voice, to the end', () => {
  const THRESHOLDS = 'unmetered >= 10, unmetered >= 5% critical';

  test('a warning for which a critical spoke is not told when both end', async () => {
    const monitor = monitorWith(
      traffic('08:00', '14:00', { from: '10:00', to: '11:00' }),
      THRESHOLDS,
    );
    await monitor.runFrom('09:10', '13:55');
    expect(summaryOf(monitor)).toEqual([
      'fired unmetered >= 5% critical',
      'resolved unmetered >= 5% critical',
    ]);
  });

  test('nor after an outage in which both came and went', async () => {
    const monitor = monitorWith(
      traffic('00:00', '14:00', { from: '04:00', to: '05:00' }),
      THRESHOLDS,
    );
    await monitor.runFrom('02:00', '02:10');
    await monitor.runAt('12:10');
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 5% critical']);
  });

  test('a critical about one account does not silence a warning about all', async () => {
    const monitor = monitorWith(
      traffic('08:00', '14:00', { from: '10:00', to: '14:00' }),
      'unmetered >= 10, unmetered by account >= 10 critical',
    );
    await monitor.runFrom('09:10', '10:30');
    expect(summaryOf(monitor).sort()).toEqual([
      'fired unmetered >= 10',
      'fired unmetered by account >= 10 critical',
    ]);
  });
});

describe('troubles', () => {
  test('another trouble with the settings is told, too', async () => {
    const monitor = createTestMonitor({ thresholds: 'failed >= 1', muteUntil: '2027-11-18T00:00' });
    await monitor.runAt('10:00');
    monitor.texts.thresholds = 'faild >= 1';
    await monitor.runFrom('10:05', '10:15');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing', 'failing']);
    expect(monitor.notified[1]?.reason).toMatch(/Thresholds: "faild >= 1"/);
  });

  test('a rejected token is told at once, also when Togai was down before', async () => {
    const monitor = monitorWith([]);
    const fail = (failure: 'unavailable' | 'unauthorized') => ({
      connect: () => Promise.reject(new TogaiError(failure, failure)),
    });
    for (const time of ['10:00', '10:05', '10:10', '10:15'])
      await monitor.runAt(time, fail('unavailable'));
    await monitor.runAt('10:20', fail('unauthorized'));
    expect(
      monitor.notified.map(({ reason }) => /unavailable|unauthorized/.exec(reason)?.[0]),
    ).toEqual(['unavailable', 'unauthorized']);
  });

  test('it is told again every RepeatMinutes', async () => {
    const monitor = createTestMonitor({ thresholds: 'faild >= 1', repeatMinutes: '60' });
    await monitor.runFrom('10:00', '11:30');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing', 'failing']);
  });

  test('failing that could not be delivered before the recovery is told with it', async () => {
    const monitor = monitorWith([]);
    const mute = { publisher: { publish: () => Promise.reject(new Error('SNS is down')) } };
    const rejected = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
    await monitor.runAt('10:00', { connect: rejected, ...mute });
    await monitor.runAt('10:05', mute);
    await monitor.runAt('10:10');
    expect(monitor.notified).toMatchObject([
      { kind: 'recovered', reason: expect.stringMatching(/no such token.*This is over/) },
    ]);
  });

  test('a mute that was refused does not begin when its year comes near', async () => {
    const monitor = createTestMonitor({ thresholds: 'total < 1', muteUntil: '2027-01-01T00:00' });
    await monitor.runAt('10:00');
    const later = Date.UTC(2026, 11, 20);
    await monitor.runAt(later);
    await monitor.runAt(later + 5 * MINUTE);
    expect(monitor.notified.some(({ kind }) => kind === 'recovered')).toBe(false);
    expect(
      monitor.notified.filter(({ kind }) => kind === 'reminder' || kind === 'fired').length,
    ).toBeGreaterThan(0);
  });
});

test('what happened while thresholds could not be read is evaluated afterwards', async () => {
  const monitor = monitorWith(traffic('08:00', '14:00', { from: '10:00', to: '10:20' }));
  await monitor.runFrom('09:10', '09:55');
  monitor.texts.thresholds = 'unmeterd >= 10';
  await monitor.runFrom('10:00', '12:00');
  monitor.texts.thresholds = 'unmetered >= 10';
  await monitor.runAt('12:05');
  expect(monitor.notified).toContainEqual(
    expect.objectContaining({ kind: 'fired', firedAt: '2026-11-18T10:05:00.000Z' }),
  );
});

test('what was breached during an outage is shown as it was, also when it is told some runs later', async () => {
  const monitor = createTestMonitor({
    thresholds: 'unmetered >= 10',
    windowMinutes: '30',
    settleMinutes: '0',
  });
  monitor.events.push(...traffic('11:00', '13:00', { from: '12:05', to: '12:10' }));
  await monitor.runFrom('11:40', '12:05');
  // The first run after the outage finds it about to resolve, and the third knows that it has.
  await monitor.runFrom('12:40', '12:50');
  expect(monitor.notified).toMatchObject([
    { kind: 'fired', value: 30, resolvedAt: expect.anything() },
  ]);
  expect(monitor.messages[0]?.subject).not.toContain('at least');
});

test('a rejected token that a run meets after it has told of those before it is another message', async () => {
  const monitor = monitorWith(traffic('08:00', '11:00'));
  const failing = (failure: 'unavailable' | 'unauthorized') => ({
    connect: () => Promise.reject(new TogaiError(failure, `it is ${failure}`)),
  });
  for (const time of ['10:00', '10:05', '10:10']) {
    await monitor.runAt(time, failing('unavailable'));
  }
  await monitor.runAt('10:15', failing('unauthorized'));
  expect(monitor.notified).toMatchObject([
    { kind: 'failing', reason: expect.stringContaining('it is unavailable') },
    { kind: 'failing', reason: expect.stringContaining('it is unauthorized') },
  ]);
  expect(new Set(monitor.notified.map(({ id }) => id)).size).toBe(2);
});

/** SNS takes no message from one time to another; with `lost` it takes them, and its answers get lost. */
function withSnsDown(
  monitor: TestMonitor,
  from: string,
  to: string,
  how: 'down' | 'lost' = 'down',
) {
  const step = how === 'down' ? 'before publish' : 'after publish';
  monitor.onStep = (name) => {
    const now = monitor.clock.now();
    if (name === step && now >= at(from) && now < at(to)) throw new Error('SNS is down');
  };
}

describe('an alert that fires again before the delivery of its end is certain', () => {
  const again = () => [
    ...traffic('08:00', '11:15', { from: '10:00', to: '10:01' }),
    ...traffic('11:15', '14:00', { from: '11:15', to: '14:00' }),
  ];

  test('has not ended, and is told again: its end may have reached people', async () => {
    const monitor = monitorWith(again(), 'unmetered >= 5');
    withSnsDown(monitor, '11:15', '11:30', 'lost');
    await monitor.runFrom('09:10', '13:00');
    expect(new Set(monitor.notified.map(({ kind, id }) => `${kind} ${id}`)).size).toBe(3);
    expect(monitor.notified.at(-1)).toMatchObject({
      kind: 'fired',
      reason: 'the threshold is breached again; people may have been notified of its end',
    });
    expect(new Set(monitor.notified.map(({ alertId }) => alertId)).size).toBe(1);
  });

  test('is told without its end', async () => {
    const monitor = monitorWith(again(), 'unmetered >= 5');
    withSnsDown(monitor, '11:15', '11:30');
    await monitor.runFrom('09:10', '13:00');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'fired']);
  });

  test('is told to have ended after all, though it is muted', async () => {
    const monitor = monitorWith(
      [
        ...traffic('08:00', '11:15', { from: '10:00', to: '10:01' }),
        ...traffic('11:15', '15:00', { from: '11:15', to: '11:16' }),
      ],
      'unmetered >= 5',
    );
    withSnsDown(monitor, '11:15', '11:30');
    await monitor.runFrom('09:10', '11:20');
    monitor.texts.muteUntil = '2026-11-18T14:00';
    await monitor.runFrom('11:25', '14:30');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
  });

  test('is shown as it is now where nobody had heard of it either', async () => {
    const monitor = monitorWith(again(), 'unmetered >= 5');
    withSnsDown(monitor, '10:00', '11:40');
    await monitor.runFrom('09:10', '11:40');
    expect(monitor.notified).toMatchObject([
      { kind: 'fired', reason: 'the threshold is breached', resolvedAt: null },
    ]);
    expect(monitor.notified[0]?.value).toBeGreaterThanOrEqual(30);
  });
});

describe('a message that could not be delivered before more happened', () => {
  const brief = () => traffic('08:00', '14:00', { from: '10:00', to: '10:05' });

  test('shows the alert as it was when it fired, with its end', async () => {
    const monitor = monitorWith(brief());
    withSnsDown(monitor, '10:00', '12:00');
    await monitor.runFrom('09:10', '12:00');
    expect(monitor.notified).toMatchObject([{ kind: 'fired', value: 30 }]);
    expect(monitor.notified[0]?.resolvedAt).toMatch(/T11:15/);
  });

  test('is another one than that which may have arrived', async () => {
    const monitor = monitorWith(brief());
    withSnsDown(monitor, '10:00', '12:00', 'lost');
    await monitor.runFrom('09:10', '12:00');
    const notified = new Map(monitor.notified.map(({ id, resolvedAt }) => [id, resolvedAt]));
    expect([...notified.values()]).toEqual([null, expect.stringMatching(/T11:15/)]);
  });
});

describe('a first message whose newest window cannot be evaluated', () => {
  const pileUp = (from: string) => {
    const pending: UsageEvent[] = [];
    for (let time = at(from); time < at('12:00'); time += MINUTE) {
      pending.push(usageEvent({ createdAt: time + 2, status: 'INGESTION_IN_PROGRESS' }));
    }
    return pending;
  };
  const sparse = () =>
    traffic('08:00', '12:00', { from: '10:00', to: '10:15' }).filter((_, index) => index % 3 === 0);

  test.each<[string, string, (monitor: TestMonitor) => Promise<void>]>([
    [
      'after a mute',
      '11:00',
      async (monitor) => {
        monitor.texts.muteUntil = '2026-11-18T11:22';
        await monitor.runFrom('09:10', '11:30');
      },
    ],
    [
      'after an outage',
      '10:59',
      async (monitor) => {
        await monitor.runFrom('09:10', '10:00');
        await monitor.runFrom('11:20', '11:25');
      },
    ],
  ])('shows it as it was when it was breached: %s', async (_, from, live) => {
    const monitor = monitorWith([...sparse(), ...pileUp(from)]);
    await live(monitor);
    expect(monitor.notified).toMatchObject([
      {
        kind: 'fired',
        reason: expect.stringMatching(/^the threshold was breached at .*cannot be evaluated$/),
      },
    ]);
    expect(monitor.notified[0]?.value).toBeGreaterThanOrEqual(10);
  });
});

test('what SNS refuses for what it is goes out as one plain line', async () => {
  const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
  const lines: string[] = [];
  await monitor.runAt('10:10', {
    publisher: {
      publish: (message) =>
        message.email.includes('\n')
          ? Promise.reject(new InvalidMessageError('too long'))
          : Promise.resolve(void lines.push(message.email)),
    },
  });
  expect(lines).toEqual([
    expect.stringMatching(/^WARNING: 30 unmetered events .*could not be delivered\)$/),
  ]);
  expect((await monitor.store.readState())?.outbox).toEqual([]);
});

test('messages keep a distance, so that no email subscription is suspended', async () => {
  const monitor = monitorWith(
    traffic('09:00', '12:00', { from: '10:00', to: '12:00' }),
    'unmetered >= 10, total >= 10, metered >= 10, unmetered by account >= 10, total >= 20',
  );
  const times: number[] = [];
  monitor.onStep = (step) => {
    if (step === 'before publish') times.push(monitor.clock.elapsed());
  };
  await monitor.runAt('10:10');
  expect(times).toHaveLength(5);
  expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) >= 200)).toBe(true);
});

describe('a bucket that holds up those behind it', () => {
  test('makes the run a failed one, though others were counted, and is given up after three', async () => {
    const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:05', to: '12:00' }));
    await monitor.runAt('10:05');
    const outcomes: unknown[] = [];
    for (const time of ['10:10', '10:15', '10:20']) {
      const softDeadline = new AbortController();
      const togai = {
        ...togaiOf(monitor),
        stats: () => ({ requests: 9, throttled: 1, retries: 0 }),
        async *pages(query: { startTime?: number }, signal: AbortSignal) {
          const isFirst = query.startTime === at('10:00') - 1;
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
    expect(summaryOf(monitor)).toContain('fired unmetered >= 10');
  });
});

describe('a range that cannot be read', () => {
  test.each(['10:05', '10:10', '10:30'])(
    'from 10:00 to %s is given up, and what comes after it is counted and told',
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
      expect(monitor.notified.find(({ kind }) => kind === 'fired')).toMatchObject({
        at: '2026-11-18T11:10:00.000Z',
      });
    },
  );
});

describe('a warning that outlasts the critical', () => {
  const THRESHOLDS = 'unmetered >= 10, unmetered >= 300 critical';
  /** Thirty lost events a bucket from 04:00 to 05:00, one a bucket and more until 09:00. */
  const slowEnd = () => [
    ...traffic('00:00', '13:00', { from: '04:00', to: '05:00' }),
    ...traffic('05:00', '09:00', { from: '05:00', to: '09:00' }).filter(
      (_, index) => index % 15 === 0,
    ),
  ];

  test('is told as well after an outage in which both came and went', async () => {
    const monitor = monitorWith(slowEnd(), THRESHOLDS);
    await monitor.runFrom('02:00', '02:10');
    await monitor.runAt('12:30');
    expect(summaryOf(monitor).sort()).toEqual([
      'fired unmetered >= 10',
      'fired unmetered >= 300 critical',
    ]);
  });

  test('is told when a mute ends that hid both', async () => {
    const monitor = monitorWith(slowEnd(), THRESHOLDS);
    monitor.texts.muteUntil = '2026-11-18T08:00';
    await monitor.runFrom('03:00', '12:00');
    expect(summaryOf(monitor)).toEqual(['fired unmetered >= 10', 'resolved unmetered >= 10']);
  });
});

test('an alert about an account with a long name resolves like any other', async () => {
  const name = 'x'.repeat(300);
  const monitor = monitorWith(
    traffic('01:00', '06:00', { from: '02:00', to: '02:30' }).map((event) => ({
      ...event,
      accountId: name,
    })),
    'unmetered by account >= 10%',
  );
  await monitor.runFrom('01:30', '05:00');
  expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
});

test('a token that stays rejected is told once at every repeat', async () => {
  const monitor = createTestMonitor({ repeatMinutes: '60' });
  const connect = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
  for (let time = at('06:00'); time <= at('08:30'); time += 5 * MINUTE)
    await monitor.runAt(time, { connect });
  expect(monitor.notified.map(({ at: notified }) => notified.slice(11, 16))).toEqual([
    '06:00',
    '07:00',
    '08:00',
  ]);
});

test('two outages with a counted day between are two gaps', async () => {
  const monitor = createTestMonitor({ maxCatchUpHours: '24' });
  const day = 24 * 60 * MINUTE;
  await monitor.runAt(at('11:00'));
  await monitor.runAt(at('11:00') + 2 * day);
  await monitor.runAt(at('11:00') + 4 * day);
  await monitor.runAt(at('11:05') + 4 * day);
  const gaps = monitor.notified
    .filter(({ kind }) => kind === 'gap')
    .map(({ reason }) => reason.slice(0, 47));
  expect(gaps).toEqual([
    'From 2026-11-18 10:55 to 2026-11-19 10:55 UTC (',
    'From 2026-11-20 10:55 to 2026-11-21 10:55 UTC (',
  ]);
});

test('a run that follows another at once leaves Togai in peace until the requests of that do not count any more', async () => {
  const monitor = monitorWith(traffic('08:00', '12:00'));
  // Both are late, so that they follow each other.
  monitor.clock.advance(at('10:06') - monitor.clock.now());
  await monitor.runAt('10:00');
  const ended = monitor.clock.now();
  let begun = 0;
  monitor.onStep = (step) => {
    if (step === 'before page') begun ||= monitor.clock.now();
  };
  await monitor.runAt('10:05');
  expect(begun - ended).toBe(1_000);
});

test('thirty alerts about accounts and schemas with long names fit into what DynamoDB takes', async () => {
  const { client, table } = await startDynamoDb();
  const by = (group: string) =>
    Array.from({ length: 15 }, (_, index) => `unmetered by ${group} >= ${index + 1}`);
  const monitor = createTestMonitor({ thresholds: [...by('account'), ...by('schema')].join(', ') });
  for (let group = 0; group < 60; group++) {
    const name = (letter: number) =>
      Array.from({ length: 512 }, (_, index) =>
        String.fromCodePoint(letter + ((group * 7919 + index * index * 31) % 20_000)),
      ).join('');
    for (let index = 0; index < 20; index++) {
      const createdAt = at('10:00') + group * 1_000 + index;
      const [accountId, schemaName] = [name(0x4e00), name(0x4e01)];
      monitor.events.push(usageEvent({ createdAt, accountId, schemaName, status: NOT_METERED }));
    }
  }
  const store = createDynamoDbStore(client, table);
  const outcomes = new Set<string>();
  for (let time = at('09:40'); time <= at('11:30'); time += 5 * MINUTE) {
    outcomes.add((await monitor.runAt(time, { store })).outcome);
  }
  expect([...outcomes]).toEqual(['finished']);
  expect(monitor.notified.filter(({ kind }) => kind === 'resolved')).toHaveLength(30);
});

test('messages that take long to fail do not keep a run from counting', async () => {
  const rules = Array.from({ length: 12 }, (_, index) => `unmetered >= ${index + 10}`);
  const monitor = monitorWith(
    traffic('08:00', '12:00', { from: '10:00', to: '10:30' }),
    rules.join(', '),
  );
  let isHanging = true;
  monitor.onStep = (step) => {
    if (step === 'before page' && monitor.clock.now() > at('10:15')) isHanging = false;
    if (step !== 'before publish' || !isHanging) return;
    monitor.clock.advance(15_000);
    throw new Error('no answer');
  };
  await monitor.runAt('10:10').catch(() => {});
  expect((await monitor.runAt('10:15')).outcome).toBe('finished');
  expect(monitor.notified).toHaveLength(12);
});

describe('looking samples up for messages', () => {
  /** A Togai that lists events and takes for ever to show one; the ids that it was asked for. */
  function slowTogai(monitor: TestMonitor) {
    const asked: string[] = [];
    const event = async (id: string, signal: AbortSignal) => {
      asked.push(id);
      await monitor.clock.sleep(60 * MINUTE, signal);
      return [];
    };
    return { asked, connect: () => Promise.resolve({ ...togaiOf(monitor), event }) };
  }
  const incident = () => {
    const events = traffic('08:00', '12:00', { from: '10:00', to: '10:30' });
    const rules = 'unmetered >= 10, unmetered >= 11, unmetered >= 12';
    return monitorWith(
      events.map((event, index) => ({ ...event, id: `e-${index}` })),
      rules,
    );
  };

  test('takes five seconds at most for all of them', async () => {
    const monitor = incident();
    const { asked, connect } = slowTogai(monitor);
    await monitor.runAt('10:10', { connect });
    expect([asked.length > 0, monitor.notified.length]).toEqual([true, 3]);
    expect(monitor.clock.now() - at('10:10')).toBeLessThan(6_000);
  });

  test('does not begin when time is up', async () => {
    const monitor = incident();
    const { asked, connect } = slowTogai(monitor);
    const softDeadline = new AbortController();
    monitor.onStep = (step) => {
      if (step === 'after writeBucket' && monitor.clock.now() >= at('10:10')) softDeadline.abort();
    };
    await monitor.runFrom('09:10', '10:05');
    await monitor.runAt('10:10', { connect }, softDeadline.signal);
    expect([asked, monitor.notified.length]).toEqual([[], 3]);
  });
});

test.each([2, 10, 13])(
  'a token that is revoked, and wrong ones after it, make four rejected requests in half an hour, at %i requests a second',
  async (rate) => {
    const monitor = createTestMonitor({ maxRequestsPerSecond: String(rate) });
    let secret = 'token-0';
    let sent = 0;
    let rejected = 0;
    const read = () => Promise.resolve(secret);
    const connect = (rejectionLimiter: RejectionLimiter) =>
      connectTogai({
        baseUrl: 'https://togai.test',
        credential: { read, readAgain: read },
        tokenSource: 'the secret',
        requestsPerSecond: rate,
        clock: monitor.clock,
        rejectionLimiter,
        exchange: async (_, { token, signal, onSent }) => {
          onSent();
          sent++;
          if (sent === 3) secret = 'wrong';
          const isGood = token === 'token-0' && sent < 3;
          await monitor.clock.sleep(300, signal);
          if (!isGood) rejected++;
          const status = isGood ? 200 : 401;
          return { status, headers: new Headers(), body: JSON.stringify({ events: [] }) };
        },
      });
    for (let time = at('10:00'); time < at('10:30'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
      secret = `wrong-${time}`;
    }
    expect(rejected).toBe(4);
  },
);

describe('what Togai asks to wait', () => {
  /** A monitor whose Togai answers some requests with 429, by their number; when each was sent. */
  function throttledMonitor(retryAfter: (request: number) => string | undefined) {
    const monitor = createTestMonitor();
    const sent: string[] = [];
    const read = () => Promise.resolve('secret-token');
    const connect = (rejectionLimiter: RejectionLimiter) =>
      connectTogai({
        baseUrl: 'https://togai.test',
        credential: { read, readAgain: read },
        tokenSource: 'the secret',
        requestsPerSecond: 2,
        clock: monitor.clock,
        rejectionLimiter,
        exchange: (_, { onSent }) => {
          onSent();
          const seconds = retryAfter(sent.push(new Date(monitor.clock.now()).toISOString()));
          const headers = new Headers(seconds === undefined ? {} : { 'retry-after': seconds });
          return Promise.resolve({ status: seconds ? 429 : 200, headers, body: '{"events":[]}' });
        },
      });
    const runAt = (time: string | number, softDeadline?: AbortSignal) =>
      monitor.runAt(time, { connect }, softDeadline);
    return { monitor, sent, runAt };
  }

  test('is kept by the runs after the one that was asked', async () => {
    const { sent, runAt } = throttledMonitor((request) => (request === 1 ? '900' : undefined));
    for (const time of ['10:00', '10:05', '10:10']) {
      expect((await runAt(time)).error).toMatchObject({ failure: 'throttled' });
    }
    expect(sent).toEqual(['2026-11-18T10:00:00.000Z']);
    expect((await runAt('10:15')).outcome).toBe('finished');
  });

  test('is kept where the run that was asked comes to its end', async () => {
    const softDeadline = new AbortController();
    const { sent, runAt } = throttledMonitor((request) => {
      if (request > 1) return undefined;
      softDeadline.abort(new Error('out of time'));
      return '300';
    });
    await runAt('10:00', softDeadline.signal);
    await runAt('10:01');
    expect(sent).toHaveLength(1);
    expect((await runAt('10:05')).outcome).toBe('finished');
  });

  test('is told with what was asked and until when', async () => {
    const { runAt } = throttledMonitor(() => '900');
    await runAt('10:00');
    expect((await runAt('10:05')).error?.message).toMatch(
      /^nothing was sent to Togai: it asked at 2026-11-18T10:00:00.000Z to wait 15 min, .* at 2026-11-18T10:15:00.000Z;/,
    );
  });

  test('is waited for where it is nearly over', async () => {
    const { sent, runAt } = throttledMonitor((request) => (request === 1 ? '330' : undefined));
    await runAt('10:00');
    expect((await runAt('10:05')).outcome).toBe('finished');
    expect(sent[1]).toBe('2026-11-18T10:05:30.000Z');
  });

  test('is waited for no longer than a run has time', async () => {
    const { monitor, sent, runAt } = throttledMonitor(() => '330');
    await runAt('10:00');
    const softDeadline = new AbortController();
    monitor.onStep = (step) => {
      if (step === 'after readBuckets') softDeadline.abort();
    };
    const { error } = await runAt('10:05', softDeadline.signal);
    expect([error, sent.length]).toMatchObject([{ failure: 'throttled' }, 1]);
  });

  test('is kept for an hour at most, whatever was asked', async () => {
    const { sent, runAt } = throttledMonitor((request) =>
      request === 1 ? '999999999' : undefined,
    );
    for (let time = at('10:00'); time < at('11:00'); time += 5 * MINUTE) await runAt(time);
    expect(sent).toHaveLength(1);
    expect((await runAt('11:00')).outcome).toBe('finished');
  });

  test('is kept no longer than was asked where the clock was a day ahead', async () => {
    const { monitor, sent, runAt } = throttledMonitor((request) =>
      request === 1 ? '900' : undefined,
    );
    await runAt('10:00');
    const state = await monitor.store.readState();
    if (!state?.retryAfter) throw new Error('nothing was asked');
    const ahead = {
      start: state.retryAfter.start + 24 * 60 * MINUTE,
      end: state.retryAfter.end + 24 * 60 * MINUTE,
    };
    await monitor.store.writeState({ ...state, retryAfter: ahead }, state.runNumber);
    for (const time of ['10:05', '10:10', '10:15']) await runAt(time);
    expect(sent).toHaveLength(1);
    expect((await runAt('10:20')).outcome).toBe('finished');
  });
});
