import { expect, test } from 'vitest';
import { countRange } from '../../functions/monitor/counting/metrics/count-range.ts';
import { isProblem } from '../../functions/monitor/events/status-groups.ts';
import { SETTINGS } from '../../functions/monitor/settings/all-settings.ts';
import { truthOf } from '../../simulator/truth.ts';
import { createJumpingClock } from '../support/clock.ts';
import { connectedTo } from './play.ts';
import type { ByStatus } from './seen-by-looks.ts';
import { at, trafficOf, VOLUMES, type Volume } from './world.ts';

const NOW = at(12, 7);

test.each(Object.keys(VOLUMES) as Volume[])(
  'a range that begins and ends within an hour has exactly its own events and accounts: %s',
  async (volume) => {
    const row = { generation: '2024', volume, lateness: 'as they come' } as const;
    const range = { start: at(11, 40), end: at(12, 5) };
    const togai = await connectedTo(row, { now: NOW, clock: createJumpingClock(NOW) });
    const { pieces } = await countRange(togai, {
      range,
      thresholds: SETTINGS.thresholds.parse(SETTINGS.thresholds.defaultText),
      ignoreLists: { accounts: new Set(), schemas: new Set() },
      now: NOW,
      signal: new AbortController().signal,
    });
    const truth = truthOf(trafficOf(row), range, 'createdAt', NOW);
    const counted = new Map<string, number>();
    const lost = new Map<string, number>();
    for (const { counts } of pieces) {
      for (const [status, events] of counts.byStatus) add(counted, status, events);
      for (const [name, { byStatus }] of counts.accounts.byName) {
        add(lost, name, problemsIn(byStatus));
      }
    }
    expect(counted).toEqual(truth.byStatus);
    const losers = [...truth.byAccount].map(([name, byStatus]) => [name, problemsIn(byStatus)]);
    expect(withEvents(lost)).toEqual(withEvents(new Map(losers as [string, number][])));
  },
);

function add(counts: Map<string, number>, key: string, events: number): void {
  counts.set(key, (counts.get(key) ?? 0) + events);
}

function problemsIn(byStatus: ByStatus): number {
  return [...byStatus].reduce((sum, [status, events]) => sum + (isProblem(status) ? events : 0), 0);
}

function withEvents(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...counts].filter(([, events]) => events > 0));
}
