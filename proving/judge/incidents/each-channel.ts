import { broken, type Violation } from '../complaint.ts';
import { type Channel, takesWarnings } from './channels.ts';
import { type Known, violationAt } from './known.ts';
import { type Shown, type ShownIncidents, shownAt } from './shown.ts';

/** Incidents that one channel was told of, and not another one that could be reached. The first of each incident. */
export function channelsApart({ told, runs }: Known): Violation[] {
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
        const problem = late.has(shown.id) ? undefined : apart(one, own, shown);
        if (!problem) return [];
        late.add(shown.id);
        const text = `${shown.subject} (${shown.id}) ${problem}, and ${other} knows it`;
        return [violationAt(run.endedAt, broken('each-channel', text))];
      });
    });
  });
}

function apart(channel: Channel, own: ShownIncidents, theirs: Shown): string | undefined {
  const isCritical = theirs.last.message.severity === 'critical';
  if (!isCritical && !takesWarnings(channel)) return undefined;
  const shown = own.get(theirs.id);
  if (!shown) return `was never told to ${channel}`;
  if (shown.isOpen === theirs.isOpen) return undefined;
  return `is ${shown.isOpen ? 'still open' : 'not open'} in ${channel}`;
}
