import { durationInWords, formatDuration } from '../../functions/monitor/timeline/duration.ts';
import { SECOND_MS } from '../../functions/monitor/timeline/time.ts';
import { CLOCK_MARGIN_MS } from '../../functions/monitor/togai/clock-ahead.ts';
import type { Answers, Finding } from './answers.ts';

/** A header `Date` has whole seconds, and an answer takes a while. */
const NEGLIGIBLE_MS = 3 * SECOND_MS;

export function findingOfClock({ aheadMs }: Answers): Finding {
  const id = 'clock';
  if (aheadMs === undefined) {
    const text = 'The clock of this machine was not compared: the answers have no date.';
    return { id, state: 'unknown', text };
  }
  const apart = Math.abs(aheadMs);
  if (apart <= NEGLIGIBLE_MS) {
    return { id, state: 'ok', text: "The clock of this machine agrees with Togai's." };
  }
  const differs = `The clock of this machine is ${formatDuration(apart)} ${aheadMs > 0 ? 'ahead of' : 'behind'} Togai's`;
  if (apart <= CLOCK_MARGIN_MS) {
    return {
      id,
      state: 'ok',
      text: `${differs}; the monitor allows ${durationInWords(CLOCK_MARGIN_MS)}.`,
    };
  }
  return aheadMs > 0
    ? { id, state: 'failure', text: `${differs}. Here check and run refuse to count.` }
    : { id, state: 'reservation', text: `${differs}. The newest events are then not counted.` };
}
