import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { usageEvent } from '../support/events.ts';
import { at, createTestMonitor, MINUTE, type TestMonitor, togaiOf } from '../support/monitor.ts';

const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const HOUR = 60 * MINUTE;

/** An event every ten seconds, metered, but for a range in which those of acme are not. */
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
        accountId: lost ? 'acme' : 'globex',
        status: lost ? NOT_METERED : 'INGESTION_COMPLETED_EVENT_METERED',
        statusDescription: lost ? 'no plan' : undefined,
      }),
    );
  }
  return events;
}

function monitorOf(
  events: readonly UsageEvent[],
  texts: TestMonitor['texts'] = { thresholds: 'unmetered >= 10' },
): TestMonitor {
  const monitor = createTestMonitor({ counting: 'metrics', ...texts });
  monitor.events.push(...events);
  return monitor;
}

const kinds = ({ notified }: TestMonitor) =>
  notified.map(({ kind, at: time }) => `${kind} ${time}`);
const stored = (monitor: TestMonitor) =>
  monitor.store.readBuckets({ start: at('00:00'), end: at('23:59') });

describe('a quiet run', () => {
  test('asks once, whatever the volume', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:25');
    monitor.requests = 0;
    await monitor.runAt('10:30');
    expect(monitor.requests).toBe(1);
  });

  test('asks once more for an hour that is looked at a last time', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:30');
    monitor.requests = 0;
    await monitor.runFrom('10:35', '11:30');
    expect(monitor.requests).toBe(12 + 1);
  });

  test('holds in each closed hour exactly what was in it', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '11:20');
    expect((await stored(monitor)).map(({ counts }) => counts.total)).toEqual([360, 360, 360, 90]);
  });
});

