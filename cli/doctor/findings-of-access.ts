import type { TogaiFailure } from '../../functions/monitor/errors.ts';
import { formatCount } from '../../functions/monitor/text/text.ts';
import { formatDuration } from '../../functions/monitor/timeline/duration.ts';
import { CLOCK_MARGIN_MS, SECOND_MS } from '../../functions/monitor/timeline/time.ts';
import { type Answers, answerOf, errorOf, type Finding } from './answers.ts';
import type { Expected } from './expected-source.ts';
import { isEmpty } from './findings-of-listing.ts';
import { DEFAULT_RATE, PER_LOOK, QUIET_LOOKS_PER_DAY, QUOTA, type Volume } from './volume.ts';

/** Failures before Togai has looked at the token. */
const NOT_REACHED: readonly TogaiFailure[] = ['unreachable', 'unavailable', 'throttled', 'refused'];

/** The findings about the token and its rights. */
export function findingsOfAccess(answers: Answers): Finding[] {
  const { list, metrics } = answers;
  const rejection = errorOf(list)?.failure === 'unauthorized' ? errorOf(list) : undefined;
  if (rejection) return [{ id: 'token', state: 'failure', text: `${rejection.message}.` }];
  const isAnswered = [list, metrics].some((asked) => {
    const error = errorOf(asked);
    return asked !== undefined && !(error && NOT_REACHED.includes(error.failure));
  });
  const token: Finding = isAnswered
    ? { id: 'token', state: 'ok', text: 'Togai accepts the token.' }
    : { id: 'token', state: 'unknown', text: 'Whether Togai accepts the token is not known.' };
  return [token, mayList(answers), ...mayReadMetrics(answers)];
}

function mayList(answers: Answers): Finding {
  const id = 'list-events';
  const error = errorOf(answers.list);
  if (error?.failure === 'forbidden') {
    const text =
      'The token may not list events: GET /events is 403. Notifications then have no samples, and in a quiet hour nobody can tell whether Togai metrics are old.';
    return { id, state: 'failure', text };
  }
  if (error) return { id, state: 'failure', text: `No events were listed: ${error.message}.` };
  if (isEmpty(answers)) {
    const text = 'The token may list events, and there are none: nothing can be tried on them.';
    return { id, state: 'reservation', text };
  }
  const { events, malformed } = answerOf(answers.list) ?? { events: [], malformed: [] };
  if (malformed.length > 0) {
    const text = `The token may list events, but ${malformed.length} of ${events.length + malformed.length} cannot be read (${malformed[0]?.problem}).`;
    return { id, state: events.length === 0 ? 'failure' : 'reservation', text };
  }
  return { id, state: 'ok', text: 'The token may list events (GET /events).' };
}

function mayReadMetrics({ metrics }: Answers): Finding[] {
  const id = 'read-metrics';
  const error = errorOf(metrics);
  if (!metrics) return [];
  if (!error) return [{ id, state: 'ok', text: 'The token may read metrics (POST /metrics).' }];
  const text =
    error.failure === 'forbidden'
      ? 'The token may not read metrics: POST /metrics is 403.'
      : `Metrics could not be read: ${error.message}.`;
  return [{ id, state: 'reservation', text }];
}

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
    return { id, state: 'ok', text: `${differs}; the monitor allows 5 minutes.` };
  }
  return aheadMs > 0
    ? { id, state: 'failure', text: `${differs}. Here check and run refuse to count.` }
    : { id, state: 'reservation', text: `${differs}. The newest events are then not counted.` };
}

/** The size of the traffic, the requests that the source takes for it, and whether the rates suffice. */
export function findingOfRequests(volume: Volume, expected: Expected): Finding {
  const id = 'requests';
  const { eventsPerHour, isEstimate } = volume;
  if (eventsPerHour === undefined) {
    const text = 'How many events an hour has, and so how many requests a day takes, is not known.';
    return { id, state: 'unknown', text };
  }
  const events = `${isEstimate ? 'About ' : ''}${formatCount(eventsPerHour)} events an hour`;
  switch (expected.source) {
    case 'metrics':
      return { id, state: 'ok', text: `${events}: ${looksTake(volume)}` };
    case 'listing':
      return ofListing(events, volume, expected);
    case 'none':
    case 'unknown':
      return {
        id,
        state: 'unknown',
        text: `${events}, and no source that is known to count them.`,
      };
  }
}

function looksTake({ metricsPerDay = 0 }: Volume): string {
  const { quiet, lossy, hourlyLossy } = PER_LOOK;
  return `Togai metrics take ${quiet} request a run, up to ${lossy} while events are lost, up to ${hourlyLossy} once an hour. That is ${QUIET_LOOKS_PER_DAY} to ${formatCount(metricsPerDay)} requests a day, at any volume.`;
}

function ofListing(events: string, volume: Volume, { metricsProblem }: Expected): Finding {
  const id = 'requests';
  const { listingPerDay = 0, listingPerSecond = 0 } = volume;
  const looks = metricsProblem ? '' : `, and looks at Togai metrics take ${QUIET_LOOKS_PER_DAY}`;
  const takes = `${events}: listing takes up to ${formatCount(listingPerDay)} requests a day${looks}.`;
  if (listingPerSecond <= DEFAULT_RATE) return { id, state: 'ok', text: takes };
  const needed = `While it counts, listing needs ${formatCount(Math.ceil(listingPerSecond))} a second`;
  const limits = `more than the default rate of ${DEFAULT_RATE}, and within the quota of ${QUOTA}`;
  return { id, state: 'reservation', text: `${takes} ${needed}: ${limits}.` };
}
