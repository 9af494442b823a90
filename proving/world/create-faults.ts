import { CHANNELS } from './names.ts';
import type { Random } from './random.ts';
import { BUCKET, type Fault, MINUTE } from './scenario.ts';

type WithoutSpan<F> = F extends Fault ? Omit<F, 'id' | 'from'> : never;
type CreateFault = (random: Random, from: number) => WithoutSpan<Fault>;

/** A length of about one of these minutes, ms. */
const about = (random: Random, ...minutes: [number, ...number[]]) =>
  Math.ceil(random.pick(minutes) * MINUTE * (0.5 + random.next()));
const share = (random: Random) => random.pick([0.1, 0.3, 0.7, 1]);

const TOGAI_FAULTS: readonly (readonly [weight: number, CreateFault])[] = [
  [
    4,
    (random, from) => ({
      kind: 'throttling',
      to: from + about(random, 2, 10, 60),
      share: share(random),
      ...(random.chance(0.5) && { retryAfterSeconds: random.pick([1, 5, 30, 200, 900]) }),
    }),
  ],
  [
    4,
    (random, from) => ({
      kind: 'server-error',
      to: from + about(random, 1, 10, 40, 300),
      share: share(random),
      status: random.pick([500, 502, 503]),
    }),
  ],
  [3, (random, from) => ({ kind: 'hang', ...partly(random, from, 1, 10, 40, 200) })],
  [
    3,
    (random, from) => ({
      kind: 'wrong-body',
      ...partly(random, from, 2, 20, 60),
      body: random.pick(['html', 'truncated', 'other-shape', 'empty']),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'broken-buckets',
      to: from + about(random, 60, 240),
      start: Math.ceil(from / BUCKET) * BUCKET,
      count: random.pick([1, 1, 3]),
    }),
  ],
  // An outage for hours, or for as long as two days.
  [
    1,
    (random, from) => ({
      kind: 'server-error',
      to: from + about(random, 400, 900, 2_000),
      share: 1,
      status: 503,
    }),
  ],
  [2, (random, from) => ({ kind: 'slow', to: from + about(random, 20, 90), latencyMs: 6_000 })],
  [2, (random, from) => ({ kind: 'filter-ignored', to: from + about(random, 20, 90, 240) })],
  [
    2,
    (random, from) => {
      const secretAt = from + random.pick([-1, 0, 7, 45, 200]) * MINUTE;
      return { kind: 'token-rotated', to: Math.max(from, secretAt) + MINUTE, secretAt };
    },
  ],
  [1, (random, from) => ({ kind: 'token-revoked', to: from + about(random, 10, 60, 300) })],
];

const AWS_FAULTS: readonly (readonly [weight: number, CreateFault])[] = [
  [3, (random, from) => ({ kind: 'state-write-refused', ...partly(random, from, 10, 40) })],
  [3, (random, from) => ({ kind: 'state-write-unseen', ...partly(random, from, 10, 40) })],
  [2, (random, from) => ({ kind: 'bucket-write-refused', ...partly(random, from, 10, 40) })],
  [2, (random, from) => ({ kind: 'bucket-write-unseen', ...partly(random, from, 10, 40) })],
  [2, (random, from) => ({ kind: 'read-refused', ...partly(random, from, 10, 40) })],
  [
    3,
    (random, from) => ({
      kind: 'publish-refused',
      ...partly(random, from, 10, 60, 300),
      ...inChannel(random),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'publish-unseen',
      ...partly(random, from, 10, 60),
      ...inChannel(random),
    }),
  ],
  [1, (random, from) => ({ kind: 'secret-refused', to: from + about(random, 10, 60) })],
];

const RUN_FAULTS: readonly (readonly [weight: number, CreateFault])[] = [
  [
    2,
    (random, from) => ({
      kind: 'clock-skew',
      to: from + about(random, 30, 200),
      ms: random.pick([-50_000, -3_000, 3_000, 20_000]),
    }),
  ],
  [3, (random, from) => ({ kind: 'runs-skipped', to: from + about(random, 10, 40, 200, 1_000) })],
  [
    2,
    (random, from) => ({
      kind: 'runs-delayed',
      to: from + about(random, 20, 60),
      ms: random.pick([5_000, 70_000, 400_000]),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'runs-doubled',
      to: from + about(random, 20, 60),
      afterMs: random.pick([0, 1, 300, 4_000, 100_000]),
    }),
  ],
  [
    3,
    (random, from) => ({
      kind: 'run-frozen',
      to: from + about(random, 5, 5, 20),
      call: random.whole(2, 12),
      ms: random.pick([6, 16, 40]) * MINUTE,
    }),
  ],
  [
    8,
    (random, from) => ({
      kind: 'run-killed',
      to: from + about(random, 5, 5, 20, 60),
      call: random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 40]),
      when: random.pick(['before', 'after']),
    }),
  ],
  [
    2,
    (random, from) => ({
      kind: 'short-runs',
      to: from + about(random, 10, 60, 400),
      timeoutMs: random.pick([6_000, 23_000, 30_000]),
    }),
  ],
];

/** The end of a fault of about one of these lengths, and the share of the calls that it strikes. */
function partly(random: Random, from: number, ...minutes: [number, ...number[]]) {
  return { to: from + about(random, ...minutes), share: share(random) };
}

/** Of one channel, or of all. */
function inChannel(random: Random): { readonly channel?: string } {
  const channel = random.pick([undefined, ...CHANNELS]);
  return channel === undefined ? {} : { channel };
}

export function createFaults(
  random: Random,
  { start, end }: { readonly start: number; readonly end: number },
  days: number,
): Fault[] {
  const [first = () => ({ kind: 'runs-skipped', to: start }), ...rest] = [
    ...TOGAI_FAULTS,
    ...AWS_FAULTS,
    ...RUN_FAULTS,
  ].flatMap(([weight, create]) => Array.from({ length: weight }, () => create));
  return Array.from(
    { length: Math.max(2, Math.round(days * random.pick([1, 3, 6, 9]))) },
    (_, index) => {
      const from = start + Math.floor((random.next() * (end - start)) / BUCKET) * BUCKET - 2_000;
      const create = random.pick<CreateFault>([first, ...rest]);
      return { id: `fault-${index}`, from, ...create(random, from) } as Fault;
    },
  );
}