describe('an incident', () => {
  const events = () => traffic('06:00', '15:00', { from: '10:10', to: '10:40' });

  test('is told as soon as it has settled, once, and resolved once it has left the window', async () => {
    const monitor = monitorOf(events());
    await monitor.runFrom('09:10', '14:00');
    // Every window of an hour without it: those that end at 12:00 to 12:55.
    expect(kinds(monitor)).toEqual([
      'fired 2026-11-18T10:20:00.000Z',
      'resolved 2026-11-18T13:00:00.000Z',
    ]);
  });

  test('that goes on and is at the limit only in the longest windows makes one alert', async () => {
    const monitor = monitorOf([], { thresholds: 'unmetered >= 10', repeatMinutes: '0' });
    for (let time = at('00:00'); time < at('12:00'); time += HOUR / 7) {
      monitor.events.push(usageEvent({ createdAt: Math.ceil(time), status: NOT_METERED }));
    }
    await monitor.runFrom('02:10', '11:55');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired']);
  });

  test('of too little traffic is evaluated over exactly the window, and fires', async () => {
    const monitor = monitorOf([], {
      thresholds: 'total < 100 for 30m',
      repeatMinutes: '0',
    });
    for (let time = at('00:00'); time < at('12:00'); time += time < at('06:00') ? 10_000 : 40_000) {
      monitor.events.push(usageEvent({ createdAt: time }));
    }
    await monitor.runFrom('02:10', '11:55');
    // The first hour with 90 events ends at 07:00.
    expect(monitor.notified).toMatchObject([
      { kind: 'fired', value: 90, firedAt: '2026-11-18T07:30:00.000Z' },
    ]);
    expect(JSON.parse(monitor.messages[0]?.json ?? '').window).toEqual({
      start: '2026-11-18T06:00:00.000Z',
      end: '2026-11-18T07:00:00.000Z',
    });
  });

  test('has its samples also where it could be delivered only later', async () => {
    const monitor = monitorOf(events());
    await monitor.runFrom('09:10', '10:15');
    const publisher = { publish: () => Promise.reject(new Error('SNS is down')) };
    await monitor.runAt('10:20', { publisher });
    await monitor.runAt('10:25');
    const { samples } = JSON.parse(monitor.messages[0]?.json ?? '').summary;
    expect(samples).toHaveLength(5);
  });

  test('is told with the range that was counted', async () => {
    const monitor = monitorOf(events());
    await monitor.runFrom('09:10', '10:20');
    expect(JSON.parse(monitor.messages[0]?.json ?? '').window).toEqual({
      start: '2026-11-18T09:00:00.000Z',
      end: '2026-11-18T10:15:00.000Z',
    });
    expect(monitor.messages[0]?.subject).toContain('30 unmetered events in 75 min');
  });

  test('is told with samples and descriptions of a page of its events', async () => {
    const monitor = monitorOf(events());
    await monitor.runFrom('09:10', '10:20');
    const { samples } = JSON.parse(monitor.messages[0]?.json ?? '').summary;
    expect(samples).toHaveLength(5);
    expect(samples[0]).toMatchObject({ accountId: 'acme', status: NOT_METERED });
    expect(monitor.messages[0]?.email).toMatch(/30 x "no plan"/);
    expect(monitor.messages[0]?.email).toMatch(/samples and Togai's words are of 30 events/);
  });

  test('of an account has samples of that account only', async () => {
    const monitor = monitorOf(events(), { thresholds: 'unmetered by account >= 20' });
    monitor.events.push(
      ...Array.from({ length: 19 }, () =>
        usageEvent({ createdAt: at('10:14'), accountId: 'initech', status: NOT_METERED }),
      ),
    );
    await monitor.runFrom('09:10', '10:20');
    const { samples } = JSON.parse(monitor.messages[0]?.json ?? '').summary;
    expect(samples.map(({ accountId }: { accountId: string }) => accountId)).toEqual(
      Array.from({ length: 5 }, () => 'acme'),
    );
  });

  test('does not make up failed events of an account that nobody asked for', async () => {
    const monitor = monitorOf(events());
    await monitor.runFrom('09:10', '10:20');
    const [message] = monitor.messages;
    expect(JSON.parse(message?.json ?? '').summary.topAccounts[0].failed).toBeNull();
    expect(message?.email).toMatch(/Accounts \(unmetered of all\)\n {2}acme: 30 of 30\n/);
    expect(message?.slack).toMatch(/30 unmetered of 30/);
  });

  test('has no samples of other events where the server ignores what it is asked for', async () => {
    const monitor = monitorOf(events());
    const connect = () => {
      const togai = togaiOf(monitor);
      return Promise.resolve({
        ...togai,
        pages: (...[, signal]: Parameters<typeof togai.pages>) => togai.pages({}, signal),
      });
    };
    await monitor.runFrom('09:10', '10:15');
    monitor.events.push(usageEvent({ createdAt: at('10:14'), status: 'INGESTION_FAILED' }));
    await monitor.runAt('10:20', { connect });
    const email = monitor.messages[0]?.email ?? '';
    const [, described] = /(\d+) x "no plan"/.exec(email) ?? [];
    const [, looked] = /are of (\d+) events/.exec(email) ?? [];
    expect(looked).toBe(described);
  });

  test('is told without samples where Togai does not list events', async () => {
    const monitor = monitorOf(events());
    const connect = () =>
      Promise.resolve({
        ...togaiOf(monitor),
        // biome-ignore lint/correctness/useYield: it fails before it has anything to give
        async *pages() {
          await Promise.resolve();
          throw new TogaiError('forbidden', 'not allowed');
        },
      });
    await monitor.runFrom('09:10', '10:15');
    await monitor.runAt('10:20', { connect });
    expect(monitor.notified).toMatchObject([{ kind: 'fired', value: 30 }]);
  });
});

describe('after an outage', () => {
  test('the hours that were missed are evaluated in order, and what came and went is told as one', async () => {
    const monitor = monitorOf(traffic('04:00', '16:00', { from: '08:10', to: '08:40' }));
    await monitor.runFrom('06:10', '07:20');
    await monitor.runAt('14:20');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'fired',
        firedAt: '2026-11-18T09:00:00.000Z',
        resolvedAt: '2026-11-18T12:00:00.000Z',
      },
    ]);
    expect((await stored(monitor)).map(({ start }) => start)).toEqual(
      Array.from({ length: 10 }, (_, index) => at('05:00') + index * HOUR),
    );
  });

  test.each(['08:20', '09:05', '09:20', '10:20'])(
    'that ends at %s, an alert that goes on has not ended: of the windows that were missed the longest are not known',
    async (back) => {
      const monitor = monitorOf([], { thresholds: 'unmetered >= 10', repeatMinutes: '0' });
      for (let time = at('00:00'); time < at('14:00'); time += HOUR / 7) {
        monitor.events.push(usageEvent({ createdAt: Math.ceil(time), status: NOT_METERED }));
      }
      await monitor.runFrom('02:10', '06:55');
      await monitor.runFrom(back, '13:55');
      const alerts = monitor.notified.filter(({ threshold }) => threshold !== null);
      expect(alerts.map(({ kind }) => kind)).toEqual(['fired']);
    },
  );

  test('an hour that fails again and again while others can be counted is given up', async () => {
    const monitor = monitorOf(traffic('04:00', '16:00'));
    await monitor.runFrom('09:10', '10:55');
    const connect = () => {
      const togai = togaiOf(monitor);
      return Promise.resolve({
        ...togai,
        metrics: (...[range, queries, signal]: Parameters<typeof togai.metrics>) =>
          range.start === at('10:00')
            ? Promise.reject(new TogaiError('unavailable', 'answered with 500'))
            : togai.metrics(range, queries, signal),
      });
    };
    const backlogs: (number | undefined)[] = [];
    for (let time = at('11:05'); time <= at('11:30'); time += 5 * MINUTE) {
      backlogs.push((await monitor.runAt(time, { connect })).backlogMs);
    }
    expect(backlogs.map((ms = -1) => ms / MINUTE)).toEqual([10, 15, 20, 0, 0, 0]);
    // Of what it held while it was open nothing is lost, and it is counted as soon as it can be.
    const [, ofTen] = (await stored(monitor)).slice(-3);
    expect([ofTen?.start, ofTen?.partial, ofTen?.counts.total]).toEqual([at('10:00'), true, 300]);
    const { evaluated } = await monitor.runAt('11:35');
    expect([evaluated?.whole, evaluated?.counts.total]).toEqual([true, 360 + 180]);
  });

  test('runs that get no answer in time are told as failing', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:10');
    for (const time of ['10:15', '10:20', '10:25', '10:30']) {
      const softDeadline = new AbortController();
      const connect = () =>
        Promise.resolve({
          ...togaiOf(monitor),
          metrics: () => {
            softDeadline.abort(new Error('out of time'));
            return Promise.reject(softDeadline.signal.reason);
          },
        });
      expect((await monitor.runAt(time, { connect }, softDeadline.signal)).outcome).toBe('failed');
    }
    expect(monitor.notified).toMatchObject([
      { kind: 'failing', reason: expect.stringMatching(/was not answered in the time of a run/) },
    ]);
  });

  test('an hour that was half counted before a gap is not taken for a whole one', async () => {
    const monitor = monitorOf(traffic('02:00', '16:00'), {
      thresholds: 'total < 600',
      windowMinutes: '120',
      maxCatchUpHours: '6',
    });
    await monitor.runFrom('04:10', '05:35');
    await monitor.runAt('12:35');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['gap']);
  });

  test('a longer time to settle takes nothing back that was counted', async () => {
    const monitor = monitorOf(traffic('06:00', '16:00'));
    await monitor.runFrom('09:10', '11:10');
    monitor.texts.settleMinutes = '60';
    await monitor.runFrom('11:15', '12:30');
    expect((await stored(monitor)).map(({ counts }) => counts.total)).toEqual([360, 360, 360, 180]);
  });

  test('a window that has become longer is filled in at once', async () => {
    const monitor = monitorOf(traffic('02:00', '16:00'));
    await monitor.runFrom('09:10', '10:25');
    monitor.texts.windowMinutes = '360';
    const { evaluated } = await monitor.runAt('10:30');
    expect([evaluated?.whole, evaluated?.counts.total]).toEqual([true, 6 * 360 + 150]);
  });
});

