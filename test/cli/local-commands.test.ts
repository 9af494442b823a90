import { expect, test } from 'vitest';
import { exampleNotifications } from '../../cli/preview/example-notifications.ts';
import { withLocalCommands } from '../../cli/with-local-commands.ts';
import {
  type RenderedMessage,
  renderMessage,
} from '../../functions/monitor/notifications/formats/message.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';

const { opened, silence } = exampleNotifications();

/** A message as a run with a state file prints it. */
function printed(notification: Notification, stateFile = 'monitor.json'): RenderedMessage {
  return withLocalCommands(
    renderMessage(notification, { dashboardUrl: '', runbookUrl: '' }),
    stateFile,
  );
}

test('the command that stops reminders works as it stands', () => {
  expect(printed(opened).email).toMatch(
    /^Stop its reminders: npx unmetered silence --incident \S+ --for 8h --state monitor\.json$/m,
  );
});

test('a path with blanks is quoted for the shell', () => {
  expect(printed(opened, "my 'own' state.json").email).toContain(
    ` --for 8h --state 'my '\\''own'\\'' state.json'\n`,
  );
});

test('the command that ends a silence works as it stands', () => {
  expect(printed(silence).email).toMatch(
    /^Do: nothing\. .*: npx unmetered unsilence \S+ --state monitor\.json$/m,
  );
});

test('chat has the same command', () => {
  const { content } = JSON.parse(printed(opened, 'a "b".json').chat);
  expect(content.description).toMatch(
    /Stop its reminders: npx unmetered silence --incident \S+ --for 8h --state 'a "b"\.json'$/m,
  );
});
