import type { TogaiFailure } from '../../functions/monitor/errors.ts';
import { type Answers, answerOf, errorOf, type Finding } from './answers.ts';
import { isEmpty } from './findings-of-listing.ts';

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