test('an open hour that cannot be counted is not given up, for it is counted anew anyway', async () => {
  const monitor = monitorOf(traffic('06:00', '12:00'));
  await monitor.runFrom('09:10', '10:10');
  const connect = () => {
    const togai = togaiOf(monitor);
    return Promise.resolve({
      ...togai,
      metrics: (...[range, queries, signal]: Parameters<typeof togai.metrics>) =>
        range.start === at('10:00')
          ? Promise.reject(new TogaiError('unavailable', 'answered with 500'))
          : togai.metrics(range, queries, signal),
    });
  };
  // Other ignore lists make the closed hour due again, so that something can be counted in each run.
  const backlogs: (number | undefined)[] = [];
  for (const [index, time] of ['10:15', '10:20', '10:25', '10:30'].entries()) {
    monitor.texts.ignoredAccounts = `somebody-${index}`;
    backlogs.push((await monitor.runAt(time, { connect })).backlogMs);
  }
  expect(backlogs.map((ms = -1) => ms / MINUTE)).toEqual([5, 10, 15, 20]);
});

describe('hours that cannot be counted', () => {
  const lose = (monitor: TestMonitor, from: string, to: string) => () => {
    const togai = togaiOf(monitor);
    return Promise.resolve({
      ...togai,
      metrics: (...[range, queries, signal]: Parameters<typeof togai.metrics>) =>
        range.start < at(to) && range.end > at(from)
          ? Promise.reject(new TogaiError('unavailable', 'answered with 500'))
          : togai.metrics(range, queries, signal),
    });
  };

  test('side by side, do not keep those after them from being counted', async () => {
    const monitor = monitorOf(traffic('06:00', '16:00', { from: '13:00', to: '14:00' }));
    await monitor.runFrom('09:10', '10:00');
    for (let time = at('10:05'); time <= at('13:20'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect: lose(monitor, '10:00', '12:00') });
    }
    const fired = monitor.notified.find(({ kind }) => kind === 'fired');
    expect(fired?.at).toBe('2026-11-18T13:10:00.000Z');
  });

  test('make a run fail while one is open, whatever else it has counted', async () => {
    const monitor = monitorOf(traffic('06:00', '16:00'));
    await monitor.runFrom('09:10', '10:00');
    // In one of these runs an hour that is over is looked at a last time.
    for (let time = at('10:10'); time <= at('10:55'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect: lose(monitor, '10:00', '11:00') });
    }
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing']);
  });
});

