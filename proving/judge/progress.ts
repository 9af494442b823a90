import type { StoredBucket, StoredLook } from '../history.ts';
import { BUCKET, type CountingSource, HOUR, MINUTE } from '../world/scenario.ts';
import type { WorldSettings } from '../world/world-settings.ts';
import type { FoldedLook } from './look-book.ts';
import type { Piece } from './piece.ts';
import { piecesIn } from './pieces.ts';
import { floorTo, type Span } from './span.ts';

/** What a run knows when it commits. */
interface KnownToRun {
  readonly get: (start: number) => StoredBucket | undefined;
  readonly looks: readonly FoldedLook[];
}

/** How far the runs have counted and evaluated. */
export class Progress {
  readonly #settings: WorldSettings;
  #watermark: number | undefined;
  #evaluatedTo: number | undefined;

  constructor(settings: WorldSettings) {
    this.#settings = settings;
  }

  get watermark(): number | undefined {
    return this.#watermark;
  }

  /** The newest end that has settled. With Togai metrics nothing has to settle. */
  newestAt(at: number, source: CountingSource): number {
    const settleMs = source === 'listing' ? this.#settings.settleMinutes * MINUTE : 0;
    return floorTo(BUCKET, at - settleMs);
  }

  startOfNewestWindow(at: number, source: CountingSource): number {
    return this.newestAt(at, source) - this.#settings.windowMinutes * MINUTE;
  }

  /** A run plans its counting. @returns the range that is out of reach, which it skips */
  plan(source: CountingSource, at: number, look?: StoredLook): Span | undefined {
    const { maxCatchUpHours, windowMinutes } = this.#settings;
    const farthest = Math.max(maxCatchUpHours * HOUR, windowMinutes * MINUTE);
    const farthestBack = this.newestAt(at, source) - farthest;
    const from = this.#watermark ?? this.startOfNewestWindow(at, source);
    // Time between two looks is one piece. Only the first one leaves something out.
    const reach = source === 'listing' ? farthestBack : look?.isFirst ? look.since : from;
    if (from >= reach) return undefined;
    this.#watermark = reach;
    this.#evaluatedTo = Math.max(this.#evaluatedTo ?? reach, reach);
    return { start: from, end: reach };
  }

  /** A run commits. @returns the new watermark and the ends to evaluate, oldest first */
  commit(
    source: CountingSource,
    at: number,
    known: KnownToRun,
  ): { readonly watermark: number; readonly ends: readonly number[] } {
    const from = this.#watermark ?? this.startOfNewestWindow(at, source);
    const watermark =
      source === 'listing'
        ? listedTo(from, this.newestAt(at, source), known)
        : lookedTo(from, known);
    const ends = endsAfter(this.#evaluatedTo, watermark, known);
    this.#watermark = watermark;
    if (ends.length > 0) this.#evaluatedTo = watermark;
    return { watermark, ends };
  }
}

/** A bucket that could not be listed is known by a look that covers it. No look is cut at the newest settled end. */
function listedTo(from: number, newest: number, { get, looks }: KnownToRun): number {
  const isKnown = (start: number) =>
    get(start) !== undefined ||
    looks.some(({ since, end }) => since <= start && end >= start + BUCKET && end <= newest);
  let reached = from;
  while (isKnown(reached)) reached += BUCKET;
  return reached;
}

function lookedTo(from: number, { looks }: KnownToRun): number {
  return Math.max(from, looks.at(-1)?.end ?? from);
}

/** The ends of pieces after a time, and the newest end. */
function endsAfter(
  evaluatedTo: number | undefined,
  watermark: number,
  known: KnownToRun,
): number[] {
  if (evaluatedTo === undefined || evaluatedTo === watermark) return [watermark];
  // If less is known than before, no end is new.
  if (watermark < evaluatedTo) return [];
  const pieces: Piece[] = piecesIn(
    { start: evaluatedTo, end: watermark },
    { ...known, until: watermark },
  );
  const ends = pieces.map(({ end }) => end).filter((end) => end > evaluatedTo && end < watermark);
  return [...ends, watermark];
}
