import type { MonitorState } from '../monitor-state.ts';
import type { Counting, Timeline } from '../timeline/timeline.ts';

/**
 * How events are counted from now on. What was counted in another way is of no use: the newest window is outstanding again.
 *
 * @param newestEnd the end of the newest bucket that can be counted
 */
export function noteCounting(
  state: MonitorState,
  counting: Counting,
  timeline: Timeline,
  newestEnd: number,
): MonitorState {
  if ((state.counting ?? 'events') === counting || state.watermark === undefined) {
    return { ...state, counting };
  }
  const watermark = Math.min(state.watermark, timeline.windowOf(newestEnd).start);
  return { ...state, counting, watermark };
}
