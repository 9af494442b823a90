import { expect } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { explain } from '../../functions/monitor/notifications/cause-and-next-step-from-sample.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { cutAt } from '../../functions/monitor/text/text.ts';

export const CONTEXT = { dashboardUrl: 'https://example.com/d', runbookUrl: '' };
export const examples = exampleNotifications();
export const { opened } = examples;

/** An opened incident in which every text from events is this one. */
export function hostile(untrimmed: string, accounts = 1): Notification {
  // The longest text that the facts of a window have.
  const text = cutAt(untrimmed, 120);
  const { about } = opened;
  const top = { name: text, unmetered: 5, failed: 5, total: 10 };
  const [account] = about.accounts;
  if (!account) throw new Error('the example has no account');
  const meter = { name: text.repeat(9), status: 'PROCESSED_FILTERED_OUT' };
  const pipeline = { usageMeters: [meter, meter, meter], pricePlans: [] };
  return {
    ...opened,
    about: {
      ...about,
      lost: 1_000_000,
      total: 1_009_000,
      accounts: Array.from({ length: accounts }, () => ({
        ...account,
        name: cutAt(untrimmed, 512),
        lost: 40_000,
      })),
      moreAccounts: accounts > 1 ? 40 : 0,
      groups: Array.from({ length: 10 }, () => text),
      why: Array.from({ length: 3 }, () =>
        explain({ status: text, statusDescription: text, pipeline }),
      ),
      summary: {
        ...about.summary,
        byStatus: Array.from({ length: 12 }, () => [text, 5] as const),
        topAccounts: Array.from({ length: 5 }, () => top),
        topSchemas: Array.from({ length: 5 }, () => top),
        descriptions: Array.from({ length: 3 }, () => ({ text: cutAt(untrimmed, 250), events: 4 })),
        samples: Array.from({ length: 5 }, () => ({
          referenceId: text,
          id: text,
          createdAt: 0,
          status: text,
          accountId: text,
          schemaName: text,
        })),
      },
    },
  };
}

export function limitsHold(notification: Notification): void {
  const message = renderMessage(notification, CONTEXT);
  expect(message.subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  expect(message.sms).toMatch(/^[\x20-\x7e]{1,148}$/);
  expect(message.email).not.toMatch(/[^\P{C}\n\p{Cn}]/u);
  const chat = JSON.parse(message.chat).content;
  expect(chat.description.length).toBeLessThanOrEqual(2_500);
  expect(chat.title.length).toBeLessThanOrEqual(200);
  expect(`${chat.title}${chat.description}${chat.nextSteps.join('')}`).not.toContain('<');
  expect(message.json).not.toContain('\n');
  const envelope = JSON.stringify([
    message.email,
    message.email,
    message.chat,
    message.sms,
    ...Array(4).fill(message.json),
  ]);
  expect(Buffer.byteLength(envelope)).toBeLessThan(256 * 1024);
  expect(message.chat.isWellFormed() && message.email.isWellFormed()).toBe(true);
}
