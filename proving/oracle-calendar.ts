import type { StoredBucket } from './history.ts';
import { BUCKET, type Counting, HOUR, MINUTE, type SimulatedSettings } from './scenario.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * How time is cut where events are counted, and where Togai counts: which buckets a window is made of, and at which ends
 * windows are judged. Worked out from the written design.
 */
export interface Calendar {
  readonly counting: Counting;
  /** What a rule about less than a limit is judged over must be exactly `WindowMinutes` long. */
  windowAt(end: number, isAboutLess?: boolean): Span;
  /** The buckets of a span, the last one up to its end only. */
  piecesOf(span: Span): Span[];
  /** Whether a stored bucket is one of these. */
  owns(bucket: StoredBucket): boolean;
  /** The ends to judge once everything up to the watermark is known. */
  endsAfter(evaluatedTo: number | undefined, watermark: number): number[];
  /** Up to where all is counted in one piece, from a time on. */
  watermarkFrom(from: number, get: (start: number) => StoredBucket | undefined): number;
  /** The newest end that has settled. */
  newestAt(at: number): number;
  /** What lies before is skipped by a run. */
  reachAt(at: number): number;
  /** How long a rule must have been ok at all ends before its alert resolves. */
  readonly calmMs: number;
}

export function floorTo(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}

/** Up to where a stored bucket was counted. */
export function endOf({ start, end }: StoredBucket): number {
  return end ?? start + BUCKET;
}

export function calendarOf(counting: Counting, settings: SimulatedSettings): Calendar {
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
      // Where less is known than before, nothing new can be said.
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
