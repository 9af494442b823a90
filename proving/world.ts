import { createRandom, type Random } from './random.ts';
import {
  BUCKET,
  DAY,
  type Fault,
  HOUR,
  type Incident,
  MINUTE,
  type Rule,
  type Scenario,
  type SimulatedSettings,
} from './scenario.ts';
import { letTogaiCount } from './world-metrics.ts';

const ACCOUNTS = ['acme', 'globex', 'initech', 'umbrella', 'hooli', 'bob@example.com', ''] as const;
const SCHEMAS = ['api_call', 'storage', 'seats'] as const;
/** A Tuesday. */
const START = Date.UTC(2026, 2, 3);

/** A world in which much goes wrong: the same for the same seed and length. */
export function createWorld(seed: number, days: number): Scenario {
  const random = createRandom(seed, 'world');
  const start = START + random.whole(0, 23) * HOUR + random.whole(0, 59) * MINUTE;
  const span = { start, end: start + days * DAY };
  const settings = createSettings(createRandom(seed, 'settings'), start);
  return letTogaiCount({
    seed,
    ...span,
    settings,
    counting: [{ from: start, how: 'events' }],
    nameless: 'empty',
    perBucket: random.pick([5, 10, 15, 20, 30, 45]),
    accounts: ACCOUNTS.slice(0, random.whole(2, ACCOUNTS.length)) as [string, ...string[]],
    schemas: SCHEMAS.slice(0, random.whole(1, SCHEMAS.length)) as [string, ...string[]],
    timeField: random.chance(0.2) ? 'timestamp' : 'createdAt',
    bounds: random.chance(0.3) ? 'exclusive' : 'inclusive',
    latencyMs: random.pick([20, 80, 300]),
    paging: random.chance(0.4) ? 'number' : 'position',
    incidents: [
      ...createIncidents(createRandom(seed, 'incidents'), span, days),
      ...createSeries(createRandom(seed, 'series'), span),
    ],
    faults: createFaults(createRandom(seed, 'faults'), span, days),
  });
}

const warning = { forMinutes: 0, critical: false } as const;

const RULES: readonly [Rule, ...Rule[]] = [
  { subject: 'unmetered', operator: '>=', limit: 10, unit: 'events', ...warning },
  { subject: 'unmetered', operator: '>', limit: 40, unit: 'events', forMinutes: 0, critical: true },
  {
    subject: 'unmetered',
    operator: '>=',
    limit: 5,
    unit: 'percent',
    forMinutes: 0,
    critical: true,
  },
  {
    subject: 'unmetered',
    operator: '>=',
    limit: 2,
    unit: 'percent',
    forMinutes: 15,
    critical: false,
  },
  {
    subject: 'unmetered',
    by: 'account',
    operator: '>=',
    limit: 50,
    unit: 'percent',
    forMinutes: 0,
    critical: true,
  },
  { subject: 'unmetered', by: 'account', operator: '>=', limit: 5, unit: 'events', ...warning },
  { subject: 'unmetered', by: 'schema', operator: '>', limit: 8, unit: 'events', ...warning },
  { subject: 'failed', operator: '>=', limit: 10, unit: 'events', ...warning },
  { subject: 'failed', operator: '>=', limit: 10, unit: 'events', forMinutes: 10, critical: false },
  { subject: 'failed', by: 'schema', operator: '>=', limit: 20, unit: 'percent', ...warning },
  { subject: 'INGESTION_FAILED_*', operator: '>', limit: 5, unit: 'percent', ...warning },
  {
    subject: 'in_progress',
    operator: '>=',
    limit: 25,
    unit: 'percent',
    forMinutes: 15,
    critical: false,
  },
  { subject: 'in_progress', by: 'account', operator: '>=', limit: 12, unit: 'events', ...warning },
  { subject: 'duplicate', operator: '>=', limit: 6, unit: 'events', ...warning },
  { subject: 'metered', operator: '<', limit: 60, unit: 'percent', ...warning },
  { subject: 'total', operator: '<', limit: 1, unit: 'events', forMinutes: 30, critical: false },
  { subject: 'total', operator: '<=', limit: 3, unit: 'events', forMinutes: 0, critical: true },
];

