import { BUCKET, HOUR, type Scenario } from '../../../proving/world/scenario.ts';
import { all, beside, first, type Tamper, type Tampering, withState } from './tampering.ts';

/** Runs that do not end as they should, and items that are too large. */
export const TAMPERED_RUNS: readonly Tampering[] = [
  {
    what: 'a run fails',
    breaks: ['clear-run-finishes'],
    tamper: all('ended', (entry) => [{ ...entry, outcome: 'threw' }]),
  },
  {
    what: 'a run ends and has not committed',
    breaks: ['ended-run-has-committed'],
    tamper: all('state', (entry) => [withState(entry, { committedAt: undefined })]),
  },
  {
    what: 'a run keeps its lease',
    breaks: ['lease-given-back'],
    tamper: all('state', (entry) => [withState(entry, { leaseUntil: entry.time + 1_000 })]),
  },
  {
    what: 'a run leaves a timer behind',
    breaks: ['no-timer-left'],
    tamper: all('ended', (entry) => [{ ...entry, sleepers: 1 }]),
  },
  {
    what: 'a run counts nothing new',
    breaks: ['due-buckets-counted', 'no-backlog-left'],
    tamper: standStill,
  },
  {
    what: 'a run that reaches its soft deadline counts nothing new',
    breaks: ['backlog-shrinks'],
    tamper: (world) => {
      const standing = standStill(world);
      return (entry) =>
        entry.type === 'begun' && entry.time >= stillSince(world)
          ? [entry, beside<'stopping'>(entry, { type: 'stopping', how: 'soft deadline' })]
          : standing(entry);
    },
  },
  {
    what: 'a bucket that cannot be read holds up everything after it',
    breaks: ['unreadable-range-passed'],
    judgedAs: (world) => {
      const from = stillSince(world);
      const span = { id: 'fault', from: world.start, to: world.end };
      const fault = { ...span, kind: 'broken-buckets', start: from, count: 1 } as const;
      return { ...world, faults: [fault] };
    },
    tamper: standStill,
  },
  {
    what: 'the state is too large',
    breaks: ['state-small'],
    tamper: first('state', (entry) => [
      entry,
      beside<'too large'>(entry, { type: 'too large', what: 'the state', bytes: 100_001 }),
    ]),
  },
  {
    what: 'a bucket is too large',
    breaks: ['bucket-small'],
    tamper: first('bucket', (entry) => [
      entry,
      beside<'too large'>(entry, { type: 'too large', what: 'a bucket', bytes: 300_001 }),
    ]),
  },
  {
    what: 'the token is in the log',
    breaks: ['token-secret'],
    tamper: first('bucket', (entry) => [
      entry,
      beside<'leaked'>(entry, { type: 'leaked', where: 'the log' }),
    ]),
  },
];

function stillSince({ start }: Scenario): number {
  return Math.floor(start / HOUR) * HOUR + 2 * HOUR;
}

/** From a time on no bucket is stored, so the watermark stays and nothing is notified. */
function standStill(world: Scenario): Tamper {
  const since = stillSince(world);
  return (entry) => {
    if (entry.type === 'bucket' && entry.bucket.start >= since) return [];
    if (entry.type === 'published' && entry.time >= since + BUCKET) return [];
    if (entry.type !== 'state' || (entry.state.watermark ?? 0) <= since) return [entry];
    return [withState(entry, { watermark: since })];
  };
}
