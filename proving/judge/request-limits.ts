import type { Entry, EntryOf } from '../history.ts';
import { HOUR, MINUTE } from '../world/scenario.ts';
import type { WorldSettings } from '../world/world-settings.ts';
import { broken, type Complaint } from './complaint.ts';

const SECOND = 1_000;
const MOST_REJECTED = 4;
const MOST_REJECTED_IN = 30 * MINUTE;
/** A longer Retry-After is taken for a mistake: the monitor waits no longer than this. */
const LONGEST_RETRY_AFTER = HOUR;
/** The clocks of two runs may differ by so much. */
const CLOCKS_DIFFER = MINUTE;

interface RetryAfter {
  /** Epoch ms. */
  readonly until: number;
  /** The run that was given it. */
  readonly run: number;
  /** The run has written state since, so later runs know it. */
  isRemembered: boolean;
}

/** The limits on requests to Togai: the rate, the Retry-After, and rejected tokens. */
export class RequestLimits {
  readonly #rate: number;
  #sent: number[] = [];
  #rejected: { readonly time: number; readonly run: number }[] = [];
  /** Runs that have written state since a token of theirs was rejected. */
  readonly #remembered = new Set<number>();
  #retryAfters: RetryAfter[] = [];
  /** When Togai last rejected the token that the secret held: the monitor can only wait. */
  #lastRejected = Number.NEGATIVE_INFINITY;

  constructor({ maxRequestsPerSecond }: WorldSettings) {
    this.#rate = maxRequestsPerSecond;
  }

  /** Whether a run that began then may have had no token to send, or a Retry-After to wait for. */
  mayBlock(begunAt: number): boolean {
    const since = begunAt - MOST_REJECTED_IN - CLOCKS_DIFFER;
    const recent = this.#rejected.filter(({ time }) => time > since);
    const mustWait = this.#retryAfters.some(({ until }) => begunAt < until + CLOCKS_DIFFER);
    return mustWait || this.#lastRejected >= since || recent.length >= MOST_REJECTED;
  }

  /** @param mayOversleep the run may wake up in the middle of a request: its requests are not judged */
  note(entry: Entry, mayOversleep: boolean): Complaint[] {
    this.#noteRetryAfter(entry);
    if (mayOversleep) return [];
    const { run } = entry;
    switch (entry.type) {
      case 'sent':
        return this.#sentProblems(entry);
      case 'answered':
        return entry.status === 401 ? this.#rejectionProblems(entry) : [];
      case 'state':
        if (this.#rejected.some((rejection) => rejection.run === run)) this.#remembered.add(run);
        return [];
      case 'ended':
        // The next run knows nothing of a rejection that could not be stored.
        if (!this.#remembered.delete(run)) {
          this.#rejected = this.#rejected.filter((rejection) => rejection.run !== run);
        }
        return [];
      default:
        return [];
    }
  }

  #sentProblems({ time, run }: EntryOf<'sent'>): Complaint[] {
    const complaints: Complaint[] = [];
    const spanMs = this.#rate < 1 ? SECOND / this.#rate : SECOND;
    const most = Math.max(1, Math.floor(this.#rate));
    this.#sent = [...this.#sent.filter((earlier) => earlier > time - spanMs), time];
    const { length } = this.#sent;
    if (length > most) {
      complaints.push(
        broken('rate-kept', `${length} requests in ${spanMs} ms, ${most} are allowed`),
      );
    }
    const own = this.#retryAfters.some((given) => given.run === run && time < given.until);
    const earlier = this.#retryAfters.some(
      (given) => given.run !== run && given.isRemembered && time < given.until - CLOCKS_DIFFER,
    );
    if (own) {
      complaints.push(broken('retry-after-kept', 'a request before the end of a Retry-After'));
    } else if (earlier) {
      complaints.push(
        broken(
          'retry-after-remembered',
          'a request before the end of a Retry-After of an earlier run',
        ),
      );
    }
    return complaints;
  }

  #rejectionProblems({ time, run, isCurrent }: EntryOf<'answered'>): Complaint[] {
    if (isCurrent) this.#lastRejected = time;
    this.#rejected = [
      ...this.#rejected.filter((earlier) => earlier.time > time - MOST_REJECTED_IN - CLOCKS_DIFFER),
      { time, run },
    ];
    const { length } = this.#rejected.filter((earlier) => earlier.time > time - MOST_REJECTED_IN);
    if (length <= MOST_REJECTED) return [];
    return [
      broken('rejections-limited', `${length} requests were answered with 401 in half an hour`),
    ];
  }

  /** A Retry-After of a run that may oversleep holds for later runs, too. */
  #noteRetryAfter(entry: Entry): void {
    const { time, run } = entry;
    if (entry.type === 'answered' && entry.notBefore > time) {
      const until = Math.min(entry.notBefore, time + LONGEST_RETRY_AFTER);
      this.#retryAfters.push({ until, run, isRemembered: false });
    }
    if (entry.type === 'state') {
      for (const given of this.#retryAfters) given.isRemembered ||= given.run === run;
    }
    if (entry.type === 'ended') {
      this.#retryAfters = this.#retryAfters.filter(
        (given) => (given.run !== run || given.isRemembered) && time < given.until + HOUR,
      );
    }
  }
}
