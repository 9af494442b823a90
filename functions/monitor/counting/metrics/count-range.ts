import { TogaiError } from '../../errors.ts';
import { type Counts, type IgnoreLists, sumOf } from '../../events/counts.ts';
import { ALL, type LookRecord } from '../../events/look-record.ts';
import { MAX_POINTS } from '../../events/metrics-answer.ts';
import type { Piece } from '../../events/pieces.ts';
import { DOCUMENTED_STATUSES, IN_PROGRESS } from '../../events/status-groups.ts';
import type { EventMetrics } from '../../ports.ts';
import type { Threshold } from '../../thresholds/threshold.ts';
import { BUCKET_MS } from '../../timeline/bucket.ts';
import { HOUR_MS, hourStart, type Range } from '../../timeline/time.ts';
import { Levels, type Rise } from './levels.ts';
import { countsOfRises, type LookContext } from './look-counts.ts';
import { MetricsAsker } from './metrics-asker.ts';
import { inPieces } from './ranges-of-look.ts';
import { takeLook } from './take-look.ts';

/** Enough for a month of hours. */
const MAX_REQUESTS = 500;

export interface CountRangeRequest {
  readonly range: Range;
  readonly thresholds: readonly Threshold[];
  readonly ignoreLists: IgnoreLists;
  /** By the clock, epoch ms. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface CountedRange {
  /** The range of the counts: longer than the request where Togai counts whole hours only. */
  readonly range: Range;
  /** Hour by hour, oldest first. */
  readonly pieces: readonly Piece[];
}

/**
 * Counts a range by the present numbers of Togai metrics, in few requests at any volume.
 *
 * @throws TogaiError; the reason of the signal once that is aborted
 */
export async function countRange(
  metrics: EventMetrics,
  request: CountRangeRequest,
): Promise<CountedRange> {
  const { now, thresholds, ignoreLists, signal } = request;
  const isExact = await areEndsHeeded(metrics, request);
  const range = isExact ? request.range : inHours(request.range);
  const { record } = await takeLook(metrics, {
    end: range.end,
    before: undefined,
    levels: new Levels(),
    newFrom: Number.NEGATIVE_INFINITY,
    wanted: inPieces(range),
    isWidened: !isExact,
    ...(isExact && { earliest: range.start, latest: range.end }),
    requests: MAX_REQUESTS,
    now,
    thresholds,
    ignoreLists,
    followed: { account: [], schema: [] },
    withNames: true,
    namesFrom: Number.NEGATIVE_INFINITY,
    signal,
  });
  refuseIncomplete(record, range);
  const byHour = Map.groupBy(new Levels().add(record), ({ label }) => label);
  const labels = [...byHour.keys()].sort((a, b) => a - b);
  const pieces = labels.map((label) => ({
    // Hours that are not cut at the ends of the range are counted as a whole.
    start: isExact ? Math.max(label, range.start) : label,
    end: endOf(label, isExact ? Math.min(range.end, now) : now),
    counts: countsIn(byHour.get(label) ?? [], record),
    partial: false,
  }));
  return { range: withEnds(range, pieces), pieces };
}

/** @throws TogaiError where the oldest hours were not asked for, because the others took all requests */
function refuseIncomplete({ asked }: Pick<LookRecord, 'asked'>, range: Range): void {
  const starts = asked.filter(({ scope }) => scope === ALL).map(({ start }) => start);
  if (Math.min(...starts) <= range.start) return;
  throw new TogaiError(
    'uncountable',
    `POST /metrics would have to be asked more than ${MAX_REQUESTS} times about this range, because an answer holds ${MAX_POINTS} data points at most; choose a shorter range`,
  );
}

/**
 * Whether Togai counts a part of an hour as it is asked for: two halves add up to their hour. Otherwise it widens each to the
 * whole hour.
 */
async function areEndsHeeded(
  metrics: EventMetrics,
  { range, signal }: CountRangeRequest,
): Promise<boolean> {
  const cut = [range.start, range.end].find((time) => time % HOUR_MS !== 0);
  if (cut === undefined) return true;
  const hour = hourStart(cut);
  const asker = new MetricsAsker(metrics, { requests: 3, signal });
  const queries = [{ id: ALL, statuses: DOCUMENTED_STATUSES }];
  const count = async (start: number, end: number) => {
    const asked = { wanted: { start, end }, isWidened: false, queries };
    const { hours } = (await asker.ask(asked)).get(ALL) ?? { hours: new Map() };
    let events = 0;
    for (const inHour of hours.values()) events += sumOf(inHour);
    return events;
  };
  const whole = await count(hour, hour + HOUR_MS);
  const first = await count(hour, cut);
  const second = await count(cut, hour + HOUR_MS);
  // Without an event it is not known, and makes no difference.
  return whole === 0 || (first + second <= 1.5 * whole && first + second >= 0.9 * whole);
}

/** The hours that hold a range. */
function inHours({ start, end }: Range): Range {
  return { start: hourStart(start), end: hourStart(end + HOUR_MS - 1) };
}

/** The hour that has begun proves nothing about the time to come. By a slow clock it has not begun yet. */
function endOf(label: number, latest: number): number {
  return Math.min(label + HOUR_MS, Math.max(latest, label + BUCKET_MS));
}

/** Togai's own hours may begin at half past. */
function withEnds({ start, end }: Range, pieces: readonly Range[]): Range {
  return {
    start: Math.min(start, ...pieces.map((piece) => piece.start)),
    end: Math.max(end, ...pieces.map((piece) => piece.end)),
  };
}

/** The counts of an hour, and besides its events in progress. A single look knows their number, too. */
function countsIn(rises: readonly Rise[], context: LookContext): Counts {
  const counts = countsOfRises(rises, context);
  const signs = new Map(context.exceptions.map(({ key, sign }) => [`${ALL}/${key}`, sign]));
  let inProgress = 0;
  let ignored = 0;
  for (const { scope, status, by } of rises) {
    if (status !== IN_PROGRESS) continue;
    if (scope === ALL) inProgress += by;
    else ignored -= (signs.get(scope) ?? 0) * by;
  }
  const evaluated = Math.max(0, inProgress - ignored);
  if (inProgress === 0) return counts;
  return {
    ...counts,
    byStatus:
      evaluated > 0 ? new Map(counts.byStatus).set(IN_PROGRESS, evaluated) : counts.byStatus,
    total: counts.total + evaluated,
    ignored: counts.ignored + ignored,
  };
}
