import { countRange } from '../../functions/monitor/counting/metrics/count-range.ts';
import { SettingError } from '../../functions/monitor/errors.ts';
import type { IgnoreLists } from '../../functions/monitor/events/counts.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import type { EventMetrics } from '../../functions/monitor/ports.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import {
  DAY_MS,
  HOUR_MS,
  hourStart,
  type Range,
  shortTime,
} from '../../functions/monitor/timeline/time.ts';
import { History } from './history.ts';
import { type HistoryProgress, progressOf } from './read-history.ts';

/** Togai metrics know nothing finer. */
const PIECE_MS = HOUR_MS;

interface MetricsHistoryRequest {
  readonly sinceMs: number;
  readonly windowMs: number;
  /** Their subjects are asked by account and by schema. */
  readonly thresholds: readonly Threshold[];
  readonly ignoreLists: IgnoreLists;
  /** By the clock, epoch ms. */
  readonly now: number;
  readonly signal: AbortSignal;
  readonly onProgress: HistoryProgress;
}

/**
 * Asks Togai metrics for the past, where nothing was stored. The history has hours instead of
 * buckets, as Togai counts them now: events that have healed are not lost in it. It begins at the
 * first hour with events. Metrics do not say whether an earlier hour was quiet, or was before Togai
 * was used.
 *
 * @throws SettingError where no hour has events; TogaiError; the reason of the signal once that is
 * aborted
 */
export async function historyByMetrics(
  metrics: EventMetrics,
  { sinceMs, windowMs, now, onProgress, ...request }: MetricsHistoryRequest,
): Promise<{ readonly history: History; readonly range: Range }> {
  const history = new History(windowMs);
  const end = hourStart(now);
  const start = hourStart(end - sinceMs);
  const whole = { start: start - windowMs, end };
  for (let from = whole.start; from < end; from += DAY_MS) {
    const asked = { start: from, end: Math.min(from + DAY_MS, end) };
    const counted = await countRange(metrics, { ...request, range: asked, now });
    for (const piece of withoutGaps(counted.pieces, asked)) {
      // Togai's hours may begin at half past: then the hours of two days overlap in one.
      if (piece.start < (history.ends.at(-1) ?? 0)) continue;
      if (history.length === 0 && piece.counts.total === 0) continue;
      history.add({ piece, runEnd: piece.end, notifiedAt: piece.end, inProgress: undefined });
    }
    onProgress(progressOf(whole, asked.end, history));
  }
  const [first] = history.starts;
  if (first === undefined) {
    throw new SettingError(
      `Togai metrics count no event since ${shortTime(start)} UTC; name a longer time with --since`,
    );
  }
  return { history, range: { start: Math.max(start, first), end } };
}

/** Hours without an event have no counts in the answers. */
function* withoutGaps(pieces: readonly Piece[], { start, end }: Range): Generator<Piece> {
  let reached = start;
  for (const piece of [...pieces, undefined]) {
    const next = piece?.start ?? end;
    for (; reached + PIECE_MS <= next; reached += PIECE_MS) {
      yield { start: reached, end: reached + PIECE_MS, counts: NO_EVENTS, partial: false };
    }
    if (!piece) return;
    yield piece;
    reached = piece.end;
  }
}

const NO_EVENTS = mergeCounts([]);
