import type { StoredBucket, StoredLook } from '../history.ts';
import { BUCKET, type CountingSource, HOUR, MINUTE } from '../world/scenario.ts';
import type { WorldSettings } from '../world/world-settings.ts';
import type { FoldedLook } from './look-book.ts';
import { floorTo } from './span.ts';

/** The counts that a run has when it commits. */
interface KnownToRun {
  readonly get: (start: number) => StoredBucket | undefined;
  readonly looks: readonly FoldedLook[];
}

/** How far the runs have counted. */
export class Progress {
  readonly #settings: WorldSettings;
  #watermark: number | undefined;

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

  /** A run plans its counting, and skips the range that is out of reach. */
  plan(source: CountingSource, at: number, look?: StoredLook): void {
    const { maxCatchUpHours, windowMinutes } = this.#settings;
    const farthest = Math.max(maxCatchUpHours * HOUR, windowMinutes * MINUTE);
    const farthestBack = this.newestAt(at, source) - farthest;
    const from = this.#watermark ?? this.startOfNewestWindow(at, source);
    // Time between two looks is one piece. Only the first one leaves something out.
    const reach = source === 'listing' ? farthestBack : look?.isFirst ? look.since : from;
    if (from < reach) this.#watermark = reach;
  }

  /** A run commits. @returns the new watermark */
  commit(source: CountingSource, at: number, known: KnownToRun): number {
    const from = this.#watermark ?? this.startOfNewestWindow(at, source);
    this.#watermark =
      source === 'listing'
        ? listedTo(from, this.newestAt(at, source), known)
        : lookedTo(from, known);
    return this.#watermark;
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
