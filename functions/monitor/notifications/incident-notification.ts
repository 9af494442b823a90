import type { Notified } from '../incidents/incident.ts';
import { type HeardPart, withoutSilenced } from '../incidents/leave-out-silenced.ts';
import { isBlind } from '../incidents/monitor-failures.ts';
import type { Need } from '../incidents/needs-notification.ts';
import { endOfSilence, type Silence, scopeText } from '../incidents/silence.ts';
import { cutAt } from '../text/text.ts';
import { type FactsInput, factsOf } from './incident-facts.ts';
import {
  type IncidentFacts,
  type Notification,
  notificationId,
  type SilenceFacts,
} from './notification.ts';

const MAX_REASON = 1_000;
const MAX_SILENCES = 10;

/**
 * The message of the part of an incident that is not silenced, with the facts of now.
 *
 * @param last the last notification of the channel
 * @param at the time of the run, epoch ms
 * @param input left out for an incident of the monitor itself
 */
export function incidentNotification(
  part: HeardPart,
  { kind, reason }: Need,
  last: Notified | undefined,
  at: number,
  input: FactsInput | undefined,
): Notification {
  const { incident, silences } = part;
  const { id: incidentId, severity, failure, onset, end } = incident;
  const sequence = (last?.sequence ?? 0) + 1;
  const about =
    input && !failure ? factsOf(incident, last, withoutSilenced(input, part)) : undefined;
  return {
    id: notificationId(incident, sequence, kind),
    kind,
    at,
    severity,
    incidentId,
    sequence,
    reason: cutAt(reason, MAX_REASON),
    ...(failure
      ? { failure: { kind: failure.kind, onset, endedAt: end?.at, isBlind: isBlind(incident) } }
      : { about: about && withSilences(about, silences) }),
  };
}

function withSilences(about: IncidentFacts, silences: readonly Silence[]): IncidentFacts {
  if (silences.length === 0) return about;
  return { ...about, silenced: silences.slice(0, MAX_SILENCES).map(silenceFacts) };
}

function silenceFacts(silence: Silence): SilenceFacts {
  const { scope, by } = silence;
  const what = 'incidentId' in scope ? 'reminders' : scopeText(scope);
  return { what, until: endOfSilence(silence), by };
}
