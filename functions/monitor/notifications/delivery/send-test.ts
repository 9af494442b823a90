import type { Channel } from '../../ports.ts';
import type { RenderedMessage } from '../formats/message.ts';

/**
 * Sends a message to every channel, side by side.
 *
 * @throws an error that names every channel which it did not reach; the reason of the signal once that is aborted
 */
export async function sendTest(
  channels: readonly Channel[],
  message: RenderedMessage,
  signal: AbortSignal,
): Promise<void> {
  const sent = await Promise.allSettled(
    channels.map((channel) => channel.publish(message, signal)),
  );
  signal.throwIfAborted();
  const failures = sent.flatMap((end, index) =>
    end.status === 'rejected' ? [{ name: channels[index]?.name, reason: end.reason }] : [],
  );
  if (failures.length === 0) return;
  const reasons = failures.map(
    ({ name, reason }) => `${name}: ${reason instanceof Error ? reason.message : reason}`,
  );
  const reached = channels.length - failures.length;
  throw new Error(
    `the test message reached ${reached} of ${channels.length} channels (${reasons.join('; ')})`,
    { cause: failures[0]?.reason },
  );
}
