import type { Command } from 'commander';
import { renderMessage } from '../functions/monitor/notifications/formats/message.ts';
import { testNotification } from '../functions/monitor/notifications/test-message.ts';
import type { Surroundings } from './terminal.ts';

/** `unmetered test` */
export function defineTest(command: Command, around: Surroundings): void {
  command.action(() => {
    const message = renderMessage(testNotification(around.clock.now()), {
      dashboardUrl: '',
      runbookUrl: '',
    });
    around.stdout.write(
      [
        `Subject: ${message.subject}`,
        `Email:\n${message.email}`,
        `SMS: ${message.sms}`,
        `Chat: ${message.chat}`,
        `JSON: ${message.json}`,
        '',
      ].join('\n\n'),
    );
  });
}