test('an hour whose answer lacks what was asked for is not taken for an empty one', async () => {
  const monitor = monitorOf(traffic('06:00', '12:00'), { thresholds: 'total < 10' });
  await monitor.runFrom('09:10', '10:10');
  const connect = () => {
    const togai = togaiOf(monitor);
    return Promise.resolve({
      ...togai,
      async metrics(...asked: Parameters<typeof togai.metrics>) {
        const answer = await togai.metrics(...asked);
        return { ...answer, series: new Map([...answer.series].slice(1)) };
      },
    });
  };
  const { outcome, error } = await monitor.runAt('11:10', { connect });
  expect({ outcome, failure: error }).toMatchObject({
    outcome: 'failed',
    failure: { failure: 'unreadable' },
  });
  expect(monitor.notified).toEqual([]);
});

/** A server that says nothing of the account where events have none. */
function leavingOutEmptyNames(monitor: TestMonitor) {
  return () => {
    const togai = togaiOf(monitor);
    return Promise.resolve({
      ...togai,
      async metrics(...asked: Parameters<typeof togai.metrics>) {
        const { series, points } = await togai.metrics(...asked);
        const nameless = [...series].map(
          ([id, lines]) =>
            [id, lines.map((line) => ({ ...line, group: line.group || undefined }))] as const,
        );
        return { series: new Map(nameless), points };
      },
    });
  };
}

