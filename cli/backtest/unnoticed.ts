import { isProblem } from '../../functions/monitor/events/status-groups.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { subjectMatcher } from '../../functions/monitor/thresholds/threshold.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import type { History } from './history.ts';
import { readerOf } from './pieces-of-history.ts';

/** Losses with a longer time between them are two. */
const APART_MS = 6 * HOUR_MS;
/** Stands for events of which it is not known whose they are. */
const NOBODY = -1;

/** Lost events of one account and one status in one piece. */
interface Loss {
  readonly index: number;
  readonly account: number;
  readonly status: number;
  readonly events: number;
}

/** A loss of one account that belongs to no incident. Times are epoch ms. */
interface UnnoticedLoss {
  /** `undefined`: not known. */
  readonly account: string | undefined;
  readonly lost: number;
  readonly start: number;
  readonly end: number;
}

export interface Unnoticed {
  /** All events that are lost. */
  readonly lost: number;
  /** Those that belong to no incident. */
  readonly unnoticed: number;
  readonly largest: UnnoticedLoss | undefined;
}

/** All losses of a history, oldest first. @param from the number of the first piece */
export function lossesIn(history: History, from: number): Loss[] {
  const isLost = history.statuses.list.map(isProblem);
  const losses: Loss[] = [];
  for (let index = from; index < history.length; index++) {
    const unnamed = new Map<number, number>();
    const all = readerOf(history, index, 0);
    const add = (
      reader: ReturnType<typeof readerOf>,
      take: (status: number, events: number) => void,
    ) => {
      for (let at = 0; at < reader.size; at++) {
        const status = reader.statusIds[at] ?? 0;
        if (isLost[status]) take(status, reader.counts[at] ?? 0);
      }
    };
    while (all.next()) add(all, (status, events) => unnamed.set(status, events));
    const accounts = readerOf(history, index, 1);
    while (accounts.next()) {
      const account = accounts.id;
      add(accounts, (status, events) => {
        losses.push({ index, account, status, events });
        unnamed.set(status, (unnamed.get(status) ?? 0) - events);
      });
    }
    for (const [status, events] of unnamed) {
      if (events > 0) losses.push({ index, account: NOBODY, status, events });
    }
  }
  return losses;
}

/** What nobody would have been notified of. */
export function unnoticedIn(
  history: History,
  losses: readonly Loss[],
  incidents: readonly Incident[],
): Unnoticed {
  const isCovered = coverOf(history, incidents);
  const open = new Map<number, UnnoticedLoss>();
  let lost = 0;
  let unnoticed = 0;
  let largest: UnnoticedLoss | undefined;
  for (const loss of losses) {
    lost += loss.events;
    if (isCovered(loss)) continue;
    unnoticed += loss.events;
    const [start = 0, end = 0] = [history.starts[loss.index], history.ends[loss.index]];
    const before = open.get(loss.account);
    const goesOn = before && start - before.end <= APART_MS;
    const now = {
      account: loss.account === NOBODY ? undefined : history.accounts.nameOf(loss.account),
      lost: (goesOn ? before.lost : 0) + loss.events,
      start: goesOn ? before.start : start,
      end,
    };
    open.set(loss.account, now);
    if (!largest || now.lost > largest.lost) largest = now;
  }
  return { lost, unnoticed, largest };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The times in which people know of a status being lost: by account, and of everybody. */
interface Cover {
  readonly accounts: Map<number, Span[]>;
  readonly everybody: Span[];
  readonly anybody: Span[];
}

function coverOf(history: History, incidents: readonly Incident[]): (loss: Loss) => boolean {
  const covers = history.statuses.list.map((): Cover => {
    return { accounts: new Map(), everybody: [], anybody: [] };
  });
  for (const incident of incidents) {
    if (incident.nature !== 'loss') continue;
    const matches = matcherOf(incident);
    const owned = covers.filter((_, id) => matches(history.statuses.nameOf(id)));
    for (const cover of owned) addTo(cover, incident, history);
  }
  return ({ index, account, status }) => {
    const cover = covers[status];
    const time = history.starts[index] ?? 0;
    const isIn = (spans: readonly Span[] = []) =>
      spans.some(({ start, end }) => time >= start && time < end);
    if (!cover) return false;
    if (account === NOBODY) return isIn(cover.anybody);
    return isIn(cover.accounts.get(account)) || isIn(cover.everybody);
  };
}

function matcherOf({ threshold }: Incident): (status: string) => boolean {
  const [rule] = parseThresholds(threshold);
  return rule ? subjectMatcher(rule.subject) : () => false;
}

function addTo(
  { accounts, everybody, anybody }: Cover,
  incident: Incident,
  history: History,
): void {
  const last = incident.end?.seenAt ?? Number.POSITIVE_INFINITY;
  anybody.push({ start: incident.onset, end: last });
  for (const { name, onset, endedAt = last } of incident.accounts) {
    const id = history.accounts.find(name);
    accounts.set(id, [...(accounts.get(id) ?? []), { start: onset, end: endedAt }]);
  }
  if (incident.others) {
    everybody.push({ start: incident.onset, end: incident.others.endedAt ?? last });
  }
}
