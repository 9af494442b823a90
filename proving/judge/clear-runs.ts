import type { CountingSource } from '../world/scenario.ts';
import type { Progress } from './progress.ts';
import type { Run } from './run.ts';

/** A run without an obstacle. */
interface ClearRun {
  /** When it ended. */
  readonly time: number;
  readonly watermark: number;
  readonly source: CountingSource;
}

/** The runs without an obstacle. */
export class ClearRuns {
  readonly #progress: Progress;
  readonly #runs: ClearRun[] = [];
  #firstWatermark: number | undefined;
  #since: number | undefined;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** The first watermark of all runs. */
  get firstWatermark(): number | undefined {
    return this.#firstWatermark;
  }

  /** The time since which runs had no obstacle and no backlog. */
  get since(): number | undefined {
    return this.#since;
  }

  get all(): readonly ClearRun[] {
    return this.#runs;
  }

  /** The first run that evaluated an end when it was the newest. */
  thatEvaluated(end: number): ClearRun | undefined {
    return this.#runs.find((run) => run.watermark === end);
  }

  ended(
    { at, hasEvaluated, source }: Run,
    time: number,
    isClear: boolean,
    watermark: number | undefined,
  ): void {
    if (watermark !== undefined) this.#firstWatermark ??= watermark;
    if (!isClear || watermark === undefined || !hasEvaluated || !source) {
      this.#since = undefined;
      return;
    }
    // A backlog delays messages, too: it is counted first.
    const newest = this.#progress.newestAt(at, source);
    this.#since = watermark < newest ? undefined : (this.#since ?? at);
    this.#runs.push({ time, watermark, source });
  }
}
