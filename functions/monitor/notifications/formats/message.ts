import type { Notification } from '../notification.ts';
import { renderChat } from './chat.ts';
import { renderEmail } from './email.ts';
import { renderJson, subjectForMachines } from './json.ts';
import type { RenderContext } from './message-settings.ts';
import { type Page, pagesOf } from './pager.ts';
import { renderSms } from './sms.ts';
import { renderSubject } from './subject-line.ts';

/** A notification as each kind of subscriber gets it. */
export interface RenderedMessage {
  readonly id: string;
  /** ASCII, under 100 characters, one line. */
  readonly subject: string;
  readonly email: string;
  /** JSON for Amazon Q Developer in chat applications. */
  readonly chat: string;
  /** The documented, versioned JSON, on one line. */
  readonly json: string;
  /** One line. */
  readonly sms: string;
  /** For a pager. */
  readonly pages: readonly Page[];
  /** For filter policies: `kind` and `severity`; `subject`, `incidentId` and `topic` where there are any. */
  readonly attributes: Readonly<Record<string, string>>;
}

export function renderMessage(notification: Notification, context: RenderContext): RenderedMessage {
  return {
    id: notification.id,
    subject: renderSubject(notification),
    email: renderEmail(notification, context),
    chat: renderChat(notification, context),
    json: renderJson(notification, context),
    sms: renderSms(notification),
    pages: pagesOf(notification, context),
    attributes: attributesOf(notification),
  };
}

/** SNS refuses attributes that are empty. */
export function attributesOf(notification: Notification): RenderedMessage['attributes'] {
  const { kind, severity, incidentId, topic } = notification;
  const subject = subjectForMachines(notification);
  return {
    kind,
    severity,
    ...(subject !== null && { subject }),
    ...(incidentId !== undefined && { incidentId }),
    ...(topic !== undefined && { topic }),
  };
}
