import { expect, test } from 'vitest';
import { InvalidMessageError } from '../../functions/monitor/errors.ts';
import type { RenderedMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { monitorWith } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

test('a run whose message is refused for its content delivers the last resort in its place', async () => {
  const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
  const attempts: RenderedMessage[] = [];
  const publish = (message: RenderedMessage) => {
    attempts.push(message);
    return message.email.includes('\n')
      ? Promise.reject(new InvalidMessageError('SNS refuses it'))
      : Promise.resolve();
  };
  const channels = [{ name: 'sns', publish }];
  const result = await monitor.runAt('10:10', { channels });
  // With the first sign of life.
  expect(result).toMatchObject({ delivered: 2, undelivered: 0, problems: [] });
  expect(attempts).toHaveLength(2);
  expect(attempts[1]?.email).toMatch(/^WARNING acme: .*could not be delivered\)$/);
  const description = JSON.parse(attempts[1]?.chat ?? '').content.description;
  expect(description).toMatch(/could not be delivered/);
  const json = JSON.parse(attempts[1]?.json ?? '');
  expect(json).toMatchObject({ kind: 'opened', threshold: 'unmetered >= 10', lost: 30 });

  // The plain line counts as delivered: nothing is repeated.
  await monitor.runAt('10:15', { channels });
  expect(attempts).toHaveLength(2);
});
