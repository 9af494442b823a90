import type { Entry } from './history.ts';
import { HOUR, MINUTE, type SimulatedSettings } from './scenario.ts';

const SECOND = 1_000;
const MOST_REJECTED = 4;
const MOST_REJECTED_IN = 30 * MINUTE;

/** What Togai asks to wait for longer than this is a mistake, and nobody keeps to it. */
const LONGEST_QUIET = HOUR;
/** By how much the clocks of two runs may differ. */
const CLOCKS_DIFFER = MINUTE;

interface Quiet {
  /** No request is welcome before. */
  readonly until: number;
  /** The run that was asked. */
  readonly run: number;
  /** That run has written state since: those after it know. */
  isRemembered: boolean;
}

type Complain = (text: string) => void;

/** What Togai may be asked: how often, how soon again, and with which tokens. */
export class ExpectedManners {
  readonly #rate: number;
  #sent: number[] = [];
  #rejected: { readonly time: number; readonly run: number }[] = [];
  /** Runs that have written state since a token of theirs was rejected. */
  readonly #remembered = new Set<number>();
  /** What was asked with a Retry-After. */
  #quiet: Quiet[] = [];
  /** When a token was rejected that was in the secret then: nothing can be done but wait. */
  #lastRejected = Number.NEGATIVE_INFINITY;

  constructor({ maxRequestsPerSecond }: SimulatedSettings) {
    this.#rate = maxRequestsPerSecond;
  }

  /** Whether there may be no token to send for a run that began then, or no request that is welcome. */
  isBarred(begunAt: number): boolean {
    const since = begunAt - MOST_REJECTED_IN - CLOCKS_DIFFER;
    const recent = this.#rejected.filter(({ time }) => time > since);
    const isSilenced = this.#quiet.some(({ until }) => begunAt < until + CLOCKS_DIFFER);
    return isSilenced || this.#lastRejected >= since || recent.length >= MOST_REJECTED;
  }

  /** @param complain `undefined` where the run may oversleep: it may be in the middle of a request when it goes on */
  note(entry: Entry, complain: Complain | undefined): void {
    const { time, run } = entry;
    this.#noteQuiet(entry);
    if (!complain) return;
    if (entry.type === 'sent') {
      const spanMs = this.#rate < 1 ? SECOND / this.#rate : SECOND;
      const most = Math.max(1, Math.floor(this.#rate));
      this.#sent = [...this.#sent.filter((earlier) => earlier > time - spanMs), time];
      if (this.#sent.length > most) {
        complain(`${this.#sent.length} requests in ${spanMs} ms, ${most} are allowed`);
      }
      const isUnwelcome = this.#quiet.some((quiet) =>
        quiet.run === run
          ? time < quiet.until
          : quiet.isRemembered && time < quiet.until - CLOCKS_DIFFER,
      );
      if (isUnwelcome) complain('a request before the end of a Retry-After');
    }
    if (entry.type === 'state' && this.#rejected.some((rejection) => rejection.run === run)) {
      this.#remembered.add(run);
    }
    // Of a rejection that could not be written down, the next run knows nothing.
    if (entry.type === 'ended' && !this.#remembered.delete(run)) {
      this.#rejected = this.#rejected.filter((rejection) => rejection.run !== run);
    }
    if (entry.type === 'answered') {
      if (entry.status !== 401) return;
      if (entry.isCurrent) this.#lastRejected = time;
      this.#rejected = [
        ...this.#rejected.filter(
          (earlier) => earlier.time > time - MOST_REJECTED_IN - CLOCKS_DIFFER,
        ),
        { time, run },
      ];
      const recent = this.#rejected.filter((earlier) => earlier.time > time - MOST_REJECTED_IN);
      if (recent.length > MOST_REJECTED) {
        complain(`${recent.length} requests were answered with 401 in half an hour`);
      }
    }
  }

  /** What Togai asked to wait for, of any run: what one that may oversleep has heard keeps those after it quiet, too. */
  #noteQuiet(entry: Entry): void {
    const { time, run } = entry;
    if (entry.type === 'answered' && entry.notBefore > time) {
      const until = Math.min(entry.notBefore, time + LONGEST_QUIET);
      this.#quiet.push({ until, run, isRemembered: false });
    }
    if (entry.type === 'state') {
      for (const quiet of this.#quiet) quiet.isRemembered ||= quiet.run === run;
    }
    if (entry.type === 'ended') {
      this.#quiet = this.#quiet.filter(
        (quiet) => (quiet.run !== run || quiet.isRemembered) && time < quiet.until + HOUR,
      );
    }
  }
}