describe('a server', () => {
  const answering =
    (
      monitor: TestMonitor,
      change: (groupBy: string | undefined) => 'refuse' | 'do not group' | '',
    ) =>
    () => {
      const togai = togaiOf(monitor);
      return Promise.resolve({
        ...togai,
        metrics(...[range, queries, signal]: Parameters<typeof togai.metrics>) {
          const changes = queries.map(({ groupBy }) => change(groupBy));
          if (changes.includes('refuse')) {
            monitor.requests++;
            return Promise.reject(new TogaiError('refused', 'POST /metrics was answered with 400'));
          }
          const asked = queries.map(({ groupBy, ...query }, index) =>
            changes[index] === '' ? { groupBy, ...query } : query,
          );
          return togai.metrics(range, asked, signal);
        },
      });
    };

  test.each([
    ['refuses to group by status', 'RAW_EVENT_STATUS', 'refuse'],
    ['does not group by status', 'RAW_EVENT_STATUS', 'do not group'],
    ['refuses to group by account', 'ACCOUNT_ID', 'refuse'],
    ['does not group by account', 'ACCOUNT_ID', 'do not group'],
  ] as const)('that %s is counted all the same', async (_, grouping, how) => {
    const monitor = monitorOf(traffic('06:00', '12:00', { from: '10:10', to: '10:40' }));
    const connect = answering(monitor, (groupBy) => (groupBy === grouping ? how : ''));
    await monitor.runFrom('09:10', '10:15');
    const { outcome, evaluated } = await monitor.runAt('10:20', { connect });
    expect(outcome).toBe('finished');
    expect(evaluated?.counts.byStatus.get(NOT_METERED)).toBe(30);
    expect(monitor.notified).toMatchObject([{ kind: 'fired', value: 30 }]);
  });

  test('that does not know accounts leaves rules about them open, and fires no false alarm', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00', { from: '10:10', to: '10:40' }), {
      thresholds: 'unmetered by account >= 10',
    });
    const connect = answering(monitor, (groupBy) => (groupBy === 'ACCOUNT_ID' ? 'refuse' : ''));
    const { evaluated } = await monitor.runAt('10:20', { connect });
    expect(evaluated?.evaluations).toMatchObject([{ state: 'insufficient', reason: 'truncated' }]);
    expect(monitor.notified.map(({ kind }) => kind)).not.toContain('fired');
  });

  test('that does not know accounts, with rules that need them, is told as failing until it does', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'), {
      thresholds: 'unmetered by account >= 10, unmetered >= 10',
    });
    const connect = answering(monitor, (groupBy) => (groupBy === 'ACCOUNT_ID' ? 'refuse' : ''));
    await monitor.runAt('10:20', { connect });
    await monitor.runAt('10:25', { connect });
    await monitor.runAt('10:30');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'failing',
        reason: expect.stringMatching(/not evaluated: unmetered by account >= 10\./),
      },
      { kind: 'recovered' },
    ]);
  });

  test('that has events of no account is not taken for one that knows no accounts', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00', { from: '10:10', to: '10:40' }), {
      thresholds: 'unmetered by account >= 10',
    });
    monitor.events.push(usageEvent({ createdAt: at('10:12'), accountId: '', status: NOT_METERED }));
    await monitor.runAt('10:20', { connect: leavingOutEmptyNames(monitor) });
    expect(monitor.notified).toMatchObject([{ kind: 'fired', groups: [{ name: 'acme' }] }]);
  });

  test('whose unmetered events are all of no account is not taken for one that knows no accounts', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'), {
      thresholds: 'unmetered by account >= 2',
    });
    const lost = { accountId: '', status: NOT_METERED };
    monitor.events.push(usageEvent({ createdAt: at('10:12'), ...lost }));
    monitor.events.push(usageEvent({ createdAt: at('10:13'), ...lost }));
    await monitor.runAt('10:20', { connect: leavingOutEmptyNames(monitor) });
    expect(monitor.notified).toMatchObject([{ kind: 'fired', groups: [{ name: '' }] }]);
  });

  test('that does not group is told once, also where an hour has nothing to be grouped', async () => {
    const monitor = monitorOf([], {
      thresholds: 'unmetered by account >= 5',
      repeatMinutes: '0',
    });
    for (let time = at('06:00'); time < at('16:00'); time += 17 * MINUTE) {
      monitor.events.push(usageEvent({ createdAt: time + 1 }));
    }
    const connect = answering(monitor, (groupBy) =>
      groupBy === 'ACCOUNT_ID' ? 'do not group' : '',
    );
    for (let time = at('09:10'); time <= at('15:00'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
    }
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['failing']);
  });

  test('whose hours begin with events of no account is not taken for one that knows no accounts', async () => {
    const monitor = monitorOf([], { thresholds: 'unmetered by account >= 5' });
    for (let hour = at('06:00'); hour < at('16:00'); hour += HOUR) {
      monitor.events.push(usageEvent({ createdAt: hour + 1, accountId: '' }));
      for (let minute = 20; minute < 60; minute++) {
        monitor.events.push(usageEvent({ createdAt: hour + minute * MINUTE }));
      }
    }
    for (let time = at('09:10'); time <= at('13:00'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect: leavingOutEmptyNames(monitor) });
    }
    expect(monitor.notified).toEqual([]);
  });

  test('that groups no more is told at once', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'), {
      thresholds: 'unmetered by account >= 10',
    });
    await monitor.runFrom('09:10', '10:30');
    const connect = answering(monitor, (groupBy) =>
      groupBy === 'ACCOUNT_ID' ? 'do not group' : '',
    );
    await monitor.runAt('10:35', { connect });
    expect(monitor.notified).toMatchObject([{ kind: 'failing', at: '2026-11-18T10:35:00.000Z' }]);
  });

  test('that has an hour of events of no account is asked for the accounts of the others', async () => {
    const monitor = monitorOf(traffic('06:00', '10:00', { from: '09:10', to: '09:40' }), {
      thresholds: 'unmetered by account >= 10',
      windowMinutes: '120',
    });
    monitor.events.push(usageEvent({ createdAt: at('10:12'), accountId: '' }));
    const connect = () => {
      const togai = togaiOf(monitor);
      return Promise.resolve({
        ...togai,
        async metrics(...[range, queries, signal]: Parameters<typeof togai.metrics>) {
          const { series, points } = await togai.metrics(range, queries, signal);
          const nameless = [...series].map(
            ([id, lines]) =>
              [id, lines.map((line) => ({ ...line, group: line.group || undefined }))] as const,
          );
          return { series: new Map(nameless), points };
        },
      });
    };
    await monitor.runFrom('09:10', '10:15');
    // A rule that needs more makes the closed hours due again, after the open one.
    monitor.texts.thresholds = 'unmetered by account >= 10, failed by account >= 1';
    await monitor.runAt('10:20', { connect });
    const closed = (await stored(monitor)).filter(({ start }) => start < at('10:00'));
    expect(closed.slice(-2).map(({ counts }) => counts.accounts.truncated)).toEqual([false, false]);
  });

  test('that knows no metrics at all is told as failing, with what to do', async () => {
    const monitor = monitorOf([]);
    const connect = answering(monitor, () => 'refuse');
    for (let time = at('10:00'); time <= at('10:20'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
    }
    expect(monitor.notified).toMatchObject([
      { kind: 'failing', reason: expect.stringMatching(/count events instead of metrics/) },
    ]);
  });
});

