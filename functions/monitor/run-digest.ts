import { piecesOf } from './counting/join-sources.ts';
import { looksInOrder } from './events/looks-in-order.ts';
import type { Incident } from './incidents/incident.ts';
import { isBelieved } from './lease/drop-times-ahead.ts';
import type { MonitorState } from './monitor-state.ts';
import {
  type DigestOptions,
  dueWeek,
  mayBePartial,
  noteDigest,
  rememberWeek,
} from './notifications/digest-schedule.ts';
import { WeekSums } from './notifications/digest-week-sums.ts';
import { noticedBy } from './notifications/notified-losses.ts';
import type { Clock, MonitorStore } from './ports.ts';
import { BUCKET_KEPT_DAYS } from './timeline/kept-days.ts';
import { DAY_MS, HOUR_MS } from './timeline/time.ts';

/** So much is in memory at once. */
const CHUNK_MS = 6 * HOUR_MS;
/** A change of the counting source is seen from the pieces beside it. */
const BESIDE_MS = HOUR_MS;
/** Counts of the last day before they expire may be gone already. */
const REACH_MS = (BUCKET_KEPT_DAYS - 1) * DAY_MS;
/** How long a run reads for a digest: counting and warnings come first. */
const LIMIT_MS = 20_000;

interface Ports {
  readonly store: MonitorStore;
  readonly clock: Clock;
}

/** The part of the session that a digest needs. */
interface DigestSession {
  readonly state: MonitorState;
  readonly incidents: readonly Incident[];
  change(to: (state: MonitorState) => MonitorState): void;
}

interface DigestRequest {
  readonly scheduledTime: number;
  readonly settings: DigestOptions;
  readonly signal: AbortSignal;
  readonly softDeadline: AbortSignal;
}

/**
 * Once a week: adds up its days. A problem with the digest fails no run.
 *
 * @returns why it could not be made; the next run tries again
 * @throws the reason of `signal` once that is aborted
 */
export async function digestWeek(
  session: DigestSession,
  ports: Ports,
  request: DigestRequest,
): Promise<string[]> {
  const { scheduledTime: at, settings, signal } = request;
  session.change((state) => rememberWeek(state, settings, session.incidents, at));
  const week = dueWeek(session.state, settings, at);
  if (!week) return [];
  try {
    const incidents = await ports.store.readIncidents(session.state.digest?.incidentIds ?? []);
    const sums = new WeekSums(week, noticedBy(incidents));
    const isWhole = await addStored(sums, session.state, ports, request);
    if (!isWhole) {
      if (!mayBePartial(sums, at)) return ['the digest: there was no time to read all of its week'];
      sums.isPartial = true;
    }
    session.change((state) => noteDigest(state, sums, incidents, { ...settings, at }));
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return [`the digest: ${error instanceof Error ? error.message : error}`];
  }
}

/**
 * Adds up the stored counts of the week, the newest first. Then adds those of the weeks before, as
 * long as there is time.
 *
 * @returns whether all of the week was read
 */
async function addStored(
  sums: WeekSums,
  state: MonitorState,
  { store, clock }: Ports,
  { signal, softDeadline }: DigestRequest,
): Promise<boolean> {
  const begun = clock.elapsed();
  const now = clock.now();
  const isTrue = (counted: { readonly countedAt: number; readonly runNumber: number }) =>
    isBelieved(counted, state.voided, now);
  const { start, end } = sums.week;
  let reached = end;
  for (let to = end; to > end - REACH_MS; to -= CHUNK_MS) {
    signal.throwIfAborted();
    if (softDeadline.aborted || clock.elapsed() - begun > LIMIT_MS) return to <= start;
    const { buckets, looks } = await store.readCounts({
      start: to - CHUNK_MS,
      end: to + BESIDE_MS,
    });
    if (buckets.length + looks.length === 0 && to < start) break;
    const { list } = piecesOf(
      buckets.filter(isTrue),
      looksInOrder(looks.filter((look) => isTrue({ ...look, countedAt: look.takenAt }))),
      to + BESIDE_MS,
    );
    const until = reached;
    for (const piece of list) {
      if (piece.end > until) continue;
      sums.add(piece);
      reached = Math.min(reached, piece.start);
    }
    reached = Math.min(reached, to - CHUNK_MS);
  }
  return true;
}
