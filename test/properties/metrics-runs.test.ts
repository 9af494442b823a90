import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from '../../functions/monitor/counting/join-sources.ts';
import { countUnnamed, countWhere } from '../../functions/monitor/events/counts.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { isProblem } from '../../functions/monitor/events/status-groups.ts';
import { usageEvent } from '../support/events.ts';
import { FAILED, METERED, UNMETERED } from '../support/looks.ts';
import type { MetricsTraits } from '../support/memory-metrics.ts';
import { metricsMonitor } from '../support/metrics-monitor.ts';
import { at, HOUR, MINUTE, type TestMonitor } from '../support/monitor.ts';
import { holdsAlways } from './cases.ts';

const FIRST = at('10:05');
const LAST = at('12:30');

/** Events of all kinds, some up to five hours late. */
const someEvents = fc.array(
  fc.record({
    createdAt: fc.integer({ min: FIRST + 1, max: LAST }),
    lateMs: fc.oneof(fc.constant(0), fc.nat({ max: 5 * HOUR })),
    status: fc.constantFrom(METERED, UNMETERED, FAILED),
    accountId: fc.constantFrom('acme', 'globex', 'hooli'),
    schemaName: fc.constantFrom('api_call', 'sms'),
  }),
  { minLength: 1, maxLength: 60 },
);

const someTraits = fc.record({
  zoneMinutes: fc.constantFrom(0, 0, 30, 45),
  ends: fc.constantFrom('cut' as const, 'widened' as const),
  isZeroFilled: fc.boolean(),
  labelledBy: fc.constantFrom('createdAt' as const, 'timestamp' as const),
});

/** Of each five minutes: whether there is a run, one more run in it, and how old the numbers are. */
const someRun = fc.record({
  isMissed: fc.boolean(),
  isTwice: fc.boolean(),
  oldMs: fc.oneof(fc.constant(0), fc.nat({ max: 20 * MINUTE })),
});
/** Each third run sees the newest numbers: lower numbers three times in a row are taken for deleted events. */
const someRuns = fc
  .array(someRun, { minLength: 29, maxLength: 29 })
  .map((all) =>
    all.map((each, index) => (index % 3 === 0 ? { ...each, isMissed: false, oldMs: 0 } : each)),
  );

interface World {
  readonly events: readonly UsageEvent[];
  readonly traits: MetricsTraits;
  readonly runs: readonly { isMissed: boolean; isTwice: boolean; oldMs: number }[];
}

const world: fc.Arbitrary<World> = fc.record({
  events: someEvents.map((all) =>
    all.map(({ lateMs, ...event }) =>
      usageEvent({ ...event, timestamp: event.createdAt - lateMs }),
    ),
  ),
  traits: someTraits,
  runs: someRuns,
});

async function playedBy(
  { events, traits, runs }: World,
  texts: TestMonitor['texts'],
): Promise<TestMonitor> {
  const monitor = metricsMonitor(events, texts);
  monitor.metricsTraits = traits;
  await monitor.runAt(FIRST);
  for (const [index, { isMissed, isTwice, oldMs }] of runs.entries()) {
    const time = FIRST + (index + 1) * 5 * MINUTE;
    monitor.metricsTraits = { ...traits, asOf: (now) => now - oldMs };
    if (!isMissed) await monitor.runAt(time);
    if (isTwice) await monitor.runAt(time + 2 * MINUTE);
  }
  monitor.metricsTraits = traits;
  // The first look in an hour sees late events of a whole day.
  for (const time of ['12:40', '13:00', '13:05']) await monitor.runAt(time);
  return monitor;
}

async function piecesBy({ store }: TestMonitor) {
  const { buckets, looks } = await store.readCounts({ start: at('00:00'), end: at('23:00') });
  return piecesOf(buckets, looks, at('13:05')).list;
}

/** The events of all pieces by status. */
async function countedBy(monitor: TestMonitor): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const { counts } of await piecesBy(monitor)) {
    for (const [status, events] of counts.byStatus) {
      sums.set(status, (sums.get(status) ?? 0) + events);
    }
  }
  return sums;
}

function truth(events: readonly UsageEvent[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { status } of events) sums.set(status, (sums.get(status) ?? 0) + 1);
  return sums;
}

const inOrder = (sums: ReadonlyMap<string, number>) => [...sums].sort();

test('each event is counted once, with any runs missed or repeated, and answers of any age', async () => {
  await holdsAlways(
    fc.asyncProperty(world, async (played) => {
      const monitor = await playedBy(played, { thresholds: 'unmetered >= 10' });
      expect(inOrder(await countedBy(monitor))).toEqual(inOrder(truth(played.events)));
    }),
    12,
  );
});

test('ignored events are in no number, and all others are', async () => {
  await holdsAlways(
    fc.asyncProperty(world, async (played) => {
      const monitor = await playedBy(played, {
        thresholds: 'unmetered by account >= 10',
        ignoredAccounts: 'hooli',
        ignoredSchemas: 'sms',
      });
      const others = played.events.filter(
        ({ accountId, schemaName }) => accountId !== 'hooli' && schemaName !== 'sms',
      );
      expect(inOrder(await countedBy(monitor))).toEqual(inOrder(truth(others)));
    }),
    12,
  );
});

test('no account has lost more events than it has, and events without a name are not forgotten', async () => {
  await holdsAlways(
    fc.asyncProperty(world, async (played) => {
      const monitor = await playedBy(played, { thresholds: 'unmetered by account >= 10' });
      const named = new Map<string, number>();
      let unnamed = 0;
      for (const { counts } of await piecesBy(monitor)) {
        unnamed += countUnnamed(counts.byStatus, counts.accounts, isProblem);
        for (const [name, { byStatus }] of counts.accounts.byName) {
          const problems = countWhere(byStatus, isProblem);
          named.set(name, (named.get(name) ?? 0) + problems);
        }
      }
      const lost = played.events.filter(({ status }) => isProblem(status));
      for (const [name, problems] of named) {
        const own = lost.filter(({ accountId }) => accountId === name);
        expect(problems).toBeLessThanOrEqual(own.length);
      }
      const all = [...named.values()].reduce((sum, problems) => sum + problems, unnamed);
      expect(all).toBeGreaterThanOrEqual(lost.length);
    }),
    12,
  );
});
