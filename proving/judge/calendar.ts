import type { StoredBucket } from '../history.ts';
import { BUCKET, type Counting, HOUR, MINUTE, type WorldSettings } from '../world/scenario.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * How a counting source divides time: the buckets of a window, and the ends of the windows that are evaluated. It follows
 * the written design, not the product.
 */
export interface Calendar {
  readonly counting: Counting;
  /** @param isAboutLess for a threshold with `<` or `<=`: its window has exactly the length `WindowMinutes` */
  windowAt(end: number, isAboutLess?: boolean): Span;
  /** The buckets of a span, the last one up to the end of the span only. */
  piecesOf(span: Span): Span[];
  /** Whether a stored bucket is of this counting source. */
  owns(bucket: StoredBucket): boolean;
  /** The ends to evaluate when no bucket before the watermark is outstanding. */
  endsAfter(evaluatedTo: number | undefined, watermark: number): number[];
  /** The end of the counted buckets that follow each other from a time on. */
  watermarkFrom(from: number, get: (start: number) => StoredBucket | undefined): number;
  /** The newest end that has settled. */
  newestAt(at: number): number;
  /** A run skips everything before. */
  reachAt(at: number): number;
  /** How long a threshold must have been ok at all ends before its alert resolves, ms. */
  readonly calmMs: number;
}

export function floorTo(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}

/** The end of the counted part of a stored bucket. */
export function endOf({ start, end }: StoredBucket): number {
  return end ?? start + BUCKET;
}

export function calendarOf(counting: Counting, settings: WorldSettings): Calendar {
  const { settleMinutes, maxCatchUpHours } = settings;
  const window = settings.windowMinutes * MINUTE;
  const unit = counting === 'metrics' ? HOUR : BUCKET;
  const newestAt = (at: number) => floorTo(BUCKET, at - settleMinutes * MINUTE);
  // The hour that is open at the end belongs to a window, and makes it longer.
  const windowAt = (end: number, isAboutLess = false) => {
    const closed = floorTo(unit, end);
    return { start: closed - window, end: isAboutLess ? closed : end };
  };
  return {
    counting,
    windowAt,
    newestAt,
    piecesOf({ start, end }) {
      const pieces: Span[] = [];
      for (let piece = start; piece < end; piece += unit) {
        pieces.push({ start: piece, end: Math.min(piece + unit, end) });
      }
      return pieces;
    },
    owns: (bucket) => (bucket.end !== undefined) === (counting === 'metrics'),
    endsAfter(evaluatedTo, watermark) {
      if (evaluatedTo === undefined || evaluatedTo === watermark) return [watermark];
      const ends: number[] = [];
      for (let end = floorTo(unit, evaluatedTo) + unit; end < watermark; end += unit)
        ends.push(end);
      // If less is known than before, no end is new.
      return watermark > evaluatedTo ? [...ends, watermark] : [];
    },
    watermarkFrom(from, get) {
      let watermark = floorTo(unit, from);
      for (;;) {
        const bucket = get(watermark);
        if (!bucket) return Math.max(from, watermark);
        watermark = endOf(bucket);
        if (watermark % unit !== 0) return Math.max(from, watermark);
      }
    },
    reachAt(at) {
      const newest = newestAt(at);
      const farthest = newest - maxCatchUpHours * HOUR;
      return floorTo(unit, Math.min(farthest, windowAt(newest).start));
    },
    calmMs: counting === 'metrics' ? 55 * MINUTE : 0,
  };
}
