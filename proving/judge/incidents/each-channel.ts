import { broken, type Violation } from '../complaint.ts';
import { type Evaluated, evaluatedRuns } from './evaluated.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isHeardBreach } from './heard-breach.ts';
import { type Shown, type ShownIncidents, shownAt, timeOf } from './incidents-per-channel.ts';
import { type Channel, isForPeople } from './is-for-people.ts';
import { possibleAccounts } from './possible-accounts.ts';
import type { RunNote } from './run-notes.ts';
import { spanOfRun } from './silences.ts';

/**
 * Incidents that one channel was notified of, and not another one that could be reached. The first
 * of each incident.
 */
export function channelsApart(known: Known): Violation[] {
  const { told, runs } = known;
  const channels = [...told.keys()];
  const pairs = channels.flatMap((one) =>
    channels.filter((other) => other !== one).map((other) => [one, other] as const),
  );
  return pairs.flatMap(([one, other]) => {
    const late = new Set<string>();
    const evaluated = evaluatedRuns(known, one, told.get(one) ?? []);
    const clear = runs.ended.filter((run) => runs.isClear(run, one) && runs.isClear(run, other));
    return clear.flatMap((run) => {
      const theirs = shownAt(told.get(other) ?? [], run.endedAt);
      const own = shownAt(told.get(one) ?? [], run.endedAt);
      return [...theirs.values()].flatMap((shown) => {
        const problem = late.has(shown.id) ? undefined : apart([one, other], own, shown);
        if (!problem || mayBeSilenced(known, run, own, shown, evaluated)) return [];
        late.add(shown.id);
        const text = `${shown.subject} (${shown.id}) ${problem}, and ${other} knows it`;
        return [violationAt(run.endedAt, broken('each-channel', text))];
      });
    });
  });
}

/**
 * An incident that began in a silence is notified after it, and only if the incident goes on. A
 * silence of accounts holds it back only where the other accounts breach no threshold.
 *
 * @param evaluated the runs that had to notify the channel that does not know it
 */
function mayBeSilenced(
  known: Known,
  run: RunNote,
  own: ShownIncidents,
  { id, subject, isOpen, told, last }: Shown,
  evaluated: readonly Evaluated[],
): boolean {
  const { silences } = known;
  // People who know of it are notified of its end in any case.
  if (own.get(id)?.isOpen) return false;
  const now = spanOfRun(run);
  const span = isOpen ? now : { start: told[0].time, end: now.end };
  if (silences.mayBeSilenced(subject, span)) return true;
  const onset = last.message.onset === null ? last.at : timeOf(last.message.onset);
  const wide = { start: Math.min(onset, span.start), end: span.end };
  const accounts = possibleAccounts(known, last.message, wide);
  if (silences.holding(subject, accounts, span).length === 0) return false;
  const silenced = silences.possibleIn(span);
  const heard = new Set(
    told
      .flatMap(({ message }) => message.accounts.map(({ name }) => name))
      .filter((name) => !silenced.has(name)),
  );
  // An end is notified by the windows of the whole incident, unless it has begun again.
  const hasBegunOnce = told.filter(({ message: { kind } }) => kind === 'opened').length === 1;
  const isMeant = (one: Evaluated) =>
    isOpen || !hasBegunOnce ? one.run === run : one.run.at >= told[0].at && one.run.at <= last.at;
  return !evaluated.some((one) => isMeant(one) && isHeardBreach(known, one, subject, heard));
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
