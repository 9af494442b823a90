import { broken, type Violation } from '../complaint.ts';
import { type Channel, isForPeople } from './channels.ts';
import { type Known, violationAt } from './finished-world.ts';
import { type Shown, type ShownIncidents, shownAt } from './incidents-per-channel.ts';
import type { RunNote } from './run-notes.ts';
import { type Silences, spanOfRun } from './silences.ts';

/**
 * Incidents that one channel was notified of, and not another one that could be reached. The first
 * of each incident.
 */
export function channelsApart({ told, runs, silences }: Known): Violation[] {
  const channels = [...told.keys()];
  const pairs = channels.flatMap((one) =>
    channels.filter((other) => other !== one).map((other) => [one, other] as const),
  );
  return pairs.flatMap(([one, other]) => {
    const late = new Set<string>();
    const clear = runs.ended.filter((run) => runs.isClear(run, one) && runs.isClear(run, other));
    return clear.flatMap((run) => {
      const theirs = shownAt(told.get(other) ?? [], run.endedAt);
      const own = shownAt(told.get(one) ?? [], run.endedAt);
      return [...theirs.values()].flatMap((shown) => {
        const problem = late.has(shown.id) ? undefined : apart([one, other], own, shown);
        if (!problem || mayBeSilenced(silences, run, own, shown)) return [];
        late.add(shown.id);
        const text = `${shown.subject} (${shown.id}) ${problem}, and ${other} knows it`;
        return [violationAt(run.endedAt, broken('each-channel', text))];
      });
    });
  });
}

/** An incident that began in a silence is notified after it, and only if the incident goes on. */
function mayBeSilenced(
  silences: Silences,
  run: RunNote,
  own: ShownIncidents,
  { id, subject, isOpen, told }: Shown,
): boolean {
  // People who know of it are notified of its end in any case.
  if (own.get(id)?.isOpen) return false;
  const now = spanOfRun(run);
  const span = isOpen ? now : { start: told[0].time, end: now.end };
  return silences.holding(subject, undefined, span).length > 0;
}

function apart(
  [channel, other]: readonly [Channel, Channel],
  own: ShownIncidents,
  theirs: Shown,
): string | undefined {
  const isCritical = theirs.last.message.severity === 'critical';
  const shown = own.get(theirs.id);
  // It may have begun again as a warning.
  if (!isForPeople(other) && !theirs.isOpen) return undefined;
  // Nobody can be paged that the pager does not work.
  const isItself = theirs.last.message.failure === 'cannot_deliver';
  // A page about an end, or about a warning, would only be noise.
  const isNoPage = !isForPeople(channel) && !(isCritical && theirs.isOpen && !isItself);
  if (isNoPage && !shown?.isOpen) return undefined;
  if (!shown) return `was never told to ${channel}`;
  if (shown.isOpen === theirs.isOpen) return undefined;
  return `is ${shown.isOpen ? 'still open' : 'not open'} in ${channel}`;
}
