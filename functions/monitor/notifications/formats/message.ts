import type { Notification } from '../notification.ts';
import { renderPlainSlack, renderSlack } from './chat.ts';
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
    attributes: attributesOf(notification),
  };
}

/**
 * The last resort for a message that was refused. People get one plain line. Amazon Q and machines get the format that
 * they can read, without the names and samples of events.
 */
export function renderPlainLine(notification: Notification): RenderedMessage {
  const subject = renderSubject(notification);
  const line = `${subject} (${notification.id}; its full text could not be delivered)`;
  return {
    id: notification.id,
    subject,
    email: line,
    slack: renderPlainSlack(notification, line),
    json: renderJson(withoutDetails(notification), NO_CONTEXT),
    sms: line,
    attributes: attributesOf(notification),
  };
}

const NO_CONTEXT: RenderContext = { dashboardUrl: '', runbookUrl: '', explanations: [] };

function withoutDetails({ about, ...rest }: Notification): Notification {
  if (!about) return rest;
  const { groups, moreGroups, summary } = about;
  return {
    ...rest,
    about: {
      ...about,
      groups: [],
      moreGroups: moreGroups + groups.length,
      earlierGroups: [],
      summary: { ...summary, topAccounts: [], topSchemas: [], samples: [] },
    },
  };
}

function attributesOf({ severity, kind, about }: Notification): RenderedMessage['attributes'] {
  return { severity, kind, threshold: about?.threshold ?? 'monitor' };
}
