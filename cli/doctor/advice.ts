import { QUOTA } from '../../functions/monitor/settings/all-settings.ts';
import { CLOCK_MARGIN_MS } from '../../functions/monitor/togai/clock-ahead.ts';
import { type Answers, errorOf, type Finding } from './answers.ts';
import type { Expected, Shown } from './expected-source.ts';
import { isEmpty } from './findings-of-listing.ts';
import type { ListingFacts } from './listing-facts.ts';
import { DEFAULT_RATE, type Volume } from './volume.ts';

/** How the monitor will count here, and how to make it better, in one to three sentences. */
export interface Advice {
  readonly text: string;
  /** Whether some source counts, from this machine. */
  readonly works: boolean;
}

const LISTS = 'Keep Counting = auto: the monitor will list events here, because';

export function adviceOf(shown: Shown): Advice {
  const advice = ofSource(shown);
  const isAhead = (shown.answers.aheadMs ?? 0) > CLOCK_MARGIN_MS;
  if (!isAhead) return advice;
  const clock = 'Set the clock of this machine right before you count from here.';
  return { works: false, text: `${clock} ${advice.text}` };
}

function ofSource({ answers, facts, volume, expected }: Shown): Advice {
  const stopped = whyStopped(answers);
  if (stopped) return { works: false, text: `Neither source can count here: ${stopped}` };
  if (isEmpty(answers)) return ofNoEvents(expected);
  switch (expected.source) {
    case 'metrics': {
      const text = `Keep Counting = auto: the monitor will use Togai metrics here, because ${expected.reason}.`;
      return { works: true, text };
    }
    case 'listing':
      return expected.metricsProblem === undefined
        ? { works: true, text: `${LISTS} ${expected.reason}.` }
        : { works: true, text: withoutMetrics(answers, facts, volume, expected) };
    case 'none': {
      const larger = facts.counts === 'nothing' ? 'then run doctor again' : 'or for a larger quota';
      const text = `Neither source can count here: ${expected.reason}. ${getMetrics(answers)}, ${larger}.`;
      return { works: false, text };
    }
    case 'unknown': {
      const text = `Which source can count here could not be told: ${expected.reason}. Run doctor again in an hour, or once there are more events.`;
      return { works: facts.counts === 'all', text };
    }
  }
}

/** An answer that leaves nothing to try, with the next step. */
function whyStopped({ list, metrics }: Answers): string | undefined {
  const error = errorOf(list);
  if (!error || metrics) return undefined;
  return error.failure === 'unauthorized'
    ? 'Togai does not accept the token. Put a valid one into TOGAI_TOKEN, then run doctor again.'
    : 'no usable answer came. Mend the problem in the line about GET /events, then run doctor again.';
}

function ofNoEvents({ metricsProblem }: Expected): Advice {
  const problem = metricsProblem === undefined ? '' : ` So far ${metricsProblem}.`;
  const text = `Keep Counting = auto: each run chooses, and nothing more can be told as long as Togai lists no events.${problem} Send an event, then run doctor again.`;
  return { works: true, text };
}

function withoutMetrics(
  answers: Answers,
  { counts }: ListingFacts,
  { listingPerSecond = 0 }: Volume,
  { reason }: Expected,
): string {
  const rate = Math.ceil(listingPerSecond);
  const settings =
    rate <= DEFAULT_RATE
      ? ''
      : ` Set MaxRequestsPerSecond = ${rate}: your own traffic shares the quota of ${QUOTA}.`;
  const better =
    counts === 'without late events'
      ? ` Events that come late are not seen. ${getMetrics(answers)}.`
      : '';
  return `${LISTS} ${reason}.${settings}${better}`;
}

function getMetrics({ metrics }: Answers): string {
  return errorOf(metrics)?.failure === 'forbidden'
    ? 'Give the token the right to read metrics (POST /metrics), or ask Togai for it'
    : 'Mend the problems in the lines about metrics, or ask Togai for POST /metrics';
}

/** The exit code follows from it: works, works with a reservation, cannot. */
export function resultOf(
  findings: readonly Finding[],
  { works }: Advice,
): 'works' | 'reservation' | 'cannot' {
  if (!works) return 'cannot';
  const isClear = findings.every(({ state }) => state === 'ok' || state === 'unknown');
  return isClear ? 'works' : 'reservation';
}