describe('another way of counting', () => {
  test.each([
    ['events', 'metrics'],
    ['metrics', 'events'],
  ])(
    'from %s to %s: the newest window is counted anew, and what fires goes on',
    async (from, to) => {
      const monitor = monitorOf(traffic('06:00', '15:00', { from: '10:10', to: '11:30' }), {
        thresholds: 'unmetered >= 10, unmetered >= 5%',
        counting: from,
      });
      await monitor.runFrom('09:10', '11:05');
      monitor.texts.counting = to;
      const { evaluated, backlogMs } = await monitor.runAt('11:10');
      expect([evaluated?.whole, backlogMs]).toEqual([true, 0]);
      expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'fired']);
    },
  );

  test('is not taken for counted while it cannot be counted', async () => {
    const monitor = monitorOf(traffic('06:00', '15:00'));
    await monitor.runFrom('09:10', '11:00');
    monitor.texts.counting = 'events';
    const connect = () => Promise.reject(new TogaiError('unavailable', 'answered with 500'));
    const { backlogMs } = await monitor.runAt('11:05', { connect });
    expect(backlogMs).toBe(HOUR);
  });

  test('tells nothing of windows that were not evaluated', async () => {
    const monitor = monitorOf(traffic('06:00', '15:00', { from: '08:00', to: '15:00' }), {
      thresholds: 'unmetered >= 10',
      repeatMinutes: '60',
    });
    await monitor.runFrom('09:10', '09:55');
    monitor.texts.counting = 'events';
    const connect = () => Promise.reject(new TogaiError('unavailable', 'answered with 500'));
    for (let time = at('10:00'); time <= at('10:30'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
    }
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'failing']);
  });

  test('keeps in mind by which time Togai filters events', async () => {
    const monitor = monitorOf([]);
    await monitor.runAt('10:00');
    const state = await monitor.store.readState();
    if (!state) throw new Error('nothing is stored');
    await monitor.store.writeState({ ...state, timeField: 'timestamp' }, state.runNumber);
    await monitor.runAt('10:05');
    expect((await monitor.store.readState())?.timeField).toBe('timestamp');
  });

  test('and back, in an hour, loses nothing and counts nothing twice', async () => {
    const monitor = monitorOf(traffic('06:00', '15:00'), { counting: 'events' });
    await monitor.runFrom('09:10', '11:05');
    monitor.texts.counting = 'metrics';
    await monitor.runFrom('11:10', '11:20');
    monitor.texts.counting = 'events';
    const { evaluated } = await monitor.runAt('11:25');
    expect([evaluated?.whole, evaluated?.counts.total]).toEqual([true, 360]);
  });

  test('keeps what could not be counted before outstanding', async () => {
    const monitor = monitorOf(traffic('04:00', '15:00'), { counting: 'events' });
    await monitor.runFrom('06:10', '07:05');
    monitor.texts.counting = 'metrics';
    await monitor.runAt('11:10');
    expect((await stored(monitor)).filter(({ end }) => end).map(({ start }) => start)).toEqual(
      ['07:00', '08:00', '09:00', '10:00', '11:00'].map(at),
    );
  });
});

