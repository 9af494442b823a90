import {
  type IncidentFacts,
  type Notification,
  type NotificationKind,
  notificationId,
} from '../../functions/monitor/notifications/notification.ts';
import { testNotification } from '../../functions/monitor/notifications/test-message.ts';
import type { Severity } from '../../functions/monitor/thresholds/threshold.ts';
import {
  ACME,
  at,
  CHANGED,
  CLOSED,
  INVALID,
  LEVEL,
  MANY,
  REMINDED,
  RESOLVED,
  SHORT,
} from './example-incidents.ts';

/**
 * One notification of every kind, the same on every call. The page of `unmetered preview` and the tests of the formats share
 * these examples.
 */
export function exampleNotifications() {
  return {
    opened: ofIncident('u-7k2f', 1, 'opened', at(10, 40), ACME),
    openedMany: ofIncident('u-2bq8', 1, 'opened', at(2, 40), MANY),
    escalated: ofIncident('f-3m9x', 2, 'escalated', at(10, 40), INVALID),
    changed: ofIncident('u-7k2f', 2, 'changed', at(11, 10), CHANGED),
    reminder: ofIncident('u-7k2f', 3, 'reminder', at(15, 10), REMINDED),
    resolved: ofIncident('u-7k2f', 4, 'resolved', at(16, 40), RESOLVED),
    beganAndEnded: ofIncident('u-9d4w', 1, 'resolved', at(16, 40), SHORT),
    closed: ofIncident('f-3m9x', 3, 'closed', at(12, 5), CLOSED),
    level: ofIncident('p-5c1h', 1, 'opened', at(10, 40), LEVEL, 'warning'),
    broken: ofMonitor(
      1,
      'opened',
      at(10, 40),
      'Togai does not accept the token. Usage events could not be counted (3 runs in a row): GET https://api.togai.com/events was answered with 401 ("Credential is not valid"). Put a valid one into the secret.',
    ),
    works: ofMonitor(
      2,
      'resolved',
      at(14, 40),
      'Counting works again, after 4 hours 15 minutes. The monitor catches up with the time that it missed.',
    ),
    gap: {
      id: 'gap-1772265600000',
      kind: 'notice',
      topic: 'gap',
      at: at(9, 45),
      severity: 'critical',
      sequence: 1,
      range: { start: Date.UTC(2026, 1, 27, 8), end: Date.UTC(2026, 2, 1, 9, 40) },
      reason:
        'Not counted: 2026-02-27 08:00 to 2026-03-01 09:40 UTC (2 days 1 hour).\nNobody was notified of events that were not billed then, and nobody will be.\nWhy: the monitor did not run, could not count, or is too slow for the traffic. It goes back as far as MaxCatchUpHours, and no farther.\nDo: count this time by hand.',
    },
    test: testNotification(at(9, 45)),
  } satisfies Record<string, Notification>;
}

const REASONS: Readonly<Record<string, string>> = {
  opened: 'The limit is breached.',
  escalated: 'A critical limit is breached as well.',
  changed: 'Another account loses events.',
  reminder: 'It still goes on, four hours after the last message.',
  resolved: 'No account loses events any more.',
  closed: 'The threshold was removed.',
};

function ofIncident(
  incidentId: string,
  sequence: number,
  kind: NotificationKind,
  time: number,
  about: IncidentFacts,
  severity: Severity = 'critical',
): Notification & { readonly about: IncidentFacts } {
  const id = notificationId(incidentId, sequence, kind, severity);
  const reason = REASONS[kind] ?? '';
  return { id, kind, at: time, severity, incidentId, sequence, reason, about };
}

function ofMonitor(
  sequence: number,
  kind: 'opened' | 'resolved',
  time: number,
  reason: string,
): Notification {
  const onset = at(10, 25);
  const failure = {
    kind: 'cannot_count',
    onset,
    ...(kind === 'resolved' && { endedAt: time }),
  } as const;
  const incidentId = 'm-8r6t';
  const id = notificationId(incidentId, sequence, kind, 'critical');
  return { id, kind, at: time, severity: 'critical', incidentId, sequence, reason, failure };
}
