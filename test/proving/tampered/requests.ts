import type { Entry, EntryOf, StoredBucket } from '../../../proving/history.ts';
import { HOUR, MINUTE } from '../../../proving/world/scenario.ts';
import { all, beside, first, type Tamper, type Tampering, withoutRate } from './tampering.ts';

const LATER = 15 * MINUTE;

const times = (count: number, entry: Entry) => Array.from({ length: count }, () => entry);

/** Too many requests, and requests at the wrong time. */
export const TAMPERED_REQUESTS: readonly Tampering[] = [
  {
    what: 'every request is sent eleven times',
    breaks: ['rate-kept'],
    tamper: all('sent', (entry) => times(11, entry)),
  },
  {
    what: 'a run sends a request before the end of its Retry-After',
    breaks: ['retry-after-kept'],
    tamper: all('answered', (entry) => [{ ...entry, notBefore: entry.time + LATER }]),
  },
  {
    what: 'the next run sends a request before the end of a Retry-After',
    breaks: ['retry-after-remembered'],
    tamper: answeredLastBeforeCommit,
  },
  {
    what: 'every request is answered with 401',
    breaks: ['rejections-limited'],
    tamper: all('answered', (entry) => [{ ...entry, status: 401, isCurrent: false }]),
  },
  {
    what: 'an hour is counted that is not due',
    breaks: ['no-needless-hour'],
    counting: 'metrics',
    tamper: storedAgain,
  },
  {
    what: 'a run asks Togai metrics five times for everything',
    breaks: ['few-requests-for-counts'],
    counting: 'metrics',
    judgedAs: withoutRate,
    tamper: all('sent', (entry) => (entry.hour === undefined ? [entry] : times(5, entry))),
  },
  {
    what: 'a run without messages asks for samples',
    breaks: ['few-requests-for-samples'],
    counting: 'metrics',
    judgedAs: withoutRate,
    tamper: first('sent', (entry) => [
      entry,
      beside<'sent'>(entry, { type: 'sent', path: '/events?status=X', hour: undefined }),
    ]),
  },
  {
    what: 'a run takes the lease of another',
    breaks: ['lease-not-taken-over'],
    tamper: first(
      'state',
      (entry) => {
        const { time } = entry;
        const begun: Entry = {
          type: 'begun',
          run: 9_999,
          time,
          at: time,
          now: time,
          mayOversleep: false,
          counting: 'events',
        };
        return [entry, begun, { ...entry, run: 9_999 }];
      },
      ({ state }) => state.leaseUntil > 0,
    ),
  },
];

/** The last answer before the first commit names a Retry-After, so the commit stores it. */
function answeredLastBeforeCommit(): Tamper {
  let at: number | undefined;
  let answer: EntryOf<'answered'> | undefined;
  let isDone = false;
  return (entry) => {
    if (entry.type === 'begun') at = entry.at;
    if (entry.type === 'answered') answer = entry;
    if (isDone || !answer || entry.type !== 'state' || entry.state.committedAt !== at) {
      return [entry];
    }
    isDone = true;
    const { time } = entry;
    return [{ ...answer, time, status: 429, notBefore: time + 2 * LATER }, entry];
  };
}

/** The first hour that was complete is stored again by a later run. */
function storedAgain(): Tamper {
  let hour: { readonly bucket: StoredBucket; readonly run: number } | undefined;
  let isDone = false;
  return (entry) => {
    if (entry.type === 'bucket' && entry.bucket.end === entry.bucket.start + HOUR) {
      hour ??= { bucket: entry.bucket, run: entry.run };
    }
    if (isDone || !hour || entry.type !== 'ended' || entry.run === hour.run) return [entry];
    isDone = true;
    return [beside<'bucket'>(entry, { type: 'bucket', bucket: hour.bucket, seen: true }), entry];
  };
}
