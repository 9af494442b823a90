import { notifiedOf } from '../../incidents/needs-notification.ts';
import { incidentNotification } from '../incident-notification.ts';
import type { Notification } from '../notification.ts';
import { noticeNotification } from '../one-time-notice.ts';
import type { Summary } from '../window-summary.ts';
import type { DeliveryRequest, DeliverySession } from './delivery-session.ts';
import type { Needed } from './list-needed-notifications.ts';

interface Message {
  readonly notification: Notification;
  readonly record: () => Promise<void>;
}

export function messageOf(
  needed: Needed,
  { channel, session, request, summaries }: MessageContext,
): Message {
  if ('notice' in needed) {
    const { notice } = needed;
    return {
      notification: noticeNotification(notice),
      record: () => session.recordNotice(notice.id, channel),
    };
  }
  const { part, need } = needed;
  const { incident } = part;
  const { scheduledTime, facts } = request;
  const last = incident.notified[channel];
  const notified = notifiedOf(incident, last, need.kind, scheduledTime);
  const notification = incidentNotification(part, need, last, scheduledTime, facts);
  const { about } = notification;
  const summary = summaries?.get(incident.id);
  return {
    notification:
      about && summary ? { ...notification, about: { ...about, summary } } : notification,
    record: () => session.recordNotified(incident.id, channel, notified),
  };
}

export interface MessageContext {
  /** Its name. */
  readonly channel: string;
  readonly session: DeliverySession;
  readonly request: DeliveryRequest;
  /** The windows of incidents, with samples that were looked up. */
  readonly summaries: ReadonlyMap<string, Summary> | undefined;
}
