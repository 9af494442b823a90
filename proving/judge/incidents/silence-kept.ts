import { broken, type Violation } from '../complaint.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isEnd, type Shown, type ShownIncidents, withMessage } from './incidents-per-channel.ts';
import type { Told } from './message-with-run.ts';

/** Messages that a silence forbids. */
export function silencesBroken(known: Known): Violation[] {
  return [...known.told.values()].flatMap((told) => {
    let shown: ShownIncidents = new Map();
    return told.flatMap((one) => {
      const { incidentId, subject, kind } = one.message;
      const before = shown;
      shown = withMessage(shown, one);
      if (incidentId === null || subject === null || kind === 'test') return [];
      const problem = problemOf(known, one, incidentId, before.get(incidentId));
      if (!problem) return [];
      const text = `${kind} of ${subject} (${incidentId}) came to ${one.channel}, and ${problem}`;
      return [violationAt(one.time, broken('silence-kept', text))];
    });
  });
}

/** @param before the incident as the channel knows it; `undefined`: the channel does not know it */
function problemOf(
  { silences }: Known,
  one: Told,
  incidentId: string,
  before: Shown | undefined,
): string | undefined {
  const { kind, subject, accounts } = one.message;
  if (kind === 'reminder' && silences.isAcknowledged(incidentId, one)) return 'it is acknowledged';
  // People who silence everything must still hear that nothing is watched.
  if (subject === null || subject === 'monitor') return undefined;
  // People who know of an incident are notified of its end.
  // The same end may come again, if nobody knows whether it arrived.
  const isAgain = before?.last.message.sequence === one.message.sequence;
  const isKnownEnd = isEnd(one) && before !== undefined && (before.isOpen || isAgain);
  if (silences.isSilenced(subject, one) && !isKnownEnd) return 'all of it is silenced';
  const silenced = silences.accountsAt(one);
  const named = accounts.filter(({ name }) => silenced.has(name));
  const isAllSilenced = named.length === accounts.length;
  if (named.length === 0 || (isKnownEnd && isAllSilenced)) return undefined;
  return `it names ${named.map(({ name }) => name)}, who is silenced`;
}
