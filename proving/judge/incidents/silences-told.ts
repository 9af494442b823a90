import type { MadeSilence } from '../../world/silencing.ts';
import { broken, type Violation } from '../complaint.ts';
import { type Known, violationAt } from './finished-world.ts';
import { timeOf } from './incidents-per-channel.ts';
import { type Channel, isForPeople } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import type { RunNote } from './run-notes.ts';
import { overFrom, spanOfRun, surelyUntil } from './silences.ts';

/**
 * Silences that a channel was not notified of, once when they were made and once when they were
 * over.
 */
export function silencesNotTold(known: Known): Violation[] {
  return [...known.told].flatMap(([channel, told]) =>
    known.silences.made.flatMap((silence) => {
      if (!isForPeople(channel)) return [];
      const notices = told.filter((one) => isNoticeOf(one, silence));
      const due = dueFor(known, channel, silence);
      const late = due.find(({ run, least }) => count(notices, run.endedAt) < least);
      const isMore = count(notices, Number.POSITIVE_INFINITY) > 2;
      if (!late && !isMore) return [];
      const time = late?.run.endedAt ?? notices.at(-1)?.time ?? silence.madeAt;
      const text = `${silence.id} was told ${late ? 'too late' : 'too often'} to ${channel}`;
      return [violationAt(time, broken('silence-told', text))];
    }),
  );
}

/** The first runs that must know that a silence was made, and that it is over. */
function dueFor(
  { runs }: Known,
  channel: Channel,
  silence: MadeSilence,
): readonly { readonly run: RunNote; readonly least: number }[] {
  const clear = runs.ended.filter((run) => runs.isClear(run, channel));
  const made = clear.find(({ begunAt, at }) => {
    const newest = Math.max(begunAt, at);
    return begunAt > silence.madeAt && newest < surelyUntil(silence);
  });
  const over = clear.find((run) => spanOfRun(run).start > overFrom(silence));
  return [
    ...(made ? [{ run: made, least: 1 }] : []),
    ...(over ? [{ run: over, least: made ? 2 : 1 }] : []),
  ];
}

function count(notices: readonly Told[], by: number): number {
  return new Set(notices.filter(({ time }) => time <= by).map(({ message }) => message.id)).size;
}

/** Both notices name the whole silence, as it was made. */
function isNoticeOf({ message: { topic, window } }: Told, { from }: MadeSilence): boolean {
  return topic === 'silence' && window !== null && timeOf(window.start) === from;
}
