import { BUCKET, HOUR } from '../../../proving/world/scenario.ts';
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

const closesAnHour = ({
  bucket,
}: {
  readonly bucket: { start: number; end?: number | undefined };
}) => bucket.end === bucket.start + HOUR;

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
    tamper: all('bucket', (entry) => [withBucket(entry, { configHash: 'abc.timestamp' })]),
  },
  {
    what: 'a bucket comes from another counting source',
    breaks: ['counting-source-as-set'],
    tamper: all('bucket', (entry) => [withBucket(entry, { end: entry.bucket.start + BUCKET })]),
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
  {
    what: 'an hour holds one event more',
    breaks: ['hour-total-is-sum'],
    counting: 'metrics',
    tamper: all('bucket', (entry) => [withCounts(entry, { total: entry.bucket.counts.total + 1 })]),
  },
  {
    what: 'an hour lacks a status',
    breaks: ['count-not-below-truth'],
    counting: 'metrics',
    tamper: first(
      'bucket',
      (entry) => [withCounts(entry, { total: 0, byStatus: new Map() })],
      ({ bucket }) => bucket.counts.total > 0,
    ),
  },
  {
    what: 'an open hour is taken for a complete one',
    breaks: ['watermark-exact'],
    counting: 'metrics',
    tamper: all('bucket', (entry) => [withBucket(entry, { end: entry.bucket.start + HOUR })]),
  },
  {
    what: 'an hour begins at five to',
    breaks: ['hour-starts-on-the-hour'],
    counting: 'metrics',
    tamper: all('bucket', (entry) => [withBucket(entry, { start: entry.bucket.start - BUCKET })]),
  },
  {
    what: 'an hour is counted less far than before',
    breaks: ['hour-never-shrinks'],
    counting: 'metrics',
    tamper: first(
      'bucket',
      (entry) => [entry, withBucket(entry, { end: entry.bucket.start + BUCKET })],
      closesAnHour,
    ),
  },
  {
    what: 'a partial hour replaces a complete one',
    breaks: ['hour-never-shrinks'],
    counting: 'metrics',
    judgedAs: obstructed,
    tamper: first(
      'bucket',
      (entry) => [
        entry,
        beside<'stopping'>(entry, { type: 'stopping', how: 'soft deadline' }),
        withBucket(entry, { partial: true }),
      ],
      closesAnHour,
    ),
  },
  {
    what: 'an open hour is stored as partial',
    breaks: ['open-hour-not-partial', 'partial-for-a-reason', 'partial-after-three-runs'],
    counting: 'metrics',
    tamper: first(
      'bucket',
      (entry) => [withBucket(entry, { partial: true })],
      (entry) => !closesAnHour(entry),
    ),
  },
  {
    what: 'a partial hour has new counts',
    breaks: ['partial-hour-keeps-counts'],
    counting: 'metrics',
    tamper: first(
      'bucket',
      (entry) => [
        beside<'stopping'>(entry, { type: 'stopping', how: 'soft deadline' }),
        withBucket(entry, { partial: true }),
      ],
      (entry) => closesAnHour(entry) && entry.bucket.counts.total > 0,
    ),
  },
  {
    what: 'the accounts of an hour are truncated without a reason',
    breaks: ['truncated-for-a-reason'],
    counting: 'metrics',
    tamper: all('bucket', (entry) => [
      withCounts(entry, { accounts: { byName: new Map(), truncated: true } }),
    ]),
  },
];
