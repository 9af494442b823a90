import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { type GapState, noteGap } from '../../functions/monitor/notifications/gap-notices.ts';
import { lost } from '../support/metrics-monitor.ts';
import { at, createTestMonitor, HOUR, MINUTE, monitorWith } from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/traffic.ts';

describe('after an outage of ten hours', () => {
  const outage = async () => {
    const monitor = monitorWith(traffic('00:00', '14:00', { from: '04:00', to: '05:00' }));
    await monitor.runFrom('02:00', '02:10');
    await monitor.runAt('12:10');
    return monitor;
  };

  test('the monitor counts all buckets', async () => {
    const monitor = await outage();
    const stored = await bucketsIn(monitor.store, { start: at('02:05'), end: at('12:05') });
    expect(stored).toHaveLength(120);
    expect(stored.every(({ counts }) => counts.total === 30)).toBe(true);
  });

  test('one message describes the incident, with its end', async () => {
    const monitor = await outage();
    expect(monitor.notified).toMatchObject([
      {
        kind: 'resolved',
        lost: 360,
        onset: '2026-11-18T04:00:00.000Z',
        endedAt: '2026-11-18T05:00:00.000Z',
      },
    ]);
  });

  test('one message names the gap beyond MaxCatchUpHours, and the rest is counted', async () => {
    const monitor = createTestMonitor({ maxCatchUpHours: '6' });
    await monitor.runAt('01:00');
    await monitor.runFrom('12:10', '12:20');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'notice',
        topic: 'gap',
        reason: expect.stringContaining(
          'not counted for 5 h 10 min, all accounts: 18 Nov 00:55 to 18 Nov 06:05 UTC',
        ),
      },
    ]);
  });
});

test('a gap that grows while Togai cannot be read is notified at its beginning and its end: reminders say the rest', async () => {
  const monitor = createTestMonitor({ maxCatchUpHours: '6', repeatMinutes: '60' });
  await monitor.runAt('01:00');
  const down = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
  for (let time = at('08:00'); time <= at('10:00'); time += 5 * MINUTE) {
    await monitor.runAt(time, { connect: down });
  }
  await monitor.runFrom('10:05', '10:15');
  const gaps = monitor.notified.filter(({ topic }) => topic === 'gap');
  const parts = gaps.map(({ reason }) =>
    /^Events not counted for .*: 18 Nov (.*?) to 18 Nov (.*?) UTC/.exec(reason),
  );
  expect(parts.map((part) => part?.slice(1).join('-'))).toEqual(['00:55-01:55', '01:55-04:00']);
  expect(monitor.notified.filter(({ kind }) => kind === 'reminder')).toHaveLength(2);
});

test('a gap that grows while runs count is notified every hour, each part once', () => {
  const BEGUN: GapState = {
    ...{ watermark: at('00:55'), evaluatedTo: undefined, gap: undefined, notices: [] },
    failures: {},
  };
  let state = BEGUN;
  for (let hours = 0; hours <= 2; hours += 0.5) {
    const gap = { start: state.watermark ?? 0, end: at('02:00') + hours * HOUR };
    state = noteGap(state, gap, at('08:00') + hours * HOUR);
  }
  const ends = state.notices.map(({ range }) => range && (range.end - at('02:00')) / HOUR);
  expect(ends).toEqual([0, 1, 2]);
});

test('a loss during an outage is shown with its own numbers, even if no window of now has it', async () => {
  const monitor = createTestMonitor({
    thresholds: 'unmetered >= 10',
    windowMinutes: '30',
    settleMinutes: '0',
  });
  monitor.events.push(...traffic('11:00', '13:00', { from: '12:05', to: '12:10' }));
  await monitor.runFrom('11:40', '12:05');
  // At the first run after the outage the loss is over for long.
  await monitor.runFrom('12:40', '12:50');
  expect(monitor.notified).toMatchObject([
    { kind: 'resolved', worst: 30, lost: 30, endedAt: '2026-11-18T12:10:00.000Z' },
  ]);
  expect(monitor.messages[0]?.subject).not.toContain('at least');
});

test('two outages with a counted day between them are two gaps', async () => {
  const monitor = createTestMonitor({ maxCatchUpHours: '24' });
  const day = 24 * 60 * MINUTE;
  await monitor.runAt(at('11:00'));
  await monitor.runAt(at('11:00') + 2 * day);
  await monitor.runAt(at('11:00') + 4 * day);
  await monitor.runAt(at('11:05') + 4 * day);
  const gaps = monitor.notified
    .filter(({ topic }) => topic === 'gap')
    .map(({ reason }) => reason.split('\n')[0]);
  expect(gaps).toEqual([
    'Events not counted for 1 d, all accounts: 18 Nov 10:55 to 19 Nov 10:55 UTC.',
    'Events not counted for 1 d, all accounts: 20 Nov 10:55 to 21 Nov 10:55 UTC.',
  ]);
});

test('an incident that was open before an outage beyond MaxCatchUpHours ends with all that was lost', async () => {
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10', maxCatchUpHours: '6' });
  monitor.events.push(...traffic('08:00', '21:00'), ...lost(300, '10:06'));
  await monitor.runFrom('10:00', '10:20');
  await monitor.runFrom('20:00', '20:30');
  const ends = monitor.notified.filter(({ kind }) => kind === 'resolved');
  expect(ends.map(({ lost }) => lost)).toEqual([300]);
});
