import type { MonitorState } from '../../monitor-state.ts';
import type { Clock, Subscriptions } from '../../ports.ts';
import { HOUR_MS } from '../../timeline/time.ts';
import { within } from './time-limit.ts';

/** How long one check may take. */
const LIMIT_MS = 5_000;
/** So often SNS is asked. */
const EVERY_MS = HOUR_MS;

/** The part of the session that the check needs. */
interface CheckSession {
  readonly state: MonitorState;
  change(next: (state: MonitorState) => MonitorState): void;
}

/** The subscriptions of the topic, as one check found them. */
export interface SubscriptionCheck {
  readonly configured: number;
  /** Left out where they could not be counted. */
  readonly confirmed?: number;
  /** Why they could not be counted. */
  readonly problem?: string;
}

/**
 * Counts the confirmed subscriptions of the topic, once an hour. A person or a link scanner can unsubscribe an address,
 * and nothing fails then. The next run tries again where the count fails.
 *
 * @returns `undefined` if no check is due, or if there is nothing to miss
 * @throws the reason of `signal` once that is aborted
 */
export async function checkSubscriptions(
  session: CheckSession,
  {
    subscriptions,
    clock,
  }: { readonly subscriptions?: Subscriptions | undefined; readonly clock: Clock },
  { scheduledTime, signal }: { readonly scheduledTime: number; readonly signal: AbortSignal },
): Promise<SubscriptionCheck | undefined> {
  if (!subscriptions?.configured) return undefined;
  const { configured } = subscriptions;
  const { subscriptionsCheckedAt: last } = session.state;
  // A last check far ahead was made while the clock was wrong. It counts for nothing.
  if (last !== undefined && Math.abs(scheduledTime - last) < EVERY_MS) return undefined;
  try {
    const confirmed = await within({ clock, signal, ms: LIMIT_MS }, (limit) =>
      subscriptions.countConfirmed(limit),
    );
    session.change((state) => ({ ...state, subscriptionsCheckedAt: scheduledTime }));
    return { configured, confirmed };
  } catch (error) {
    signal.throwIfAborted();
    return { configured, problem: error instanceof Error ? error.message : String(error) };
  }
}
