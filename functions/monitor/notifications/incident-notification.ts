import type { Incident, Notified } from '../incidents/incident.ts';
import type { Need } from '../incidents/needs-notification.ts';
import { cutAt } from '../text/text.ts';
import { type FactsInput, factsOf } from './incident-facts.ts';
import { type Notification, notificationId } from './notification.ts';

const MAX_REASON = 1_000;

/**
 * The message of an incident, with the facts of now.
 *
 * @param last what the channel was last notified of
 * @param at the time of the run, epoch ms
 * @param input left out for an incident of the monitor itself
 */
export function incidentNotification(
  incident: Incident,
  { kind, reason }: Need,
  last: Notified | undefined,
  at: number,
  input: FactsInput | undefined,
): Notification {
  const { id: incidentId, severity, failure, onset, end } = incident;
  const sequence = (last?.sequence ?? 0) + 1;
  return {
    id: notificationId(incidentId, sequence, kind, severity),
    kind,
    at,
    severity,
    incidentId,
    sequence,
    reason: cutAt(reason, MAX_REASON),
    ...(failure
      ? { failure: { kind: failure.kind, onset, endedAt: end?.at } }
      : { about: input && factsOf(incident, last, input) }),
  };
}
