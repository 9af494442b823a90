import type { MonitorError } from '../errors.ts';
import type { CountingSource } from '../events/counting-source.ts';
import type { LookRecord } from '../events/look-record.ts';
import type { MonitorState } from '../monitor-state.ts';
import type { Connect, ConnectedTogai } from '../ports.ts';
import { BUCKET_MS, bucketStart } from '../timeline/bucket.ts';
import { HOUR_MS, type Range } from '../timeline/time.ts';
import { type Choice, chooseSource } from './choose-source.ts';
import { configHashOf, countDue } from './count-and-store-due-buckets.ts';
import { isReason } from './count-result.ts';
import type { CountingSession, CountRunRequest, KnownCounts } from './counting-input.ts';
import { neitherSource } from './error-of-both-sources.ts';
import { NEAR_CHANGE } from './join-sources.ts';
import { isLookDue, type LookOutcome, look } from './look-at-metrics.ts';
import { foldLooks } from './metrics/fold-looks.ts';
import type { NamesTold } from './metrics/status-classes.ts';
import { newestSettledEnd } from './newest-settled-bucket.ts';
import { isProofDue, proveList } from './prove-list.ts';
import { type Plan, plan } from './which-buckets-are-due.ts';

export interface CountedRun {
  readonly source: CountingSource;
  /** Why it is this source, in a sentence. */
  readonly sourceReason: string;
  /** The end of the newest bucket that can be evaluated, epoch ms. */
  readonly end: number;
  /** The range that was missed for good, and is to be announced. */
  readonly gap: Range | undefined;
  readonly due: number;
  /** Complete buckets, or looks. */
  readonly counted: number;
  /** Buckets that were given up, and are kept as lower bounds. */
  readonly partial: number;
  /** Why the run counts as failed, where it does. */
  readonly error: MonitorError | undefined;
  /** Why counts could not be stored. */
  readonly problems: readonly string[];
  /** Whether Togai metrics tell accounts and schemas apart; `undefined` where they were not asked. */
  readonly namesTold: NamesTold | undefined;
  /** To ask more, where it could be connected to. */
  readonly togai: ConnectedTogai | undefined;
}

/** Counts new events since the last run, from the source that counts right. */
export async function countRun(
  session: CountingSession,
  connect: Connect,
  request: CountRunRequest,
  counts: KnownCounts,
): Promise<CountedRun> {
  const { settings, signal, softDeadline } = request;
  let togai: ConnectedTogai | undefined;
  try {
    if (!isLookDue(session, request) && isNothingDue(session, request, counts)) {
      return nothing(session, request, undefined);
    }
    await session.requests.coolDown(settings.coolDownMs, { signal, softDeadline });
    togai = await connect(session.requests.rejectionLimiter);
    session.requests.watchRetryAfter(togai);
    const outcome = await look(session, togai, request, counts);
    const choice = chosenIn(session, request, outcome);
    session.change((state) => ({ ...state, chosen: choice.chosen }));
    const proof = proofInput(outcome, counts.looks, togai.stats().requests);
    if (proof && isProofDue(session, request, proof)) {
      await proveList(session, togai, request, proof);
    }
    return choice.chosen.source === 'metrics'
      ? countedByLook(session, request, { choice, outcome, togai })
      : await countedByList(session, request, counts, { choice, outcome, togai });
  } catch (error) {
    if (!isReason(error)) throw error;
    return { ...nothing(session, request, gapNow(session, request, counts)), error, togai };
  }
}

/**
 * The range that a list cannot catch up with. With Togai metrics only the next look shows the
 * missed events.
 */
function gapNow(session: CountingSession, request: CountRunRequest, counts: KnownCounts) {
  return sourceBefore(session, request) === 'listing'
    ? planned(session, request, counts).gap
    : undefined;
}

function sourceBefore(
  { state }: CountingSession,
  { settings: { counting } }: CountRunRequest,
): CountingSource {
  return counting === 'auto' ? (state.chosen?.source ?? 'listing') : counting;
}

/** The volume that a look shows; `undefined` without one. */
function proofInput(
  { record, events = 0 }: LookOutcome,
  looks: readonly LookRecord[],
  requests: number,
) {
  if (!record) return undefined;
  const before = looks.at(-2)?.end;
  const hours = (record.end - record.since) / HOUR_MS;
  return { end: record.end, before, requests, eventsAnHour: hours > 0 ? events / hours : 0 };
}

