import { InvalidMessageError } from './errors.ts';
import type { Clock, MonitorState, Publisher, UsageEvents } from './ports.ts';
import { markDelivered } from './steps/decide.ts';
import { type Explanation, explain } from './steps/explain.ts';
import type { Notification } from './steps/notification.ts';
import { type RenderContext, renderMessage, renderPlainLine } from './steps/render/message.ts';
import type { SampleEvent } from './steps/tally.ts';
import { within } from './time-limit.ts';

/** How many kinds of sample are looked up for a message. */
const MAX_LOOK_UPS = 3;
/** How long that may take for all messages of a delivery. */
const LOOK_UP_MS = 5_000;
/** How long a delivery goes on to further messages: counting must not wait for a receiver that hangs. */
const DELIVERY_MS = 60_000;
/** SNS suspends an email subscription that gets more than ten messages a second. */
const MESSAGE_INTERVAL_MS = 200;

/** What delivering needs of the run that holds the lease. */
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

/**
 * Publishes what is pending, oldest first, and marks each message as delivered before the next. One that
 * cannot be delivered stays and stops no other, as long as there is time.
 *
 * @param togai to look samples up, where it is at hand
 * @throws SupersededError; the reason of the signal once that is aborted
 */
export async function deliver(
  session: DeliverySession,
  { publisher, clock }: { readonly publisher: Publisher; readonly clock: Clock },
  request: {
    readonly at: number;
    readonly signal: AbortSignal;
    /** Ends what can be left out: nothing is looked up any more. */
    readonly outOfTime: AbortSignal;
    readonly settings: { readonly dashboardUrl: string; readonly runbookUrl: string };
  },
  togai: UsageEvents | undefined,
): Promise<Delivery> {
  const begun = clock.elapsed();
  const explained = explaining(togai, clock, request);
  let attempts = 0;
  let delivered = 0;
  const problems: string[] = [];
  for (const notification of session.state.pending) {
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
      pending: state.pending.filter((entry) => entry.id !== notification.id),
      alerts: state.alerts
        .map((alert) => markDelivered(alert, notification.alertId, request.at))
        .filter((alert) => alert.state !== 'ok' || alert.ended !== undefined),
    }));
    await session.save();
  }
  return { delivered, undelivered: session.state.pending.length, problems };
}

/** Looks up for one message after the other, as long as all of them together may take. */
function explaining(
  togai: UsageEvents | undefined,
  clock: Clock,
  { signal, outOfTime }: { readonly signal: AbortSignal; readonly outOfTime: AbortSignal },
): (notification: Notification) => Promise<Explanation[]> {
  const either = AbortSignal.any([signal, outOfTime]);
  let leftMs = LOOK_UP_MS;
  return async (notification) => {
    if (leftMs <= 0 || either.aborted) return [];
    const begun = clock.elapsed();
    const explanations = await within({ clock, signal: either, ms: leftMs }, (limit) =>
      lookUp(notification, togai, limit),
    );
    leftMs -= clock.elapsed() - begun;
    return explanations;
  };
}

/** @throws whatever kept the message from being delivered */
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

/** Asks Togai about samples of a firing alert. At best: a message never waits long for it, nor fails by it. */
async function lookUp(
  { kind, about }: Notification,
  togai: UsageEvents | undefined,
  signal: AbortSignal,
): Promise<Explanation[]> {
  if (!togai || !about || (kind !== 'fired' && kind !== 'grew')) return [];
  const samples = kindsOf(about.summary.samples).slice(0, MAX_LOOK_UPS);
  const found = await Promise.all(
    samples.map(async ({ id, status }) => {
      if (id === undefined) return undefined;
      try {
        const events = await togai.event(id, signal);
        const event = events.find((candidate) => candidate.status === status);
        return event && explain(event);
      } catch {
        return undefined;
      }
    }),
  );
  const explanations = found.filter((explanation) => explanation !== undefined);
  const seen = new Set<string>();
  // One of those that call for the same is enough.
  return explanations.filter(({ status, next }) => {
    const key = `${status} ${next}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** The first sample of each status and schema. */
function kindsOf(samples: readonly SampleEvent[]): SampleEvent[] {
  const kinds = new Map<string, SampleEvent>();
  for (const sample of samples) {
    const kind = JSON.stringify([sample.status, sample.schemaName]);
    if (!kinds.has(kind)) kinds.set(kind, sample);
  }
  return [...kinds.values()];
}