function createSettings(random: Random, start: number): SimulatedSettings {
  const wanted = random.whole(2, 6);
  const rules = new Set<Rule>();
  while (rules.size < wanted) rules.add(random.pick(RULES));
  const day = (days: number) => new Date(start + days * DAY).toISOString().slice(0, 10);
  return {
    rules: [...rules],
    windowMinutes: random.pick([30, 60, 60, 120]),
    settleMinutes: random.pick([0, 2, 5, 5, 7]),
    minimumEvents: random.pick([5, 20, 20, 60]),
    repeatMinutes: random.pick([0, 60, 240, 240, 720]),
    maxCatchUpHours: random.pick([6, 12, 24]),
    maxRequestsPerSecond: random.pick([0.2, 0.5, 1, 2, 2, 2.5, 5, 10]),
    ignoredAccounts: random.chance(0.3)
      ? [{ name: 'globex', ...(random.chance(0.5) && { lastDay: day(random.whole(0, 2)) }) }]
      : [],
    ignoredSchemas: random.chance(0.1) ? [{ name: 'seats' }] : [],
    runEveryMinutes: random.pick([5, 5, 10, 15]),
  };
}

const PROBLEMS = [
  'INGESTION_COMPLETED_EVENT_NOT_METERED',
  'INGESTION_COMPLETED_NO_MATCHING_METERS',
  'INGESTION_COMPLETED_NO_MATCHING_METERS',
  'INGESTION_FAILED_SCHEMA_NOT_DEFINED',
  'INGESTION_FAILED_ACCOUNT_NOT_FOUND',
  'INGESTION_FAILED_DUPLICATE_EVENT',
  'REVERTED',
] as const;

function createIncidents(
  random: Random,
  { start, end }: { start: number; end: number },
  days: number,
): Incident[] {
  return Array.from(
    { length: Math.max(2, Math.round(days * random.pick([2, 4, 8]))) },
    (_, index): Incident => {
      const from = start + Math.floor(random.next() * (end - start));
      const lasting = Math.floor(random.pick([10, 45, 120, 360]) * MINUTE * (0.5 + random.next()));
      const span = { id: `incident-${index}`, from, to: from + lasting };
      const status = random.pick(PROBLEMS);
      const account = random.pick(ACCOUNTS);
      const kind = random.next();
      if (kind < 0.2) return { ...span, kind: 'status', share: 1, status, account };
      if (kind < 0.3) {
        return { ...span, kind: 'status', share: 0.9, status, schema: random.pick(SCHEMAS) };
      }
      if (kind < 0.45) {
        // A slow leak: near the limits of the rules, just above or just below.
        return { ...span, kind: 'status', share: random.pick([0.02, 0.04, 0.06, 0.12]), status };
      }
      if (kind < 0.6) {
        const short = { ...span, to: from + random.whole(5, 240) * 1_000 };
        const events = random.pick([9, 10, 11, 40, 120, 400]);
        return { ...short, kind: 'burst', events, status, account };
      }
      if (kind < 0.7) {
        const lastingMs = random.pick([12, 40, 120]) * MINUTE;
        return { ...span, kind: 'pile-up', share: random.pick([0.15, 0.4, 1]), lastingMs };
      }
      if (kind < 0.8) {
        const delayMs = random.pick([4, 12, 35, 90]) * MINUTE;
        return { ...span, kind: 'late', share: random.pick([0.1, 0.6]), delayMs };
      }
      if (kind < 0.92) {
        const afterMs = random.pick([6, 20, 50, 150]) * MINUTE;
        const changed = random.chance(0.4) ? 'INGESTION_COMPLETED_EVENT_METERED' : status;
        return {
          ...span,
          kind: 'changed',
          share: random.pick([0.1, 0.8]),
          afterMs,
          status: changed,
        };
      }
      return { ...span, kind: 'silence' };
    },
  );
}

type Makes = (random: Random, from: number) => Fault extends infer F ? FaultOf<F> : never;
type FaultOf<F> = F extends Fault ? Omit<F, 'id' | 'from'> : never;

const minutes = (random: Random, ...of: [number, ...number[]]) =>
  Math.ceil(random.pick(of) * MINUTE * (0.5 + random.next()));
const share = (random: Random) => random.pick([0.1, 0.3, 0.7, 1]);

/** One burst after the other: what fires, resolves and fires again. */
function createSeries(random: Random, { start, end }: { start: number; end: number }): Incident[] {
  const bursts = random.chance(0.5) ? random.whole(3, 9) : 0;
  const first = start + Math.floor(random.next() * (end - start));
  const gapMs = random.pick([50, 80, 110, 150]) * MINUTE;
  const status = random.pick(PROBLEMS);
  const account = random.pick(ACCOUNTS);
  const events = random.pick([12, 45]);
  return Array.from({ length: bursts }, (_, index) => {
    const from = first + index * gapMs;
    const span = { id: `series-${index}`, from, to: from + MINUTE };
    return { ...span, kind: 'burst', events, status, account };
  });
}

