import { createRandom, type Random } from './random.ts';
import {
  type Fault,
  type Grouping,
  HOUR,
  MINUTE,
  type Scenario,
  type Threshold,
} from './scenario.ts';

const GROUPINGS: readonly [Grouping, ...Grouping[]] = [
  'ACCOUNT_ID',
  'SCHEMA_NAME',
  'RAW_EVENT_STATUS',
];

/** The same world; for three seeds in ten it uses Togai metrics, for a time at least. */
export function withTogaiMetrics(world: Scenario): Scenario {
  const random = createRandom(world.seed, 'counting');
  const kind = random.next();
  if (kind >= 0.3) return world;
  const { start, end, settings } = world;
  const at = (share: number) => start + Math.floor(share * (end - start));
  const counting: Scenario['counting'] =
    kind < 0.25 ? [{ from: start, how: 'metrics' }] : createSwitches(random, start, at);
  const ignores = settings.ignoredAccounts.length > 0;
  return {
    ...world,
    counting,
    nameless: createRandom(world.seed, 'nameless').chance(0.5) ? 'left out' : 'empty',
    settings: {
      ...settings,
      windowMinutes: random.pick([60, 60, 120, 180]),
      ignoredSchemas: [],
      thresholds: countable(settings.thresholds, ignores),
    },
    faults: [
      ...world.faults,
      ...createFaults(random, at),
      ...createOutage(createRandom(world.seed, 'outage'), settings.maxCatchUpHours, at),
      ...createPauses(createRandom(world.seed, 'pause'), counting.slice(1)),
    ],
  };
}

function createSwitches(
  random: Random,
  start: number,
  at: (share: number) => number,
): Scenario['counting'] {
  const [first, second] = random.chance(0.5)
    ? (['events', 'metrics'] as const)
    : (['metrics', 'events'] as const);
  const once = at(0.1 + 0.4 * random.next());
  const counting = [
    { from: start, how: first },
    { from: once, how: second },
  ];
  if (random.chance(0.5)) return counting;
  // At once, while buckets of the newest window are outstanding, or much later.
  const again = random.chance(0.5) ? once + random.whole(1, 90) * MINUTE : at(0.6);
  return [...counting, { from: again, how: first }];
}

/** Togai is away for about `MaxCatchUpHours`, or for hours more. */
function createOutage(
  random: Random,
  catchUpHours: number,
  at: (share: number) => number,
): Fault[] {
  if (!random.chance(0.25)) return [];
  const from = at(0.6 * random.next());
  const to = from + catchUpHours * HOUR + random.whole(-60, 150) * MINUTE;
  return [{ id: 'metrics-outage', from, to, kind: 'server-error', share: 1, status: 503 }];
}

/** Some changes of `Counting` come after hours without a run. The next run must catch up with those hours. */
function createPauses(random: Random, switches: Scenario['counting']): Fault[] {
  return switches.flatMap(({ from }, index): Fault[] => {
    const hours = random.pick([0, 0, 3, 7]);
    if (hours === 0) return [];
    return [{ id: `pause-${index}`, kind: 'runs-skipped', from: from - hours * HOUR, to: from }];
  });
}

/** The settings refuse thresholds that Togai metrics cannot answer in two requests; this leaves them out. */
function countable(thresholds: readonly Threshold[], ignores: boolean): readonly Threshold[] {
  let others = 0;
  const kept = thresholds.filter(({ by, subject }) => {
    if (by === undefined || subject === 'unmetered') return true;
    return others++ < (ignores ? 0 : 1);
  });
  const [first] = thresholds;
  if (kept.length > 0 || !first) return kept;
  const { by: _, ...forAll } = first;
  return [forAll];
}

function createFaults(random: Random, at: (share: number) => number): Fault[] {
  return Array.from({ length: random.whole(0, 3) }, (_, index): Fault => {
    const from = at(random.next());
    const lasting = random.pick([12, 45, 200]) * MINUTE * (0.5 + random.next());
    const span = { id: `metrics-fault-${index}`, from, to: from + Math.ceil(lasting) };
    const kind = random.next();
    if (kind < 0.4) return { ...span, kind: 'grouping-refused', by: random.pick(GROUPINGS) };
    if (kind < 0.75) return { ...span, kind: 'grouping-ignored', by: random.pick(GROUPINGS) };
    if (kind < 0.87) return { ...span, kind: 'result-missing' };
    // An hour that fails from its beginning to its end, and for as long again.
    const start = Math.floor(from / HOUR) * HOUR;
    return { ...span, from: start, to: start + 2 * HOUR, kind: 'broken-buckets', start, count: 1 };
  });
}
