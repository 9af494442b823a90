import { type AlertFacts, type Notification, notificationId } from './notification.ts';

/**
 * Queues a message. An alert has one waiting message at most, which takes in later changes. A waiting message may have
 * arrived, though its delivery is not certain, so a changed message has another id.
 */
export function enqueue(
  outbox: readonly Notification[],
  next: Notification,
): readonly Notification[] {
  const waiting = outbox.find(({ alertId }) => alertId === next.alertId);
  if (!waiting?.about || !next.about) return [...outbox, next];
  const merged = waiting.kind === 'fired' ? withEnd(waiting, waiting.about, next) : next;
  return outbox.map((entry) => (entry === waiting ? merged : entry));
}

/** Nobody was notified that it fired: the message still shows that window, and now its end. */
function withEnd(fired: Notification, about: AlertFacts, next: Notification): Notification {
  const { resolvedAt, peak } = next.about ?? about;
  return {
    ...fired,
    id: notificationId(fired, fired.kind, next.at),
    at: next.at,
    reason: `${fired.reason}; since then ${next.reason}`,
    about: { ...about, resolvedAt, peak },
  };
}

/** Takes back the end of an alert that fires again before its delivery was certain. */
export function takeBackEnd(
  outbox: readonly Notification[],
  alertId: string,
): readonly Notification[] {
  return outbox.filter(
    (entry) => entry.alertId !== alertId || entry.about?.resolvedAt === undefined,
  );
}
