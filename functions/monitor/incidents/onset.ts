import { MINUTE_MS, type Range } from '../timeline/time.ts';

/** Times in a longer piece are not known well enough. */
const CLEAR_MS = 10 * MINUTE_MS;

/** When a loss began. Times are epoch ms. */
export interface Onset {
  /** The start of the first piece of the loss; for a level the end of the first window that breached. */
  readonly onset: number;
  /** The end of that piece, where it is longer than ten minutes: the loss began anywhere in it. */
  readonly onsetUntil?: number | undefined;
  /** Nothing is known of the time before, so it may have begun earlier. @default false */
  readonly onsetOrEarlier?: boolean | undefined;
}

/** Whether a piece is too long to show when in it a loss began or ended. */
export function isLong({ start, end }: Range): boolean {
  return end - start > CLEAR_MS;
}

/** The onset of a loss that began in a piece, or before it. */
export function onsetIn({ start, end }: Range, orEarlier: boolean): Onset {
  return {
    onset: start,
    ...(isLong({ start, end }) && { onsetUntil: end }),
    ...(orEarlier && { onsetOrEarlier: true }),
  };
}

/** Nothing but the onset of something. */
export function onsetOf({ onset, onsetUntil, onsetOrEarlier }: Onset): Onset {
  return { onset, onsetUntil, onsetOrEarlier };
}

/** The earliest of some onsets, at least one; of the same ones the first. */
export function earliestOf(onsets: readonly Onset[]): Onset {
  const onset = Math.min(...onsets.map((one) => one.onset));
  return onsetOf(onsets.find((one) => one.onset === onset) ?? { onset });
}
