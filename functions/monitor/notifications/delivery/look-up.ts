import { oneOfEachKind } from '../../events/keep-samples.ts';
import type { Explanation } from '../../incidents/incident.ts';
import type { Clock, UsageEvents } from '../../ports.ts';
import type { Notification } from '../notification.ts';
import { explain } from '../why-not-billed.ts';
import { within } from './time-limit.ts';

/** How many kinds of sample are looked up for a message. */
const MAX_LOOK_UPS = 3;

/** How long that may take for all messages of a delivery. */
const LOOK_UP_MS = 5_000;

/** Gives a notification with the reasons that samples show; for one message after the other, as long as all may take together. */
export function explaining(
  togai: UsageEvents | undefined,
  clock: Clock,
  { signal, softDeadline }: { readonly signal: AbortSignal; readonly softDeadline: AbortSignal },
): (notification: Notification) => Promise<Notification> {
  const either = AbortSignal.any([signal, softDeadline]);
  let leftMs = LOOK_UP_MS;
  return async (notification) => {
    if (leftMs <= 0 || either.aborted || !notification.about) return notification;
    const begun = clock.elapsed();
    const why = await within({ clock, signal: either, ms: leftMs }, (limit) =>
      lookUp(notification, togai, limit),
    );
    leftMs -= clock.elapsed() - begun;
    // What was found for an earlier message is better than nothing.
    return why.length === 0
      ? notification
      : { ...notification, about: { ...notification.about, why } };
  };
}

/** Asks Togai about samples of an incident. A failure or the time limit leaves them out, so that the message still goes out. */
async function lookUp(
  { kind, about }: Notification,
  togai: UsageEvents | undefined,
  signal: AbortSignal,
): Promise<Explanation[]> {
  const isNews = kind === 'opened' || kind === 'escalated' || kind === 'changed';
  if (!togai || !about || !isNews) return [];
  const samples = oneOfEachKind(about.summary.samples).slice(0, MAX_LOOK_UPS);
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
  // One explanation for each status and next step is enough.
  return explanations.filter(({ status, next }) => {
    const key = `${status} ${next}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
