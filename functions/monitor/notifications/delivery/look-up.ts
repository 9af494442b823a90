import { oneOfEachKind } from '../../events/keep-samples.ts';
import type { Clock, UsageEvents } from '../../ports.ts';
import type { Notification } from '../notification.ts';
import { type Explanation, explain } from '../why-not-billed.ts';
import { within } from './time-limit.ts';

/** How many kinds of sample are looked up for a message. */
const MAX_LOOK_UPS = 3;

/** How long that may take for all messages of a delivery. */
const LOOK_UP_MS = 5_000;

/** Looks up for one message after the other, as long as all of them together may take. */
export function explaining(
  togai: UsageEvents | undefined,
  clock: Clock,
  { signal, softDeadline }: { readonly signal: AbortSignal; readonly softDeadline: AbortSignal },
): (notification: Notification) => Promise<Explanation[]> {
  const either = AbortSignal.any([signal, softDeadline]);
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

/** Asks Togai about samples of a firing alert. A failure or the time limit leaves them out, so that the message still goes out. */
async function lookUp(
  { kind, about }: Notification,
  togai: UsageEvents | undefined,
  signal: AbortSignal,
): Promise<Explanation[]> {
  if (!togai || !about || (kind !== 'fired' && kind !== 'grew')) return [];
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
