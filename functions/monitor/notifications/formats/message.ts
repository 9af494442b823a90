import type { Notification } from '../notification.ts';
import { renderChat, renderPlainChat } from './chat.ts';
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
    chat: renderPlainChat(notification, line),
    json: renderJson(withoutDetails(notification), NO_LINKS),
    sms: line,
    pages: pagesOf(withoutDetails(notification), NO_LINKS),
    attributes: attributesOf(notification),
  };
}

const NO_LINKS: RenderContext = { dashboardUrl: '', runbookUrl: '' };

function withoutDetails(notification: Notification): Notification {
  const { about } = notification;
  if (!about) return notification;
  const { accounts, moreAccounts, moreLost, summary } = about;
  return {
    ...notification,
    about: {
      ...about,
      accounts: [],
      moreAccounts: moreAccounts + accounts.length,
      moreLost: accounts.reduce((sum, { lost }) => sum + lost, moreLost),
      groups: [],
      why: [],
      summary: { ...summary, topAccounts: [], topSchemas: [], descriptions: [], samples: [] },
    },
  };
}

/** SNS refuses attributes that are empty. */
function attributesOf(notification: Notification): RenderedMessage['attributes'] {
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
