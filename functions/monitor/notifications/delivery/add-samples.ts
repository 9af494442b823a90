import { createCounter } from '../../events/counter.ts';
import type { IgnoreLists } from '../../events/counts.ts';
import type { EventPage, UsageEvent } from '../../events/event.ts';
import { LOOK_REACH_MS } from '../../events/look-record.ts';
import { isProblem } from '../../events/status-groups.ts';
import type { Clock, EventQuery, UsageEvents } from '../../ports.ts';
import { parseThresholds } from '../../thresholds/grammar.ts';
import { subjectMatcher } from '../../thresholds/threshold.ts';
import { MINUTE_MS } from '../../timeline/time.ts';
import type { IncidentFacts } from '../notification.ts';
import { withSamples } from '../window-summary.ts';
import { within } from './time-limit.ts';

/** How many statuses are asked for, a page each. */
const MAX_STATUSES = 3;
/** A window holds events that Togai has settled in it. They may have come earlier, as far as a look reaches back. */
const SETTLED_LATE_MS = LOOK_REACH_MS;
/** A run of now ends at most so long after its scheduled time. */
const LATE_MS = 10 * MINUTE_MS;
/** How many pages are asked for, for all incidents of a run. */
const MAX_PAGES = 4;
/** How long Togai may be asked for samples, for all incidents of a run. */
const LIMIT_MS = 5_000;

export interface SamplingRequest {
  readonly scheduledTime: number;
  readonly settings: { readonly ignoreLists: IgnoreLists };
  readonly signal: AbortSignal;
  readonly softDeadline: AbortSignal;
}

/** Gives the facts of an incident with samples. */
type AddSamples = (about: IncidentFacts) => Promise<IncidentFacts>;

/**
 * Counts of Togai metrics have no samples. So incidents without any get them before people are notified, from a page of the
 * newest events of each of the worst statuses. Without an answer a notification goes out without samples.
 */
export function sampling(
  togai: UsageEvents,
  clock: Clock,
  { scheduledTime, settings, signal, softDeadline }: SamplingRequest,
): AddSamples {
  const either = AbortSignal.any([signal, softDeadline]);
  // A run that is played again must not show events of today.
  const until = Math.min(clock.now(), scheduledTime + LATE_MS);
  const asked = new Map<string, Promise<EventPage | undefined>>();
  let leftMs = LIMIT_MS;
  return async (about) => {
    const isEnough = about.summary.samples.length > 0;
    if (isEnough || leftMs <= 0 || either.aborted) return about;
    const begun = clock.elapsed();
    const found = await within({ clock, signal: either, ms: leftMs }, (limit) => {
      const pages = firstPages(togai, { asked, until }, limit);
      return sampled(about, { pages, until }, settings.ignoreLists);
    });
    leftMs -= clock.elapsed() - begun;
    signal.throwIfAborted();
    return found;
  };
}

/** Gives the first page of a query, from memory if it was asked for before; none where enough was asked, or nothing is answered. */
type FirstPages = (query: Omit<EventQuery, 'endTime'>) => Promise<EventPage | undefined>;

/** @param known the queries of the run so far; events up to `until`, epoch ms, are looked for */
function firstPages(
  togai: UsageEvents,
  { asked, until }: { asked: Map<string, Promise<EventPage | undefined>>; until: number },
  signal: AbortSignal,
): FirstPages {
  return (query) => {
    const key = JSON.stringify(query);
    const known = asked.get(key);
    if (known || asked.size >= MAX_PAGES) return known ?? Promise.resolve(undefined);
    const page = firstPage(togai, { ...query, endTime: until }, signal);
    asked.set(key, page);
    return page;
  };
}

async function firstPage(
  togai: UsageEvents,
  query: EventQuery,
  signal: AbortSignal,
): Promise<EventPage | undefined> {
  try {
    for await (const page of togai.pages(query, signal)) return page;
  } catch {
    // The samples of the other statuses are enough.
  }
  return undefined;
}

async function sampled(
  about: IncidentFacts,
  { pages, until }: { readonly pages: FirstPages; readonly until: number },
  ignoreLists: IgnoreLists,
): Promise<IncidentFacts> {
  const matches = matcherOf(about);
  const statuses = about.summary.byStatus
    .map(([status]) => status)
    .filter((status) => isProblem(status) && matches(status))
    .slice(0, MAX_STATUSES);
  const found: UsageEvent[] = [];
  let isOnLaterPages = false;
  for (const status of statuses) {
    const page = await pages(queryOf(about, status));
    isOnLaterPages ||= page?.nextToken !== undefined;
    // A server may ignore any of the filters.
    for (const event of page?.events ?? [])
      if (event.createdAt <= until && belongs(event, status, about)) found.push(event);
  }
  const counter = createCounter(ignoreLists);
  for (const event of ownOf(found, about)) counter.add(event);
  const summary = withSamples(about.summary, counter.finish(), matches);
  const areMissing = summary.samples.length === 0 && isOnLaterPages;
  return { ...about, summary: areMissing ? { ...summary, sampled: 0 } : summary };
}

/** Events of before the onset have another cause, unless all are older: then Togai settled them late. */
function ownOf(events: readonly UsageEvent[], { nature, onset }: IncidentFacts) {
  const own = nature === 'loss' ? events.filter(({ createdAt }) => createdAt >= onset) : [];
  return own.length > 0 ? own : events;
}

function matcherOf({ threshold }: IncidentFacts): (status: string) => boolean {
  const [rule] = parseThresholds(threshold);
  return rule ? subjectMatcher(rule.subject) : () => false;
}

function queryOf({ window, by, groups, accounts }: IncidentFacts, status: string) {
  const account = accounts[0]?.name;
  const schema = by === 'schema' ? groups[0] : undefined;
  return {
    startTime: window.start - SETTLED_LATE_MS,
    status,
    ...(account && { accountId: account }),
    ...(!account && schema && { schemaName: schema }),
  };
}

function belongs(
  event: { status: string; createdAt: number; accountId: string; schemaName: string },
  status: string,
  { window, by, groups, accounts }: IncidentFacts,
): boolean {
  const [account] = accounts;
  const schema = by === 'schema' ? groups[0] : undefined;
  return (
    event.status === status &&
    event.createdAt >= window.start - SETTLED_LATE_MS &&
    (account === undefined || event.accountId === account.name) &&
    (account !== undefined || schema === undefined || event.schemaName === schema)
  );
}
