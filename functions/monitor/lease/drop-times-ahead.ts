import type { CountedBucket } from '../events/bucket-record.ts';
import { type Pieces, rowFrom } from '../events/pieces.ts';
import type { Alert } from '../incidents/advance-alert.ts';
import type { MonitorState, VoidedCounts } from '../monitor-state.ts';
import type { OpenGap } from '../notifications/gap-notices.ts';
import { incidentWithout } from './drop-times-ahead-of-incident.ts';
import { BELIEVED_AHEAD_MS, Times } from './is-time-ahead.ts';

/** A watermark before every bucket. */
const ALL_OUTSTANDING = 0;

/**
 * The state without times ahead of the clock: a run stored them while the clock of its machine was ahead. Until that time came,
 * nothing would be counted, and nobody would be notified.
 *
 * A time that says how far the work has come is void; the watermark then follows from the buckets that remain, by
 * {@link withWatermark}. A time since when something lasts is taken as now, so that waiting for its end begins again.
 *
 * @param now the clock's time, epoch ms; times of up to {@link BELIEVED_AHEAD_MS} later are believed
 * @param leaseMs how long a lease lasts
 */
export function withoutTimesAhead(state: MonitorState, now: number, leaseMs: number): MonitorState {
  const times = new Times(now);
  const { believed } = times;
  const found = {
    ...state,
    leaseUntil: believed(state.leaseUntil - leaseMs) === undefined ? 0 : state.leaseUntil,
    coolDownUntil: believed(state.coolDownUntil),
    committedAt: believed(state.committedAt),
    completeAt: believed(state.completeAt),
    timeFieldProvenAt: believed(state.timeFieldProvenAt),
    unfinishedSince: believed(state.unfinishedSince),
    lookedTo: believed(state.lookedTo),
    watermark: state.watermark && (believed(state.watermark) ?? ALL_OUTSTANDING),
    evaluatedTo: state.evaluatedTo && (believed(state.evaluatedTo) ?? ALL_OUTSTANDING),
    alerts: state.alerts.map((alert) => alertWithout(alert, times)),
    gap: state.gap && gapWithout(state.gap, times),
    digest: state.digest && believed(state.digest.to) === undefined ? undefined : state.digest,
    ignoreEntries: state.ignoreEntries?.map((entry) => ({
      ...entry,
      since: times.untilNow(entry.since),
      matchedAt: times.believed(entry.matchedAt),
    })),
    rejections: state.rejections.map((entry) => ({ ...entry, at: times.untilNow(entry.at) })),
    arrivals: believed(state.arrivals?.to) === undefined ? undefined : state.arrivals,
    silentChannels:
      state.silentChannels &&
      Object.fromEntries(
        Object.entries(state.silentChannels).map(([name, silent]) => [
          name,
          { ...silent, since: times.untilNow(silent.since) },
        ]),
      ),
    failures: Object.fromEntries(
      Object.entries(state.failures).map(([key, failure]) => [
        key,
        incidentWithout(failure, times),
      ]),
    ),
  };
  return times.isAnyAhead
    ? { ...found, voided: { runNumber: state.runNumber, after: now } }
    : state;
}

/**
 * Whether a bucket was counted while the clock was right. One that was counted ahead may have been counted before its events
 * came; it stays void when its time has come.
 */
export function isBelieved(
  { countedAt, runNumber }: Pick<CountedBucket, 'countedAt'> & { readonly runNumber: number },
  voided: VoidedCounts | undefined,
  now: number,
): boolean {
  if (countedAt > now + BELIEVED_AHEAD_MS) return false;
  return !voided || runNumber > voided.runNumber || countedAt <= voided.after + BELIEVED_AHEAD_MS;
}

/**
 * Replaces a void watermark by the end of the first unbroken row of counts. The range after it is
 * due, or a gap.
 *
 * @param remaining the counts that are left
 * @param readFrom the start of the range that was read. If nothing remains, everything since then
 * is outstanding
 */
export function withWatermark(
  state: MonitorState,
  remaining: () => Pick<Pieces, 'list'>,
  readFrom: number,
): MonitorState {
  const { watermark, evaluatedTo } = state;
  if (watermark !== ALL_OUTSTANDING && evaluatedTo !== ALL_OUTSTANDING) return state;
  const counted = remaining();
  const [oldest] = counted.list;
  const row = oldest ? rowFrom(counted, oldest.start) : readFrom;
  const found = watermark === ALL_OUTSTANDING ? row : watermark;
  return {
    ...state,
    watermark: found,
    evaluatedTo: evaluatedTo === ALL_OUTSTANDING ? found : evaluatedTo,
  };
}

function alertWithout(alert: Alert, times: Times): Alert {
  return {
    ...alert,
    lastEnd: times.untilNow(alert.lastEnd),
    pendingSince: times.believed(alert.pendingSince),
  };
}

function gapWithout(gap: OpenGap, times: Times): OpenGap | undefined {
  if (times.believed(gap.start) === undefined) return undefined;
  return {
    ...gap,
    end: times.untilNow(gap.end),
    notifiedEnd: times.untilNow(gap.notifiedEnd),
    notifiedAt: times.untilNow(gap.notifiedAt),
    grownAt: times.untilNow(gap.grownAt),
  };
}
