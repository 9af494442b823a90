import { type MonitorError, RefusedItemError, TogaiError } from '../errors.ts';
import { ALL, type LookRecord } from '../events/look-record.ts';
import { isProblem } from '../events/status-groups.ts';
import type { ConnectedTogai } from '../ports.ts';
import { BUCKET_MS, bucketStart } from '../timeline/bucket.ts';
import { HOUR_MS } from '../timeline/time.ts';
import { anythingNewer, type Newer } from './ask-list-for-newer-events.ts';
import type { CountingSession, CountRunRequest, KnownCounts } from './counting-input.ts';
import { namesFrom } from './metrics/ask-for-names.ts';
import { foldLooks } from './metrics/fold-looks.ts';
import { rangesOfLook } from './metrics/ranges-of-look.ts';
import type { NamesTold } from './metrics/status-classes.ts';
import { type Look, takeLook } from './metrics/take-look.ts';
import { oldAnswersError } from './when-metrics-are-old.ts';
import { restAfter } from './when-metrics-rest.ts';

export interface LookOutcome {
  /** The stored look; `undefined` where there is none in this run. */
  readonly record?: LookRecord | undefined;
  /** The events that it has more than the looks before. */
  readonly events?: number | undefined;
  readonly namesTold?: NamesTold | undefined;
  /** Why Togai metrics cannot be used at all, as the end of a sentence. */
  readonly problem?: string | undefined;
  /** Why there is no look in this run. */
  readonly error?: MonitorError | undefined;
}

/** A run of now begins at most so long after the end of its newest bucket. */
const LATE_MS = 2 * BUCKET_MS;

/** Of a look alone. The page of {@link anythingNewer} comes on top, so a run sends ten. */
const MAX_REQUESTS = 9;

const SLOW = new TogaiError(
  'unavailable',
  'POST /metrics was not answered in the time of a run: Togai answers slowly or is throttling; look at its status and at the quota',
);

/** Whether Togai metrics are asked in a run. */
export function isLookDue(
  { state }: CountingSession,
  { settings, scheduledTime }: CountRunRequest,
): boolean {
  if (settings.counting === 'listing') return false;
  return settings.counting === 'metrics' || (state.metricsProblem?.until ?? 0) <= scheduledTime;
}

/**
 * Takes a look at Togai metrics and stores it.
 *
 * @throws TogaiError where not even a list could be read now; the reason of the signal once that is aborted
 */
export async function look(
  session: CountingSession,
  togai: ConnectedTogai,
  request: CountRunRequest,
  { looks }: KnownCounts,
): Promise<LookOutcome> {
  if (!isLookDue(session, request)) return { problem: session.state.metricsProblem?.what };
  try {
    const taken = await takeLook(togai, lookRequest(session, request, looks));
    session.change((state) => ({ ...state, metricsProblem: undefined }));
    // Answers about a past that is played again are not old ones.
    const isCertain = taken.hasMoved || isPlayedAgain(request);
    const newer = isCertain ? 'nothing newer' : await newerThan(togai, taken, request, looks);
    if (newer !== 'nothing newer')
      return { error: oldAnswersError(taken.record, newer, request.now) };
    const record = { ...taken.record, runNumber: session.state.runNumber };
    await session.saveLook(record);
    const index = looks.findIndex(({ end }) => end === record.end);
    if (index >= 0) looks.splice(index, 1);
    looks.push(record);
    session.change((state) => ({ ...state, lookedTo: record.end }));
    return { record, events: eventsSince(record), namesTold: taken.namesTold };
  } catch (error) {
    const { softDeadline } = request;
    if (softDeadline.aborted && error === softDeadline.reason) return { error: SLOW };
    if (error instanceof RefusedItemError) return { error };
    if (!(error instanceof TogaiError)) throw error;
    return failedLook(session, request, error);
  }
}

