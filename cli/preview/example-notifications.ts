import {
  type IncidentFacts,
  type Notification,
  type NotificationKind,
  notificationId,
} from '../../functions/monitor/notifications/notification.ts';
import { testNotification } from '../../functions/monitor/notifications/test-message.ts';
import type { Severity } from '../../functions/monitor/thresholds/threshold.ts';
import { ACME, CHANGED, MANY, MANY_ENDED, REMINDED, RESOLVED } from './example-incidents.ts';
import { CLOSED, INVALID_EVENTS, LEVEL, SHORT } from './example-later-incidents.ts';
import { exampleNotices } from './example-notices.ts';
import { at } from './example-windows.ts';

/**
 * One notification of every kind, the same on every call. They tell the story of one week, and of
 * the day a month before on which the monitor began. The page of `unmetered preview` and the tests
 * of the formats share these examples.
 */
export function exampleNotifications() {
  return {
    opened: ofIncident('u-7k2f', 1, 'opened', at(2, 10, 40), ACME),
    changed: ofIncident('u-7k2f', 2, 'changed', at(2, 11, 10), CHANGED),
    reminder: ofIncident('u-7k2f', 3, 'reminder', at(2, 15, 10), REMINDED),
    resolved: ofIncident('u-7k2f', 4, 'resolved', at(2, 15, 40), RESOLVED),
    openedMany: ofIncident('u-2bq8', 1, 'opened', at(3, 2, 40), MANY),
    resolvedMany: ofIncident('u-2bq8', 2, 'resolved', at(3, 3, 10), MANY_ENDED),
    escalated: ofIncident('f-3m9x', 2, 'escalated', at(4, 10, 40), INVALID_EVENTS),
    closed: ofIncident('f-3m9x', 3, 'closed', at(4, 12, 5), CLOSED),
    beganAndEnded: ofIncident('u-9d4w', 1, 'resolved', at(4, 14, 35), SHORT),
    level: ofIncident('p-5c1h', 1, 'opened', at(5, 10, 40), LEVEL, 'warning'),
    broken: ofMonitor(
      1,
      'opened',
      at(6, 10, 25),
      'Togai does not accept the token. Usage events could not be counted: POST https://api.togai.com/metrics was answered with 401 ("Credential is not valid"): Togai does not accept the token. The monitor does not try this token again, because Togai blocks an IP address after five refused tries in 30 minutes; put a new token into the secret TogaiToken',
    ),
    nothingArrives: NOTHING_ARRIVES,
    works: ofMonitor(
      2,
      'resolved',
      at(6, 14, 40),
      '"Togai does not accept the token" is over. Counting works again. The missed time is counted now, a part in each run. If some of it is too old to count, a message about that time says so.',
    ),
    ...exampleNotices(),
    test: testNotification(at(-26, 8, 30)),
  } satisfies Record<string, Notification>;
}

const NOTHING_ARRIVES = {
  id: 'm-2d9k.1.opened.critical',
  kind: 'opened',
  at: at(5, 21, 40),
  severity: 'critical',
  incidentId: 'm-2d9k',
  sequence: 1,
  reason:
    'Togai shows no usage event for 2 h 30 min. The cause is not known: senders stopped, or Togai takes nothing in. Unusual: in the week before, the longest time without events was 50 min. The limit is three times that. Find out whether your systems still send events to Togai: events that do not arrive are not billed.',
  failure: { kind: 'nothing_arrives', onset: at(5, 19, 10) },
} as const;

const REASONS: Readonly<Record<string, string>> = {
  opened: 'The limit is breached.',
  escalated: 'A critical limit is breached as well.',
  changed: 'Another account loses events.',
  reminder: 'It still goes on, four hours after the last message.',
  resolved: 'It is over.',
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
  const id = notificationId({ id: incidentId, severity, reopened: 0 }, sequence, kind);
  const reason = REASONS[kind] ?? '';
  return { id, kind, at: time, severity, incidentId, sequence, reason, about };
}

function ofMonitor(
  sequence: number,
  kind: 'opened' | 'resolved',
  time: number,
  reason: string,
): Notification {
  const failure = {
    kind: 'cannot_count',
    isBlind: true,
    onset: at(6, 10, 25),
    ...(kind === 'resolved' && { endedAt: time }),
  } as const;
  const [incidentId, severity] = ['m-8r6t', 'critical'] as const;
  const id = notificationId({ id: incidentId, severity, reopened: 0 }, sequence, kind);
  return { id, kind, at: time, severity, incidentId, sequence, reason, failure };
}
