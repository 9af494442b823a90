import type { Evaluation } from '../thresholds/evaluate.ts';
import { MINUTE_MS } from '../timeline/time.ts';

/** A threshold's state over time. Times are epoch ms. */
export interface Alert {
  /** The threshold's one spelling. */
  readonly threshold: string;
  /** `pending`: breached, but not yet for as long as the threshold asks. */
  readonly state: 'ok' | 'pending' | 'firing';
  /** The newest window end that was evaluated. */
  readonly lastEnd: number;
  /** The first window end in a row at which it was breached. */
  readonly pendingSince?: number | undefined;
  /** Its value then, in its unit. */
  readonly firstValue?: number | undefined;
}

/** An alert after one more window end. An evaluation that is not enough changes nothing. */
export function advanceAlert(
  before: Alert | undefined,
  { threshold, state, value }: Pick<Evaluation, 'threshold' | 'state' | 'value'>,
  end: number,
  forMinutes: number,
): Alert {
  if (state === 'ok') return { threshold, state: 'ok', lastEnd: end };
  if (state === 'insufficient') {
    return { ...(before ?? { threshold, state: 'ok' }), lastEnd: end };
  }
  const isGoingOn = before?.pendingSince !== undefined;
  const pendingSince = before?.pendingSince ?? end;
  const firstValue = isGoingOn ? before.firstValue : value;
  const isDue = end - pendingSince >= forMinutes * MINUTE_MS;
  return {
    threshold,
    state: isDue ? 'firing' : 'pending',
    lastEnd: end,
    pendingSince,
    ...(firstValue !== undefined && { firstValue }),
  };
}
