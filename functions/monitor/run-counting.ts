import { type CountedRun, countRun } from './counting/count-new-events.ts';
import type { CountingSession, CountRunRequest } from './counting/counting-input.ts';
import { crossCheck, differenceIn } from './counting/cross-check.ts';
import { piecesOf } from './counting/join-sources.ts';
import { noteOfNames } from './counting/rules-without-names.ts';
import { ClockAheadError } from './errors.ts';
import type { Incident } from './incidents/incident.ts';
import { noteGrouping, noteSources } from './incidents/note-monitor-failures.ts';
import { accountsIn } from './incidents/which-incidents-to-keep.ts';
import { withWatermark } from './lease/drop-times-ahead.ts';
import type { EarlierCounts } from './lease/earlier-counts.ts';
import { noteGap } from './notifications/gap-notices.ts';
import { noteUnreadable } from './notifications/note-unreadable-data.ts';
import type { Clock, Connect, MonitorStore } from './ports.ts';
import type { RunSettings } from './settings/run-settings.ts';
import { bucketStart } from './timeline/bucket.ts';

interface CountingPorts {
  readonly store: Pick<MonitorStore, 'unreadable'>;
  readonly clock: Clock;
  readonly connect: Connect;
}

interface CountingRequest extends Omit<CountRunRequest, 'now' | 'followed'> {
  readonly settings: RunSettings;
}

/**
 * Counts new events, and notes what they show of the monitor itself.
 *
 * @param stored earlier counts; the new ones join them
 */
export async function countAndNote(
  session: CountingSession & { readonly incidents: readonly Incident[] },
  { store, clock, connect }: CountingPorts,
  request: CountingRequest,
  stored: EarlierCounts,
): Promise<CountedRun> {
  const { scheduledTime: at, settings } = request;
  const before = () => piecesOf(stored.known.values(), stored.looks, at);
  session.change((state) => noteUnreadable(state, store.unreadable(), at));
  session.change((state) => withWatermark(state, before, stored.readFrom));
  const followed = accountsIn(session.incidents);
  const counting = await countRun(
    session,
    connect,
    { ...request, now: clock.now(), followed },
    stored,
  );
  if (isClockRight(counting)) session.change((state) => noteGap(state, counting.gap, at));
  const names = noteOfNames(counting, settings.thresholds ?? []);
  session.change((state) => noteGrouping(state, { at, ...names }));
  const compared = crossCheck(stored.known, stored.looks, bucketStart(at));
  if (compared) session.change((state) => noteSources(state, { at, ...differenceIn(compared) }));
  return counting;
}

/** With a clock that is ahead it is unknown which range was missed, and how far counting has come. */
export function isClockRight({ error }: Pick<CountedRun, 'error'>): boolean {
  return !(error instanceof ClockAheadError);
}
