import { InvalidMessageError } from '../../errors.ts';
import { isWorthKeeping } from '../../incidents/alert.ts';
import { markDelivered } from '../../incidents/when-to-notify.ts';
import type { MonitorState } from '../../monitor-state.ts';
import type { Clock, Publisher, UsageEvents } from '../../ports.ts';
import type { RenderContext } from '../formats/context.ts';
import { renderMessage, renderPlainLine } from '../formats/message.ts';
import type { Notification } from '../notification.ts';
import { explaining } from './look-up.ts';

/** How long a delivery goes on to further messages: counting must not wait for a receiver that hangs. */
const DELIVERY_MS = 60_000;
/** SNS suspends an email subscription that gets more than ten messages a second. */
const MESSAGE_INTERVAL_MS = 200;

/** The part of the session that delivering needs. Its run holds the lease. */
export interface DeliverySession {
  readonly state: MonitorState;
  change(next: (state: MonitorState) => MonitorState): void;
  /** @throws SupersededError */
  ensureLease(): void;
  /** @throws SupersededError */
  save(): Promise<void>;
}

export interface Delivery {
  readonly delivered: number;
  readonly undelivered: number;
  /** Why messages could not be delivered, in words. */
  readonly problems: readonly string[];
}

/** The result of two deliveries of one run: what the second left is left. */
export function addDeliveries(first: Delivery, second: Delivery): Delivery {
  return { ...second, delivered: first.delivered + second.delivered };
}

/**
 * Publishes the pending messages, oldest first, and marks each as delivered before the next. A message that
 * cannot be delivered stays and stops no other, as long as there is time.
 *
 * @param togai to look samples up, where it is at hand
 * @throws SupersededError; the reason of the signal once that is aborted
 */
export async function deliver(
  session: DeliverySession,
  { publisher, clock }: { readonly publisher: Publisher; readonly clock: Clock },
  request: {
    readonly scheduledTime: number;
    readonly signal: AbortSignal;
    /** From then on no samples are looked up: a message can do without. */
    readonly softDeadline: AbortSignal;
    readonly settings: { readonly dashboardUrl: string; readonly runbookUrl: string };
  },
  togai: UsageEvents | undefined,
): Promise<Delivery> {
  const begun = clock.elapsed();
  const explained = explaining(togai, clock, request);
  let attempts = 0;
  let delivered = 0;
  const problems: string[] = [];
  for (const notification of session.state.outbox) {
    if (clock.elapsed() - begun > DELIVERY_MS) break;
    const explanations = await explained(notification);
    const { dashboardUrl, runbookUrl } = request.settings;
    if (attempts++ > 0) await clock.sleep(MESSAGE_INTERVAL_MS, request.signal);
    session.ensureLease();
    try {
      const context = { dashboardUrl, runbookUrl, explanations };
      await publish(publisher, notification, context, request.signal);
    } catch (error) {
      request.signal.throwIfAborted();
      problems.push(
        `message ${notification.id}: ${error instanceof Error ? error.message : error}`,
      );
      continue;
    }
    delivered++;
    session.change((state) => ({
      ...state,
      outbox: state.outbox.filter((entry) => entry.id !== notification.id),
      alerts: state.alerts
        .map((alert) => markDelivered(alert, notification.alertId, request.scheduledTime))
        .filter(isWorthKeeping),
    }));
    await session.save();
  }
  return { delivered, undelivered: session.state.outbox.length, problems };
}

/** @throws the error that kept the message from being delivered */
async function publish(
  publisher: Publisher,
  notification: Notification,
  context: RenderContext,
  signal: AbortSignal,
): Promise<void> {
  try {
    await publisher.publish(renderMessage(notification, context), signal);
  } catch (error) {
    if (!(error instanceof InvalidMessageError)) throw error;
    await publisher.publish(renderPlainLine(notification), signal);
  }
}
