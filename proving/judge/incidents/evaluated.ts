import { MINUTE } from '../../world/scenario.ts';
import type { Span } from '../span.ts';
import type { Known } from './finished-world.ts';
import { type ShownIncidents, shownAt } from './incidents-per-channel.ts';
import type { Channel } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import type { RunNote } from './run-notes.ts';

/** A run without an obstacle, and the window that it had to evaluate. */
export interface Evaluated {
  readonly run: RunNote;
  readonly channel: Channel;
  readonly source: NonNullable<RunNote['source']>;
  readonly window: Span;
  /** The incidents as the channel knew them before the run, and after it. */
  readonly before: ShownIncidents;
  readonly after: ShownIncidents;
}

/** The runs without an obstacle that evaluated an end that is new and counted in full. */
export function evaluatedRuns(
  { runs, scenario }: Pick<Known, 'runs' | 'scenario'>,
  channel: Channel,
  told: readonly Told[],
): Evaluated[] {
  const lead = scenario.settings.windowMinutes * MINUTE;
  const first = runs.firstWatermark ?? Number.POSITIVE_INFINITY;
  return runs.ended.flatMap((run) => {
    const { watermark: end, before, source } = run;
    const isNew = end !== undefined && end > first && end !== before;
    if (!isNew || source === undefined || !runs.isClear(run, channel)) return [];
    const window = { start: end - lead, end };
    if (runs.uncertain.touch(window, false)) return [];
    const after = shownAt(told, run.endedAt);
    return [{ run, channel, source, window, before: shownAt(told, run.begunAt), after }];
  });
}