function lookRequest(
  { state }: CountingSession,
  request: CountRunRequest,
  looks: readonly LookRecord[],
) {
  const { scheduledTime, settings, now, signal, softDeadline } = request;
  const end = bucketStart(scheduledTime);
  // This look takes the place of an earlier one of its bucket, so it holds the changes of that one,
  // too.
  const earlier = looks.filter((each) => each.end < end);
  const last = earlier.at(-1);
  const isUsable = last !== undefined && end - last.end <= settings.maxCatchUpMs;
  const before = isUsable ? last : undefined;
  // After an outage the first look counts the missed time, as a list would.
  const missedFrom = Math.min(state.watermark ?? end, end - settings.windowMs);
  const windowStart = Math.max(
    missedFrom,
    end - Math.max(settings.maxCatchUpMs, settings.windowMs),
  );
  return {
    end,
    before,
    levels: foldLooks(earlier).levels,
    // The first look counts every hour that overlaps the window.
    newFrom: before?.end ?? windowStart - HOUR_MS + 1,
    wanted: rangesOfLook(end, before?.end, windowStart),
    isWidened: true,
    // A run of the past asks up to its own end: events that came later are none of its look.
    latest: now - end > LATE_MS ? end : undefined,
    requests: MAX_REQUESTS,
    now,
    thresholds: settings.thresholds ?? [],
    ignoreLists: settings.ignoreLists,
    followed: followedIn(earlier, windowStart, request.followed),
    // Events that are listed have their names.
    withNames: settings.counting === 'metrics' || state.chosen?.source !== 'listing',
    namesFrom: namesFrom(end),
    signal: AbortSignal.any([signal, softDeadline]),
  };
}

/** Whether the run is of a time that has long passed, so that Togai cannot be behind. */
function isPlayedAgain({ scheduledTime, now }: CountRunRequest): boolean {
  return now - bucketStart(scheduledTime) > HOUR_MS;
}

/** The accounts and schemas that lost events since a time: their shares need all their events. */
function followedIn(looks: readonly LookRecord[], since: number, accounts: Iterable<string> = []) {
  const names = { account: new Set<string>(accounts), schema: new Set<string>() };
  for (const { changes, end } of looks) {
    if (end <= since) continue;
    for (const { scope, name, status } of changes) {
      if (!isProblem(status)) continue;
      if (scope === 'account') names.account.add(name);
      else if (scope === 'schema') names.schema.add(name);
    }
  }
  return names;
}

function newerThan(
  togai: ConnectedTogai,
  { record }: Look,
  { now, signal, softDeadline }: CountRunRequest,
  looks: readonly LookRecord[],
): Promise<Newer> {
  const earlier = looks.filter(({ end }) => end < record.end);
  const after = Math.max(record.since, earlier.at(-1)?.takenAt ?? record.since);
  const asked = { after, until: now, seenHour: newestHour(earlier, after) };
  return anythingNewer(togai, asked, AbortSignal.any([signal, softDeadline]));
}

/** The start of the newest hour up to a moment with an event. */
function newestHour(looks: readonly LookRecord[], until: number): number | undefined {
  const { levels } = foldLooks(looks);
  const hours = [...levels.labels()].filter((label) => label <= until && levels.sumOf(label) > 0);
  return hours.length > 0 ? Math.max(...hours) : undefined;
}

function failedLook(
  session: CountingSession,
  { settings, scheduledTime }: CountRunRequest,
  error: TogaiError,
): LookOutcome {
  // A rejected token is not sent again.
  if (error.failure === 'unauthorized') throw error;
  const lastsMs = restAfter(error.failure);
  if (lastsMs === undefined || settings.counting === 'metrics') return { error };
  const problem = { until: scheduledTime + lastsMs, what: error.message };
  session.change((state) => ({ ...state, metricsProblem: problem }));
  return { problem: error.message };
}

/** How many events a look adds in all. */
function eventsSince({ changes }: LookRecord): number {
  let events = 0;
  for (const { scope, from, to } of changes) if (scope === ALL) events += to - (from ?? to);
  return Math.max(0, events);
}
