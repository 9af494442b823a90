import { InvalidMessageError } from '../../errors.ts';
import { noteDelivery } from '../../incidents/note-which-channels-work.ts';
import type { AccountRevenue, Channel, Clock, UsageEvents } from '../../ports.ts';
import { renderMessage } from '../formats/message.ts';
import { renderPlainLine } from '../formats/plain-line.ts';
import type { Notification } from '../notification.ts';
import { type MessageContext, messageOf } from './build-notification.ts';
import type { DeliveryRequest, DeliverySession } from './delivery-session.ts';
import { isNothingToSay, needsOf } from './list-needed-notifications.ts';
import { lookUp } from './look-up-cause-and-worth.ts';

/** How long a channel goes on to further messages: a receiver that hangs must not hold up the run. */
const DELIVERY_MS = 60_000;
/** SNS suspends an email subscription that gets more than ten messages a second. */
const MESSAGE_INTERVAL_MS = 200;

export interface Delivery {
  readonly delivered: number;
  readonly undelivered: number;
  /** Why messages could not be delivered, in words. */
  readonly problems: readonly string[];
  /** The messages that could not be delivered, each with its channel. */
  readonly failed: ReadonlySet<string>;
  /** Why no message reached a channel, by its name; `undefined`: one did. Left out: none was tried. */
  readonly tried: ReadonlyMap<string, string | undefined>;
}

const NOTHING_DELIVERED = { delivered: 0, undelivered: 0, problems: [], tried: new Map() };

/** The result of two deliveries of one run. The undelivered messages are those of the second. */
export function addDeliveries(first: Delivery, second: Delivery): Delivery {
  const tried = new Map(first.tried);
  for (const [name, problem] of second.tried) {
    const hasWorked = tried.has(name) && tried.get(name) === undefined;
    if (!hasWorked) tried.set(name, problem);
  }
  return {
    ...second,
    delivered: first.delivered + second.delivered,
    problems: [...first.problems, ...second.problems],
    tried,
  };
}

/**
 * Sends each channel the notifications that it needs. Channels do not wait for each other: one that
 * hangs must not keep a message from the others. A channel's own messages go out in order, each
 * recorded before the next. A message that cannot be delivered is needed again by the next run, and
 * stops no other as long as there is time.
 *
 * @param togai to look samples up, where it is at hand
 * @throws SupersededError; the reason of the signal once that is aborted
 */
export async function deliver(
  session: DeliverySession,
  { channels, clock }: { readonly channels: readonly Channel[]; readonly clock: Clock },
  request: DeliveryRequest,
  togai: (UsageEvents & AccountRevenue) | undefined,
): Promise<Delivery> {
  const failed = new Set(request.failed);
  if (isNothingToSay(session, channels, request)) return { ...NOTHING_DELIVERED, failed };
  const problems = await problemsOfSilences(session, request.signal);
  const all = channels.flatMap((channel) => needsOf(channel, session, request));
  const parts = all.flatMap((one) => ('part' in one ? one : []));
  const summaries = togai && (await lookUp(session, parts, { togai, clock }, request));
  const names = channels.map(({ name }) => name);
  const context = { session, request, summaries, clock, names, record: oneAfterTheOther() };
  const sum = { delivered: 0, undelivered: 0, problems, failed, tried: new Map() };
  const ends = await Promise.allSettled(
    channels.map((channel) => deliverTo(channel, context, sum)),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return sum;
}

interface DeliverySum {
  delivered: number;
  undelivered: number;
  readonly problems: string[];
  readonly failed: Set<string>;
  readonly tried: Map<string, string | undefined>;
}

/**
 * Delivers the messages of one channel, and adds the results to a sum. @throws as {@link deliver}
 */
async function deliverTo(
  channel: Channel,
  context: ChannelContext,
  sum: DeliverySum,
): Promise<void> {
  const { session, request, clock, names, record } = context;
  const { name } = channel;
  const begun = clock.elapsed();
  const works = new Map([[name, undefined]]);
  let attempts = 0;
  for (const needed of needsOf(channel, session, request)) {
    const message = messageOf(needed, { ...context, channel: name });
    const { notification } = message;
    const key = `${name} ${notification.id}`;
    if (clock.elapsed() - begun > DELIVERY_MS || sum.failed.has(key)) {
      sum.undelivered++;
      continue;
    }
    if (attempts++ > 0) await clock.sleep(MESSAGE_INTERVAL_MS, request.signal);
    session.ensureLease();
    try {
      await publish(channel, notification, request);
    } catch (error) {
      request.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      sum.problems.push(`message ${notification.id}: ${reason}`);
      if (!sum.tried.has(name)) sum.tried.set(name, reason);
      sum.failed.add(key);
      sum.undelivered++;
      continue;
    }
    sum.delivered++;
    sum.tried.set(name, undefined);
    await record(() => {
      session.change((state) => noteDelivery(state, works, names, request.scheduledTime));
      return message.record();
    });
  }
}

/** Of two writes of the state at once, the older one could replace the newer one. */
function oneAfterTheOther(): (write: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (write) => {
    const written = last.then(write);
    last = written.catch(() => {});
    return written;
  };
}

/** @returns why the silences could not be read again: then those of the beginning of the run count */
async function problemsOfSilences(
  session: DeliverySession,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    await session.silences.readAgain();
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return [`the silences: ${error instanceof Error ? error.message : error}`];
  }
}

interface ChannelContext extends Omit<MessageContext, 'channel'> {
  readonly clock: Clock;
  /** Of all channels. */
  readonly names: readonly string[];
  /** Runs writes of the state one after the other. */
  readonly record: (write: () => Promise<void>) => Promise<void>;
}

/** @throws the error that kept the message from being delivered */
async function publish(
  channel: Channel,
  notification: Notification,
  { settings, signal }: DeliveryRequest,
): Promise<void> {
  try {
    await channel.publish(renderMessage(notification, settings), signal);
  } catch (error) {
    if (!(error instanceof InvalidMessageError)) throw error;
    await channel.publish(renderPlainLine(notification), signal);
  }
}
