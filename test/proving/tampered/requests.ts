import type { Entry, EntryOf } from '../../../proving/history.ts';
import { MINUTE } from '../../../proving/world/scenario.ts';
import { all, first, type Tamper, type Tampering, withoutRate } from './tampering.ts';

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
    what: 'a run that looks sends every request five times',
    breaks: ['few-requests'],
    counting: 'metrics',
    judgedAs: withoutRate,
    tamper: all('sent', (entry) => times(5, entry)),
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
          counting: 'listing',
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
