import type { Notification } from '../notification.ts';
import { renderPlainChat } from './chat.ts';
import { renderJson } from './json.ts';
import { attributesOf, type RenderedMessage } from './message.ts';
import type { RenderContext } from './message-settings.ts';
import { pagesOf } from './pager.ts';
import { renderSubject } from './subject-line.ts';

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
