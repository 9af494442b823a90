import type { Random } from './random.ts';
import {
  type Counting,
  type Fault,
  type Grouping,
  HOUR,
  MINUTE,
  type Scenario,
} from './scenario.ts';

const GROUPINGS: readonly [Grouping, ...Grouping[]] = [
  'ACCOUNT_ID',
  'SCHEMA_NAME',
  'RAW_EVENT_STATUS',
];
const COUNTINGS: readonly [Counting, ...Counting[]] = [
  'auto',
  'auto',
  'auto',
  'listing',
  'metrics',
];

interface WorldSpan {
  readonly start: number;
  readonly end: number;
}

/** The setting `Counting`. In one world of six it changes. */
export function createCounting(random: Random, { start, end }: WorldSpan): Scenario['counting'] {
  const first = { from: start, how: random.pick(COUNTINGS) };
  if (!random.chance(1 / 6)) return [first];
  const once = start + Math.floor((0.1 + 0.4 * random.next()) * (end - start));
  const counting = [first, { from: once, how: random.pick(COUNTINGS) }];
  if (random.chance(0.5)) return counting;
  // At once, while buckets of the newest window are outstanding, or much later.
  const again = random.chance(0.5)
    ? once + random.whole(1, 90) * MINUTE
    : start + Math.floor(0.6 * (end - start));
  return [...counting, { from: again, how: first.how }];
}

/** Faults of Togai metrics, an outage of about `MaxCatchUpHours`, and pauses before a change of `Counting`. */
export function createCountingFaults(
  random: Random,
  { start, end }: WorldSpan,
  catchUpHours: number,
  counting: Scenario['counting'],
): Fault[] {
  const at = (share: number) => start + Math.floor(share * (end - start));
  return [
    ...createMetricsFaults(random, at),
    ...createOutage(random, catchUpHours, at),
    ...createPauses(random, counting.slice(1)),
  ];
}

/** Togai is away for about `MaxCatchUpHours`, or for hours more. */
function createOutage(
  random: Random,
  catchUpHours: number,
  at: (share: number) => number,
): Fault[] {
  if (!random.chance(0.1)) return [];
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

function createMetricsFaults(random: Random, at: (share: number) => number): Fault[] {
  return Array.from({ length: random.pick([0, 0, 1, 2]) }, (_, index): Fault => {
    const from = at(random.next());
    const lasting = random.pick([12, 45, 200]) * MINUTE * (0.5 + random.next());
    const span = { id: `metrics-fault-${index}`, from, to: from + Math.ceil(lasting) };
    const kind = random.next();
    if (kind < 0.4) return { ...span, kind: 'grouping-refused', by: random.pick(GROUPINGS) };
    if (kind < 0.8) return { ...span, kind: 'grouping-ignored', by: random.pick(GROUPINGS) };
    return { ...span, kind: 'result-missing' };
  });
}
