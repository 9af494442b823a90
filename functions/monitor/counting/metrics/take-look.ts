import { TogaiError } from '../../errors.ts';
import type { IgnoreLists } from '../../events/counts.ts';
import {
  ALL,
  type AskedRange,
  type Exception,
  type LevelChange,
  type LookRecord,
} from '../../events/look-record.ts';
import { MAX_POINTS, type MetricQuery } from '../../events/metrics-answer.ts';
import { DOCUMENTED_STATUSES } from '../../events/status-groups.ts';
import type { EventMetrics } from '../../ports.ts';
import type { Threshold } from '../../thresholds/threshold.ts';
import { HOUR_MS, hourStart, type Range } from '../../timeline/time.ts';
import { namesOfLook } from './ask-for-names.ts';
import { changesOfTotals, scopeOf } from './changes-of-totals.ts';
import { checkExceptions } from './check-ignore-filter.ts';
import { exceptionsFor } from './ignored-parts.ts';
import type { Levels } from './levels.ts';
import { joined, MetricsAsker, type Observation } from './metrics-asker.ts';
import type { NamesTold } from './status-classes.ts';

/** Togai's three states. An event of a status that this version does not know is in one of them. */
const STATES = ['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS'];

export interface LookRequest {
  /** The end of the newest bucket, epoch ms. */
  readonly end: number;
  /** The look before; `undefined` where there is none, or too long ago. */
  readonly before: LookRecord | undefined;
  /** After the look before. */
  readonly levels: Levels;
  /** Hours that begin here or later are counted as a whole, because they had no events at the look before. Epoch ms. */
  readonly newFrom: number;
  /** The hours that are asked for, the newest first. */
  readonly wanted: readonly Range[];
  /** An hour more is asked for at both ends, because the ends may cut an hour. */
  readonly isWidened: boolean;
  /** No event is asked for that came before this time, epoch ms. @default all */
  readonly earliest?: number | undefined;
  /** No event is asked for that came at this time or later, epoch ms. @default all */
  readonly latest?: number | undefined;
  readonly requests: number;
  /** By the clock, epoch ms. */
  readonly now: number;
  readonly thresholds: readonly Threshold[];
  readonly ignoreLists: IgnoreLists;
  /** The accounts and schemas that lost events in the window before. */
  readonly followed: { readonly account: Iterable<string>; readonly schema: Iterable<string> };
  /** Whether accounts and schemas are worth asking for. */
  readonly withNames: boolean;
  /** The names of hours that begin here or later are asked for together; older hours cost a request each. Epoch ms. */
  readonly namesFrom: number;
  readonly signal: AbortSignal;
}

export interface Look {
  readonly record: Omit<LookRecord, 'runNumber'>;
  /** Some number of events has changed. Otherwise the answer may be an old one. */
  readonly hasMoved: boolean;
  readonly namesTold: NamesTold;
}

/**
 * Asks Togai metrics for the numbers of now, and compares them with the looks before.
 *
 * @throws TogaiError; the reason of the signal once that is aborted
 */
export async function takeLook(metrics: EventMetrics, request: LookRequest): Promise<Look> {
  const { before, levels, ignoreLists, newFrom } = request;
  const asker = new MetricsAsker(metrics, request);
  const exceptions = exceptionsFor(ignoreLists, before?.exceptions ?? [], request.end);
  const base = await askBase(asker, request, exceptions);
  const { observed, ranges } = base;
  const isCheckDue = ranges.length > 1 || exceptions.some(({ key }) => !isKnown(key, before));
  const [recent] = ranges;
  const ignoredNames =
    isCheckDue && recent
      ? await checkExceptions(asker, exceptions, { statuses: DOCUMENTED_STATUSES, wanted: recent })
      : (before?.ignoredNames ?? { accounts: [], schemas: [] });
  const all = observationOf(observed, ALL);
  refuseUnusable(all, observed.values());
  const found = changesOfTotals({
    levels,
    asked: ranges,
    newFrom,
    all,
    exceptions: exceptions.map((exception) => ({
      exception,
      observed: observationOf(observed, scopeOf(ALL, exception)),
    })),
  });
  const names = await namesOfLook(asker, { ...request, exceptions, found });
  const changes = [...found.changes, ...names.changes];
  return {
    record: {
      end: request.end,
      since: before?.end ?? firstCounted(found.changes, newFrom, ranges),
      isFirst: before === undefined,
      takenAt: request.now,
      asked: [...askedRanges(ranges, exceptions), ...names.asked],
      changes,
      exceptions,
      stale: found.stale,
      ignoredNames,
      lacksUnknown: base.lacksUnknown,
    },
    hasMoved: found.moved.length > 0 || (before === undefined && found.changes.some(isOfAll)),
    namesTold: names.told,
  };
}