describe('settings that do not go together with it', () => {
  test.each([
    ['windowMinutes', '30', /WindowMinutes: Togai counts by the hour.*not of 30/],
    ['ignoredSchemas', 'api_call', /IgnoredSchemas: schemas cannot be ignored/],
    ['thresholds', 'unknown >= 1', /Thresholds: "unknown >= 1" cannot be evaluated/],
  ] as const)('%s %s is told as failing, and the rest goes on', async (key, text, reason) => {
    const monitor = monitorOf(traffic('06:00', '12:00'), { [key]: text });
    const { outcome, counted } = await monitor.runAt('10:20');
    expect([outcome, counted]).toEqual(['finished', 2]);
    expect(monitor.notified).toMatchObject([
      { kind: 'failing', reason: expect.stringMatching(reason) },
    ]);
  });

  test('hours that were asked for under other rules say nothing of groups under new ones', async () => {
    const lost = traffic('02:00', '16:00', { from: '02:00', to: '16:00' });
    const others = lost.map((event) => ({
      ...event,
      status: 'INGESTION_COMPLETED_NO_MATCHING_METERS',
    }));
    const monitor = monitorOf(others, {
      thresholds: 'unmetered by account >= 5000',
      windowMinutes: '120',
    });
    await monitor.runFrom('09:10', '10:25');
    monitor.texts.thresholds = `unmetered by account >= 5000, ${NOT_METERED} by account >= 10`;
    await monitor.runAt('14:35');
    expect(monitor.notified).toEqual([]);
  });

  test('other rules by account make the newest window be asked for anew', async () => {
    const monitor = monitorOf(traffic('06:00', '12:00'));
    await monitor.runFrom('09:10', '10:20');
    monitor.texts.thresholds = 'failed by account >= 10';
    monitor.requests = 0;
    await monitor.runAt('10:25');
    // Two requests an hour, for these rules ask for more: the open one, and the closed one again.
    expect(monitor.requests).toBe(4);
  });
});
