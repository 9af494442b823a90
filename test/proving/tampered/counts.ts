import { BUCKET } from '../../../proving/world/scenario.ts';
import {
  all,
  beside,
  first,
  obstructed,
  type Tampering,
  withBucket,
  withCounts,
  withState,
} from './tampering.ts';

/** Wrong buckets and watermarks. */
export const TAMPERED_COUNTS: readonly Tampering[] = [
  {
    what: 'a bucket holds one event more',
    breaks: ['count-not-above-truth'],
    tamper: all('bucket', (entry) => [withCounts(entry, { total: entry.bucket.counts.total + 1 })]),
  },
  {
    what: 'a bucket holds one event less',
    breaks: ['count-not-below-truth'],
    tamper: first(
      'bucket',
      (entry) => [withCounts(entry, { total: entry.bucket.counts.total - 1 })],
      ({ bucket }) => bucket.counts.total > 3 && bucket.inProgress === 0,
    ),
  },
  {
    what: 'a bucket was counted by timestamp',
    breaks: ['time-field-of-togai'],
    tamper: () => (entry) => {
      // Without its ranges, every event contradicts a filter by timestamp.
      if (entry.type === 'sent') return [{ ...entry, path: '/events' }];
      if (entry.type !== 'bucket') return [entry];
      return [withBucket(entry, { configHash: 'abc.timestamp' })];
    },
  },
  {
    what: 'a bucket is counted four times',
    breaks: ['counted-three-times-at-most'],
    tamper: first('bucket', (entry) => [entry, entry, entry, entry]),
  },
  {
    what: 'a bucket is stored as partial',
    breaks: ['partial-for-a-reason', 'partial-after-three-runs'],
    tamper: all('bucket', (entry) => [withBucket(entry, { partial: true })]),
  },
  {
    what: 'a bucket is stored as partial after one run, and there is an obstacle',
    breaks: ['partial-after-three-runs'],
    judgedAs: obstructed,
    tamper: all('bucket', (entry) => [withBucket(entry, { partial: true })]),
  },
  {
    what: 'a partial bucket is counted again',
    breaks: ['partial-bucket-final'],
    tamper: first('bucket', (entry) => [
      beside<'stopping'>(entry, { type: 'stopping', how: 'soft deadline' }),
      withBucket(entry, { partial: true }),
      entry,
    ]),
  },
  {
    what: 'a bucket is stored by a run without the lease',
    breaks: ['stored-under-the-lease'],
    tamper: first('state', () => []),
  },
  {
    what: 'a bucket is not counted again, though it is due',
    breaks: ['due-buckets-counted'],
    tamper: first(
      'bucket',
      () => [],
      ({ bucket }) => bucket.times > 1,
    ),
  },
  {
    what: 'the watermark is too high',
    breaks: ['watermark-exact'],
    tamper: all('state', (entry) => [
      withState(entry, { watermark: (entry.state.watermark ?? 0) + BUCKET }),
    ]),
  },
];