/** Each with how often it is chosen. */
const FAULTS: readonly (readonly [weight: number, Makes])[] = [
  [
    4,
    (random, from) => ({
      kind: 'throttling',
      to: from + minutes(random, 2, 10, 60),
      share: share(random),
      ...(random.chance(0.5) && { retryAfterSeconds: random.pick([1, 5, 30, 200, 900]) }),
    }),
  ],
  [
    4,
    (random, from) => ({
      kind: 'server-error',
      to: from + minutes(random, 1, 10, 40, 300),
      share: share(random),
      status: random.pick([500, 502, 503]),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'hang',
      to: from + minutes(random, 1, 10, 40, 200),
      share: share(random),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'wrong-body',
      to: from + minutes(random, 2, 20, 60),
      share: share(random),
      body: random.pick(['html', 'truncated', 'other-shape', 'empty']),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'broken-buckets',
      to: from + minutes(random, 60, 240),
      start: Math.ceil(from / BUCKET) * BUCKET,
      count: random.pick([1, 1, 3]),
    }),
  ],
  // An outage for hours, or for as long as two days.
  [
    1,
    (random, from) => ({
      kind: 'server-error',
      to: from + minutes(random, 400, 900, 2_000),
      share: 1,
      status: 503,
    }),
  ],
  [2, (random, from) => ({ kind: 'slow', to: from + minutes(random, 20, 90), latencyMs: 6_000 })],
  [2, (random, from) => ({ kind: 'filter-ignored', to: from + minutes(random, 20, 90, 240) })],
  [
    2,
    (random, from) => {
      const secretAt = from + random.pick([-1, 0, 7, 45, 200]) * MINUTE;
      return { kind: 'token-rotated', to: Math.max(from, secretAt) + MINUTE, secretAt };
    },
  ],
  [1, (random, from) => ({ kind: 'token-revoked', to: from + minutes(random, 10, 60, 300) })],
  [
    3,
    (random, from) => ({
      kind: 'state-write-refused',
      to: from + minutes(random, 10, 40),
      share: share(random),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'state-write-unseen',
      to: from + minutes(random, 10, 40),
      share: share(random),
    }),
  ],
  [
    2,
    (random, from) => ({
      kind: 'bucket-write-refused',
      to: from + minutes(random, 10, 40),
      share: share(random),
    }),
  ],
  [
    2,
    (random, from) => ({
      kind: 'bucket-write-unseen',
      to: from + minutes(random, 10, 40),
      share: share(random),
    }),
  ],
  [
    2,
    (random, from) => ({
      kind: 'read-refused',
      to: from + minutes(random, 10, 40),
      share: share(random),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'publish-refused',
      to: from + minutes(random, 10, 60, 300),
      share: share(random),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'publish-unseen',
      to: from + minutes(random, 10, 60),
      share: share(random),
    }),
  ],
  [1, (random, from) => ({ kind: 'secret-refused', to: from + minutes(random, 10, 60) })],
  [
    2,
    (random, from) => ({
      kind: 'clock-skew',
      to: from + minutes(random, 30, 200),
      ms: random.pick([-50_000, -3_000, 3_000, 20_000]),
    }),
  ],
  [3, (random, from) => ({ kind: 'runs-skipped', to: from + minutes(random, 10, 40, 200, 1_000) })],
  [
    2,
    (random, from) => ({
      kind: 'runs-delayed',
      to: from + minutes(random, 20, 60),
      ms: random.pick([5_000, 70_000, 400_000]),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'runs-doubled',
      to: from + minutes(random, 20, 60),
      afterMs: random.pick([0, 1, 300, 4_000, 100_000]),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'run-frozen',
      to: from + minutes(random, 5, 5, 20),
      call: random.whole(2, 12),
      ms: random.pick([6, 16, 40]) * MINUTE,
    }),
  ],
  [
    8,
    (random, from) => ({
      kind: 'run-killed',
      to: from + minutes(random, 5, 5, 20, 60),
      call: random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 40]),
      when: random.pick(['before', 'after']),
    }),
  ],
  [
    2,
    (random, from) => ({
      kind: 'short-runs',
      to: from + minutes(random, 10, 60, 400),
      timeoutMs: random.pick([6_000, 23_000, 30_000]),
    }),
  ],
];

function createFaults(
  random: Random,
  { start, end }: { start: number; end: number },
  days: number,
): Fault[] {
  const deck = FAULTS.flatMap(([weight, makes]) => Array.from({ length: weight }, () => makes));
  const [first = () => ({ kind: 'runs-skipped', to: start }) as never, ...rest] = deck;
  return Array.from(
    { length: Math.max(2, Math.round(days * random.pick([1, 3, 6, 9]))) },
    (_, index) => {
      const from = start + Math.floor((random.next() * (end - start)) / BUCKET) * BUCKET - 2_000;
      const makes = random.pick<Makes>([first, ...rest]);
      return { id: `fault-${index}`, from, ...makes(random, from) } as Fault;
    },
  );
}
