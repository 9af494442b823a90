import { CLOCK_MARGIN_MS } from '../timeline/time.ts';

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
    if (time === undefined || time <= this.now + CLOCK_MARGIN_MS) return time;
    this.#isAnyAhead = true;
    return undefined;
  };

  /** A time that is not ahead; otherwise now. */
  untilNow<T extends number | undefined>(time: T): T | number {
    return this.believed(time) === undefined && time !== undefined ? this.now : time;
  }
}
