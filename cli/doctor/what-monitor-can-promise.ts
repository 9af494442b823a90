import { MAX_FOLLOWED } from '../../functions/monitor/counting/metrics/ask-for-totals.ts';
import { LOOK_REACH } from '../../functions/monitor/events/look-record.ts';
import { sourceLines } from '../../functions/monitor/notifications/watching-notice.ts';
import { SETTINGS } from '../../functions/monitor/settings/all-settings.ts';
import { answerOf, type Finding } from './answers.ts';
import type { Shown } from './expected-source.ts';

const DEFAULT_WINDOW_MINUTES = Number(SETTINGS.windowMinutes.defaultText);

/** The promises of the monitor with the source that it will use. None where that is not known. */
export function findingsOfPromises(shown: Shown): Finding[] {
  const { source } = shown.expected;
  return source === 'none' || source === 'unknown'
    ? []
    : [lateEvents(shown), ...notSeen(shown), accounts(shown), ...samples(shown)];
}

/** Where Togai metrics count, samples come from the first page of a list. Nothing where that page can hold new events. */
function samples({ facts: { filter, order }, expected }: Shown): Finding[] {
  const isOldestFirst = filter === 'none' && order.direction === 'oldest first';
  if (expected.source !== 'metrics' || !isOldestFirst) return [];
  const text =
    'Samples: messages have none, and often no cause, because lists begin with the oldest event. "npx unmetered lost" finds both.';
  return [{ id: 'samples', state: 'reservation', text }];
}

function lateEvents({ facts, expected }: Shown): Finding {
  const id = 'late-events';
  if (expected.source === 'metrics') {
    const text = `Late events: an event that becomes visible within ${LOOK_REACH} is counted once. An event that Togai meters later is taken out.`;
    return { id, state: 'ok', text };
  }
  if (facts.counts === 'without late events') {
    const text = "Late events: listed by the sender's time, they are not seen.";
    return { id, state: 'reservation', text };
  }
  const text = `Late events: they count when Togai receives them. Events that become visible or heal later are seen for half a window (${DEFAULT_WINDOW_MINUTES / 2} minutes).`;
  return { id, state: expected.metricsProblem ? 'reservation' : 'ok', text };
}

/** In the words of the first sign of life. Nothing where the line about late events says it. */
function notSeen({ facts, expected: { source } }: Shown): Finding[] {
  if (source !== 'metrics' && facts.counts === 'without late events') return [];
  const isMetrics = source === 'metrics';
  const text = sourceLines(isMetrics ? 'metrics' : 'listing', {}).at(-1) ?? '';
  return [{ id: 'not-seen', state: 'ok', text }];
}

function accounts({ answers, expected }: Shown): Finding {
  const id = 'accounts';
  if (expected.source === 'listing') {
    const text = 'Accounts: each listed event names its account, so all rules by account work.';
    return { id, state: 'ok', text };
  }
  switch (answerOf(answers.metrics)?.groupings.get('ACCOUNT_ID') ?? 'unknown') {
    case 'named': {
      const text = `Accounts: lost events are named, and shares by account work for the ${MAX_FOLLOWED} accounts that lose most.`;
      return { id, state: 'ok', text };
    }
    case 'unknown': {
      const text = 'Accounts: whether rules by account work is not to be told here.';
      return { id, state: 'unknown', text };
    }
    case 'unnamed':
    case 'refused': {
      const text =
        'Accounts: rules by account are not evaluated, because POST /metrics names none. Leave them out.';
      return { id, state: 'reservation', text };
    }
  }
}
