import type { Notification } from '../notification.ts';
import { renderSlack } from './chat.ts';
import type { RenderContext } from './context.ts';
import { renderEmail } from './email.ts';
import { renderJson } from './json.ts';
import { renderSms } from './sms.ts';
import { renderSubject } from './subject.ts';

/** A notification as each kind of subscriber gets it. */
export interface RenderedMessage {
  readonly id: string;
  /** ASCII, under 100 characters, one line. */
  readonly subject: string;
  readonly email: string;
  /** JSON for Amazon Q Developer in chat applications. */
  readonly slack: string;
  /** The documented, versioned JSON, on one line. */
  readonly json: string;
  /** One line. */
  readonly sms: string;
  /** For filter policies. */
  readonly attributes: {
    readonly severity: string;
    readonly kind: string;
    readonly threshold: string;
  };
}

export function renderMessage(notification: Notification, context: RenderContext): RenderedMessage {
  return {
    id: notification.id,
    subject: renderSubject(notification),
    email: renderEmail(notification, context),
    slack: renderSlack(notification, context),
    json: renderJson(notification, context),
    sms: renderSms(notification),
    attributes: {
      severity: notification.severity,
      kind: notification.kind,
      threshold: notification.about?.threshold ?? 'monitor',
    },
  };
}

/** The same in one plain line for every subscriber: what is left to say when all else was refused. */
export function renderPlainLine(notification: Notification): RenderedMessage {
  const subject = renderSubject(notification);
  const line = `${subject} (${notification.id}; its full text could not be delivered)`;
  const { attributes } = renderMessage(notification, {
    dashboardUrl: '',
    runbookUrl: '',
    explanations: [],
  });
  return {
    id: notification.id,
    subject,
    email: line,
    slack: line,
    json: line,
    sms: line,
    attributes,
  };
}
