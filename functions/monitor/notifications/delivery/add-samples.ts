import { createCounter } from '../../events/counter.ts';
import type { IgnoreLists } from '../../events/counts.ts';
import type { EventPage } from '../../events/event.ts';
import { isProblem } from '../../events/status-groups.ts';
import type { Clock, EventQuery, UsageEvents } from '../../ports.ts';
import { parseThresholds } from '../../thresholds/grammar.ts';
import { subjectMatcher } from '../../thresholds/threshold.ts';
import { DAY_MS, MINUTE_MS } from '../../timeline/time.ts';
import type { AlertFacts, Notification } from '../notification.ts';
import { withSamples } from '../window-summary.ts';
import type { DeliverySession } from './deliver.ts';
import { within } from './time-limit.ts';

/** How many statuses are asked for, a page each. */
const MAX_STATUSES = 3;
/** A window holds what Togai has settled in it: that may have come up to a day earlier. */
const SETTLED_LATE_MS = DAY_MS;
/** A run of now ends at most so long after its scheduled time. */
const LATE_MS = 10 * MINUTE_MS;
/** How many pages are asked for, for all messages of a run. */
const MAX_PAGES = 4;
/** How long Togai may be asked for samples, for all messages of a run. */
const LIMIT_MS = 5_000;

/**
 * Counts of Togai metrics have no samples. So notifications without any of this run get them before they are committed, from a page of
 * the newest events of each of the worst statuses. Without an answer a notification goes out without samples.
 *
 * @throws the reason of the signal once that is aborted
 */
export async function addSamples(
  session: Pick<DeliverySession, 'state' | 'change'>,
  togai: UsageEvents | undefined,
  clock: Clock,
  {
    scheduledTime,
    settings,
    signal,
  }: {
    readonly scheduledTime: number;
    readonly settings: { readonly ignoreLists: IgnoreLists };
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { outbox } = session.state;
  const isNew = ({ kind, at: decidedAt, about }: Notification) =>
    decidedAt === scheduledTime &&
    (kind === 'fired' || kind === 'grew') &&
    about?.summary.samples.length === 0;
  if (!togai || !outbox.some(isNew)) return;
  const withThem = await within({ clock, signal, ms: LIMIT_MS }, (limit) => {
    // A run that is played again must not show events of today.
    const until = Math.min(clock.now(), scheduledTime + LATE_MS);
    const pages = firstPages(togai, until, limit);
    return Promise.all(
      outbox.map((notification) =>
        isNew(notification)
          ? sampled(notification, { pages, until }, settings.ignoreLists)
          : notification,
      ),
    );
  });
  signal.throwIfAborted();
  session.change((state) => ({ ...state, outbox: withThem }));
}

/** Gives the first page of a query, from memory if it was asked for before; none where enough was asked, or nothing is answered. */
type FirstPages = (query: Omit<EventQuery, 'endTime'>) => Promise<EventPage | undefined>;

/** @param now epoch ms; events up to then are looked for, because Togai counts them up to the moment when it is asked */
function firstPages(togai: UsageEvents, now: number, signal: AbortSignal): FirstPages {
  const asked = new Map<string, Promise<EventPage | undefined>>();
  return (query) => {
    const key = JSON.stringify(query);
    const known = asked.get(key);
    if (known || asked.size >= MAX_PAGES) return known ?? Promise.resolve(undefined);
    const page = firstPage(togai, { ...query, endTime: now }, signal);
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
  notification: Notification,
  { pages, until }: { readonly pages: FirstPages; readonly until: number },
  ignoreLists: IgnoreLists,
): Promise<Notification> {
  const { about } = notification;
  if (!about) return notification;
  const matches = matcherOf(about);
  const statuses = about.summary.byStatus
    .map(([status]) => status)
    .filter((status) => isProblem(status) && matches(status))
    .slice(0, MAX_STATUSES);
  const counter = createCounter(ignoreLists);
  for (const status of statuses) {
    const page = await pages(queryOf(about, status));
    // A server may ignore any of the filters.
    for (const event of page?.events ?? [])
      if (event.createdAt <= until && belongs(event, status, about)) counter.add(event);
  }
  const summary = withSamples(about.summary, counter.finish(), matches);
  return { ...notification, about: { ...about, summary } };
}

function matcherOf({ threshold }: AlertFacts): (status: string) => boolean {
  const [rule] = parseThresholds(threshold);
  return rule ? subjectMatcher(rule.subject) : () => false;
}

function queryOf({ window, by, groups }: AlertFacts, status: string) {
  const [worst] = groups;
  return {
    startTime: window.start - SETTLED_LATE_MS,
    status,
    ...(worst?.name && by === 'account' && { accountId: worst.name }),
    ...(worst?.name && by === 'schema' && { schemaName: worst.name }),
  };
}

function belongs(
  event: { status: string; createdAt: number; accountId: string; schemaName: string },
  status: string,
  { window, by, groups }: AlertFacts,
): boolean {
  const [worst] = groups;
  const name = by === 'account' ? event.accountId : event.schemaName;
  return (
    event.status === status &&
    event.createdAt >= window.start - SETTLED_LATE_MS &&
    (!worst || by === undefined || name === worst.name)
  );
}
