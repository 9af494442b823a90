import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KNOWN_STATUSES, STATUS_GROUPS } from '../../functions/monitor/events/status-groups.ts';
import { knownReason } from '../../functions/monitor/notifications/cause-and-next-step-by-status.ts';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { RUNBOOK_URL } from '../../functions/monitor/notifications/formats/message-settings.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { SETTINGS } from '../../functions/monitor/settings/all-settings.ts';
import { examples } from '../support/hostile-notification.ts';

/** The sections of the runbook, as GitHub names them in links. */
const sections = new Set(
  [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  ),
);
const { version, repository } = JSON.parse(readFileSync('package.json', 'utf8'));

test('the link is to the runbook of this version, in the repository of the project', () => {
  expect(RUNBOOK_URL).toBe(`${repository}/blob/v${version}/docs/runbook.md`);
});

test.each(Object.entries<Notification>(examples))(
  'each message links to sections that exist: %s',
  (_, notification) => {
    const context = { dashboardUrl: '', runbookUrl: RUNBOOK_URL };
    const { email, chat } = renderMessage(notification, context);
    for (const [, section] of `${email}${chat}`.matchAll(/runbook\.md#([\w-]+)/g)) {
      expect(sections).toContain(section);
    }
  },
);

test.each([...STATUS_GROUPS, 'total', 'INGESTION_FAILED_NEW', ...KNOWN_STATUSES])(
  'there is a section about %s',
  (status) => {
    expect(sections).toContain(knownReason(status).section);
  },
);

describe('the setting RunbookUrl', () => {
  const { parse, defaultText } = SETTINGS.runbookUrl;

  test('is the runbook of this version by default, which moves with the version', () => {
    expect(defaultText).toBe('');
    expect(parse('')).toBe(RUNBOOK_URL);
  });

  test('"none" is no link', () => {
    expect(parse('none')).toBe('');
  });

  test('a runbook of your own has no sections of ours', () => {
    const own = 'https://wiki.example.com/runbook';
    const { email } = renderMessage(examples.opened, { dashboardUrl: '', runbookUrl: own });
    expect(email).toMatch(/Steps and silence: https:\/\/wiki\.example\.com\/runbook$/m);
  });
});
