import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { usageEvent } from '../support/events.ts';
import { at, HOUR, MINUTE, monitorWith, type TestMonitor } from '../support/monitor.ts';
import { NOT_METERED, traffic } from '../support/traffic.ts';

const lost = (accountId: string, from: string, to: string, everyMs: number): UsageEvent[] => {
  const events: UsageEvent[] = [];
  for (let time = at(from); time < at(to); time += everyMs) {
    events.push(usageEvent({ createdAt: time + 1, accountId, status: NOT_METERED }));
  }
  return events;
};

const named = (accountId: string, events: readonly UsageEvent[]) =>
  events.map((event, n) => ({ ...event, accountId, identity: `${accountId}-${n}` }));

/** Account `test-1` is silenced, and loses an event now and then. */
async function monitorOf(events: readonly UsageEvent[], thresholds = 'unmetered >= 20') {
  const strays = lost('test-1', '09:00', '15:00', 12 * MINUTE);
  const healthy = named('globex', traffic('09:00', '15:00'));
  const monitor = monitorWith([...healthy, ...events, ...strays], thresholds);
  monitor.texts.windowMinutes = '30';
  await monitor.silence({ account: 'test-1' }, '09:00', 12 * HOUR);
  return monitor;
}

const told = ({ notified }: TestMonitor): string[] =>
  notified
    .filter(({ kind }) => kind !== 'notice')
    .map(({ at: time, kind, severity }) => `${time.slice(11, 16)} ${kind} ${severity}`);

/** Twenty events in five minutes and then one every ten minutes: the incident goes on, and its breach does not. */
const trickle = [
  ...lost('acme', '10:00', '10:05', 5000),
  ...lost('acme', '10:10', '15:00', 10 * MINUTE),
];

describe('a silence of an account that loses a stray event now and then', () => {
  test('keeps nothing back of accounts that an incident had that is over', async () => {
    const events = Array.from({ length: 20 }, (_, a) => a).flatMap((a) =>
      Array.from({ length: 150 }, (_, minute) => {
        const time = at('09:00') + minute * MINUTE;
        const isFirst = time >= at('10:00') && time < at('10:10');
        const isSecond = time >= at('11:00') && (minute + a) % 8 === 0;
        const status = isFirst || isSecond ? { status: NOT_METERED } : {};
        return usageEvent({ createdAt: time + 1, accountId: `a${a}`, ...status });
      }),
    );
    const monitor = await monitorOf(events, 'unmetered >= 20, unmetered >= 100 critical');
    await monitor.runFrom('09:35', '11:25');
    expect(told(monitor)).toEqual([
      '10:10 opened critical',
      '10:30 resolved critical',
      '11:15 opened warning',
    ]);
  });

  test('keeps no loss back that is first seen when it is over', async () => {
    const isLost = (time: number) =>
      (time >= at('10:00') && time < at('10:05')) || (time >= at('10:35') && time < at('10:40'));
    const events = traffic('09:00', '15:00').map((event) =>
      isLost(event.createdAt) ? { ...event, status: NOT_METERED } : event,
    );
    const monitor = await monitorOf(events);
    await monitor.runFrom('09:35', '10:00');
    await monitor.runFrom('11:45', '12:30');
    expect(told(monitor)).toEqual(['11:45 resolved warning']);
  });

  test('keeps back no reminder', async () => {
    const monitor = await monitorOf(trickle);
    monitor.texts.repeatMinutes = '60';
    await monitor.runFrom('09:35', '13:15');
    expect(told(monitor).map((line) => line.slice(0, 14))).toEqual([
      '10:10 opened w',
      '11:10 reminder',
      '12:10 reminder',
      '13:10 reminder',
    ]);
  });

  test('keeps it from nobody that the billing cycle closes soon', async () => {
    const monitor = await monitorOf(trickle);
    monitor.texts.repeatMinutes = '0';
    await monitor.runFrom('09:35', '12:00');
    const state = await monitor.store.readState();
    const [incident] = await monitor.store.readIncidents(state?.incidentIds ?? []);
    const cycleEnd = at('12:10') + 72 * HOUR;
    if (state && incident) {
      await monitor.store.writeIncident({ ...incident, cycleEnd }, state.runNumber);
    }
    await monitor.runFrom('12:05', '12:20');
    expect(told(monitor)).toEqual(['10:10 opened warning', '12:10 escalated critical']);
  });
});

test('a level that only a silenced account has breached stays silent when the breach is over', async () => {
  const status = 'INGESTION_FAILED_DUPLICATE_EVENT';
  const events = lost('test-1', '10:00', '12:00', 10_000).map((event) => ({ ...event, status }));
  const monitor = await monitorOf(events, 'duplicate >= 20');
  await monitor.runFrom('09:35', '13:00');
  expect(told(monitor)).toEqual([]);
});