function isOfAll({ scope }: LevelChange): boolean {
  return scope === ALL;
}

function isKnown(key: string, before: LookRecord | undefined): boolean {
  return before?.exceptions.some((known) => known.key === key) ?? false;
}

interface BaseAnswers {
  /** By scope. */
  readonly observed: ReadonlyMap<string, Observation>;
  /** The ranges of the requests: fewer than wanted where the run has asked enough. */
  readonly ranges: readonly Range[];
  readonly lacksUnknown: boolean;
}

async function askBase(
  asker: MetricsAsker,
  request: LookRequest,
  exceptions: readonly Exception[],
): Promise<BaseAnswers> {
  const known = baseQueries(DOCUMENTED_STATUSES, exceptions);
  if (request.before?.lacksUnknown) {
    return { ...(await askAll(asker, request, known)), lacksUnknown: true };
  }
  const every = baseQueries([...STATES, ...DOCUMENTED_STATUSES], exceptions);
  try {
    return { ...(await askAll(asker, request, every)), lacksUnknown: false };
  } catch (error) {
    // A server may take states or raw statuses, and not both.
    if (!(error instanceof TogaiError) || error.failure !== 'refused') throw error;
    return { ...(await askAll(asker, request, known)), lacksUnknown: true };
  }
}

async function askAll(
  asker: MetricsAsker,
  { wanted, isWidened }: LookRequest,
  queries: readonly MetricQuery[],
): Promise<Omit<BaseAnswers, 'lacksUnknown'>> {
  const answers: Map<string, Observation>[] = [];
  const ranges: Range[] = [];
  for (const range of wanted) {
    if (!asker.mayAsk) break;
    const answer = await asker.ask({ wanted: range, isWidened, queries });
    const isComplete = [...answer.values()].every(({ complete }) => complete);
    // A later look asks for these hours again. A number of ignored events that is too low would be taken for lost events.
    if (!isComplete && ranges.length > 0 && !asker.mayAsk) break;
    answers.push(answer);
    ranges.push(range);
  }
  return { observed: joined(answers), ranges };
}

function baseQueries(statuses: readonly string[], exceptions: readonly Exception[]): MetricQuery[] {
  const query = { groupBy: 'RAW_EVENT_STATUS' as const, statuses };
  return [
    { ...query, id: ALL },
    ...exceptions.map((exception) => ({
      ...query,
      id: scopeOf(ALL, exception),
      accounts: exception.accounts.length > 0 ? exception.accounts : undefined,
      schema: exception.schema,
    })),
  ];
}

/** @throws TogaiError where Togai does not tell statuses apart, or the answer was too long even for an hour */
function refuseUnusable({ hours }: Observation, answers: Iterable<Observation>): void {
  const isUngrouped = [...hours.values()].some((inHour) => (inHour.get(undefined) ?? 0) > 0);
  if (!isUngrouped && [...answers].every(({ complete }) => complete)) return;
  throw new TogaiError(
    'uncountable',
    isUngrouped
      ? 'POST /metrics was asked for the events of each status and answered with one number for all: it does not show which events are not billed; set Counting = listing'
      : `POST /metrics was answered with ${MAX_POINTS} data points for one hour, as many as Togai gives, so statuses may be missing and its numbers are not used; if it stays so, set Counting = listing`,
  );
}

function askedRanges(wanted: readonly Range[], exceptions: readonly Exception[]): AskedRange[] {
  const scopes = [ALL, ...exceptions.map((exception) => scopeOf(ALL, exception))];
  return wanted.flatMap(({ start, end }) =>
    scopes.map((scope) => ({ scope, start, end, complete: true })),
  );
}

/** The start of the first hour that a first look counts. */
function firstCounted(
  changes: readonly LevelChange[],
  newFrom: number,
  ranges: readonly Range[],
): number {
  const counted = changes.map(({ label }) => label).filter((label) => label >= newFrom);
  const asked = Math.min(...ranges.map(({ start }) => start));
  return Math.min(Math.max(hourStart(newFrom + HOUR_MS), asked), ...counted);
}

function observationOf(observed: ReadonlyMap<string, Observation>, id: string): Observation {
  return observed.get(id) ?? { hours: new Map(), complete: true };
}
