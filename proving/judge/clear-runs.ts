import { BUCKET, MINUTE, type WorldSettings } from '../world/scenario.ts';
import { floorTo } from './calendar.ts';
import type { Run } from './run.ts';

/** A run without an obstacle. */
interface ClearRun {
  /** When it ended. */
  readonly time: number;
  readonly watermark: number;
  /** The start of the newest window that it evaluated. */
  readonly windowStart: number;
}

/** The runs without an obstacle. */
export class ClearRuns {
  readonly #settings: WorldSettings;
  readonly #runs: ClearRun[] = [];
  #firstWatermark: number | undefined;
  #since: number | undefined;

  constructor(settings: WorldSettings) {
    this.#settings = settings;
  }

  /** The first watermark of all runs. */
  get firstWatermark(): number | undefined {
    return this.#firstWatermark;
  }

  /** The time since which runs had no obstacle and no backlog. */
  get since(): number | undefined {
    return this.#since;
  }

  get newest(): ClearRun | undefined {
    return this.#runs.at(-1);
  }

  /** The run that evaluated a window when it was the newest. */
  thatEvaluated(windowStart: number, watermark: number): ClearRun | undefined {
    return this.#runs.find((run) => run.watermark === watermark && run.windowStart === windowStart);
  }

  ended(
    { at, evaluatedFrom }: Run,
    time: number,
    isClear: boolean,
    watermark: number | undefined,
  ): void {
    if (watermark !== undefined) this.#firstWatermark ??= watermark;
    if (!isClear || watermark === undefined || evaluatedFrom === undefined) {
      this.#since = undefined;
      return;
    }
    // A backlog delays messages, too: it is counted first.
    const newest = floorTo(BUCKET, at - this.#settings.settleMinutes * MINUTE);
    this.#since = watermark < newest ? undefined : (this.#since ?? at);
    this.#runs.push({ time, watermark, windowStart: evaluatedFrom });
  }
}
