import { MINUTE_MS } from '../timeline/time.ts';

/** Stored times are believed up to so much ahead: two machines may have clocks that differ. */
export const BELIEVED_AHEAD_MS = 5 * MINUTE_MS;

/** Recognises stored times that are ahead of the clock. */
export class Times {
  readonly now: number;
  #isAnyAhead = false;

  constructor(now: number) {
    this.now = now;
  }

  get isAnyAhead(): boolean {
    return this.#isAnyAhead;
  }

  /** A time that is not ahead; otherwise nothing. */
  readonly believed = (time: number | undefined): number | undefined => {
    if (time === undefined || time <= this.now + BELIEVED_AHEAD_MS) return time;
    this.#isAnyAhead = true;
    return undefined;
  };

  /** A time that is not ahead; otherwise now. */
  untilNow<T extends number | undefined>(time: T): T | number {
    return this.believed(time) === undefined && time !== undefined ? this.now : time;
  }
}
