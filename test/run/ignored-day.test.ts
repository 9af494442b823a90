import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { RunResult } from '../../functions/monitor/run.ts';
import { usageEvent } from '../support/events.ts';
import { at, createTestMonitor, MINUTE, notifiedBy, type TestMonitor } from '../support/monitor.ts';
import { NOT_METERED } from '../support/traffic.ts';

const MIDNIGHT = at('00:00') + 24 * 60 * MINUTE;

/** An event of acme every ten seconds that is lost, and one of globex that is metered. Minutes are those after midnight. */
function events(first: number, last: number): UsageEvent[] {
  const all: UsageEvent[] = [];
  for (let time = MIDNIGHT + first * MINUTE; time < MIDNIGHT + last * MINUTE; time += 10_000) {
    const times = { createdAt: time, timestamp: time };
    all.push(usageEvent({ ...times, accountId: 'acme', status: NOT_METERED }));
    all.push(usageEvent({ ...times, accountId: 'globex' }));
  }
  return all;
}

/** A monitor that ignores acme until midnight. */
function ignoringToday(counting: string, lost: readonly UsageEvent[]): TestMonitor {
  const ignoredAccounts = 'acme@2026-11-18';
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10', counting, ignoredAccounts });
  monitor.events.push(...lost);
  return monitor;
}

/** Runs every five minutes, both times included, in minutes after midnight. */
async function runFrom(monitor: TestMonitor, first: number, last: number): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (let minute = first; minute <= last; minute += 5) {
    results.push(await monitor.runAt(MIDNIGHT + minute * MINUTE));
  }
  return results;
}

describe.each(['listing', 'metrics'])(
  'an account that is ignored until midnight, by %s:',
  (way) => {
    test('a loss of that day is no news after midnight', async () => {
      const monitor = ignoringToday(way, events(-180, 0));
      await runFrom(monitor, -60, 120);
      expect(notifiedBy(monitor)).toEqual([]);
    });

    test('a loss of that day is in no window after midnight', async () => {
      const monitor = ignoringToday(way, events(-180, 0));
      const results = await runFrom(monitor, -60, 90);
      const lost = results.map(({ evaluated }) => evaluated?.counts.byStatus.get(NOT_METERED) ?? 0);
      expect(new Set(lost)).toEqual(new Set([0]));
    });

    test('nor after an outage over midnight', async () => {
      const monitor = ignoringToday(way, events(-180, 0));
      await runFrom(monitor, -60, -30);
      await runFrom(monitor, 30, 90);
      expect(notifiedBy(monitor)).toEqual([]);
    });

    test('a loss after midnight is notified in the first run that counts it', async () => {
      const monitor = ignoringToday(way, events(-180, 30));
      await runFrom(monitor, -60, 15);
      const [opened] = monitor.notified;
      expect(opened).toMatchObject({ kind: 'opened', accounts: [{ name: 'acme' }] });
      expect(Date.parse(opened?.at ?? '')).toBeLessThanOrEqual(MIDNIGHT + 10 * MINUTE);
      expect(Date.parse(opened?.onset ?? '')).toBe(MIDNIGHT);
    });
  },
);
