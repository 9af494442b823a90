import { expect, test } from 'vitest';
import type { Channel } from '../../functions/monitor/ports.ts';
import { createTestFunction } from '../support/monitor-function.ts';

const channelOf = (name: string, publish: () => Promise<void>): Channel => ({ name, publish });

/** The result of a test message. */
function sendTo(channels: readonly Channel[]): Promise<string> {
  return createTestFunction()
    .invokeAt('10:00', { channels }, { test: true })
    .then(
      () => 'sent',
      (error: Error) => error.message,
    );
}

test('a test message reaches the other channels although one fails, and says which', async () => {
  const reached: string[] = [];
  const channels = [
    channelOf('sns', () => Promise.reject(new Error('KMS refused'))),
    channelOf('events', async () => void reached.push('events')),
    channelOf('pager', async () => void reached.push('pager')),
  ];
  expect(await sendTo(channels)).toBe(
    'the test message reached 2 of 3 channels (sns: KMS refused)',
  );
  expect(reached).toEqual(['events', 'pager']);
});

test('a test message names every channel that fails', async () => {
  const fail = (name: string) => channelOf(name, () => Promise.reject(new Error(`no ${name}`)));
  expect(await sendTo([fail('sns'), fail('pager')])).toBe(
    'the test message reached 0 of 2 channels (sns: no sns; pager: no pager)',
  );
});

test('a test message does not wait in one channel for another', async () => {
  const both = Promise.withResolvers<void>();
  const channels = [
    channelOf('sns', () => both.promise),
    channelOf('pager', async () => both.resolve()),
  ];
  expect(await sendTo(channels)).toBe('sent');
});