function nothing(
  session: CountingSession,
  request: CountRunRequest,
  gap: CountedRun['gap'],
): CountedRun {
  const { counting } = request.settings;
  const source = sourceBefore(session, request);
  return {
    source,
    sourceReason:
      counting === 'auto'
        ? 'It was the source of the run before.'
        : `Counting is set to ${counting}.`,
    end: endOf(source, request),
    gap,
    due: 0,
    counted: 0,
    partial: 0,
    error: undefined,
    problems: [],
    namesTold: undefined,
    togai: undefined,
  };
}

function chosenIn(
  { state }: CountingSession,
  { settings, scheduledTime }: CountRunRequest,
  outcome: LookOutcome,
): Choice {
  return chooseSource({
    counting: settings.counting,
    before: state.chosen,
    metricsProblem: outcome.problem,
    isListProven: state.timeField === 'createdAt' && state.timeFieldProvenAt !== undefined,
    events: outcome.events,
    at: scheduledTime,
  });
}

interface Chosen {
  readonly choice: Choice;
  readonly outcome: LookOutcome;
  readonly togai: ConnectedTogai;
}

function countedByLook(
  session: CountingSession,
  request: CountRunRequest,
  { choice, outcome, togai }: Chosen,
): CountedRun {
  const { watermark } = session.state;
  const { record } = outcome;
  const isBehind = record?.isFirst && watermark !== undefined && watermark < record.since;
  return {
    source: 'metrics',
    sourceReason: choice.reason,
    end: endOf('metrics', request),
    gap: isBehind ? { start: watermark, end: record.since } : undefined,
    due: 1,
    counted: record ? 1 : 0,
    partial: 0,
    error: outcome.error,
    problems: [],
    namesTold: outcome.namesTold,
    togai,
  };
}

async function countedByList(
  session: CountingSession,
  request: CountRunRequest,
  counts: KnownCounts,
  { choice, outcome, togai }: Chosen,
): Promise<CountedRun> {
  const { due, gap } = planned(session, request, counts);
  const counted = await countDue(session, togai, request, due, counts.known);
  // Where a list cannot count either, Togai metrics are asked again by the next run.
  if (counted.error) session.change((state) => ({ ...state, metricsProblem: undefined }));
  return {
    ...counted,
    error: neitherSource(counted.error, outcome.problem),
    source: 'listing',
    sourceReason: choice.reason,
    end: endOf('listing', request),
    gap,
    due: due.length,
    namesTold: undefined,
    togai,
  };
}

function isNothingDue(...input: Parameters<typeof planned>): boolean {
  const { due, gap } = planned(...input);
  return due.length === 0 && gap === undefined;
}

function planned(
  { state }: CountingSession,
  request: CountRunRequest,
  { known, looks }: KnownCounts,
): Plan {
  const { settings, scheduledTime } = request;
  return plan({
    scheduledTime,
    windowMs: settings.windowMs,
    settleMs: settings.settleMs,
    maxCatchUpMs: settings.maxCatchUpMs,
    configHashAt: (start) => configHashOf(settings, start, state.timeField),
    watermark: state.watermark,
    listFrom: listFrom(state, endOf('listing', request), settings.windowMs),
    counted: known.values(),
    // Looks beside a list have no names: where counts of a list are lost, it is asked again.
    looked: foldLooks(looks).pieces.filter(({ end }) => end <= (state.chosen?.changedAt ?? 0)),
  });
}

/** The start of the buckets before a change of the source that are counted both ways, because events were under way. */
function listFrom(
  { watermark, chosen, lookedTo }: MonitorState,
  end: number,
  windowMs: number,
): number | undefined {
  const changedAt = chosen?.changedAt;
  if (watermark === undefined || changedAt === undefined || changedAt < end - HOUR_MS) {
    return undefined;
  }
  // The first list may come some runs after the last look.
  const from = bucketStart(Math.min(changedAt, lookedTo ?? changedAt)) - NEAR_CHANGE * BUCKET_MS;
  // Which older buckets were counted is not read.
  return Math.max(from, watermark - windowMs);
}

/** The end of the newest bucket that a source can count. */
function endOf(source: CountingSource, { scheduledTime, settings }: CountRunRequest): number {
  return source === 'metrics'
    ? bucketStart(scheduledTime)
    : newestSettledEnd(scheduledTime, settings.settleMs);
}
