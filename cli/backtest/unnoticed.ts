import { increase } from '../../functions/monitor/events/counts.ts';
import { groupOf, isProblem } from '../../functions/monitor/events/status-groups.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { REOPEN_MS } from '../../functions/monitor/incidents/reopen.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { isUpperLimit, subjectMatcher } from '../../functions/monitor/thresholds/threshold.ts';
import type { Cells } from './cells.ts';
import type { History } from './history.ts';

/** Losses with a longer time between them are two, as two incidents are. */
const APART_MS = REOPEN_MS;
/** Stands for events without a known account. */
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
  readonly lost: number;
  /** Those that belong to no incident. */
  readonly unnoticed: number;
  readonly largest: UnnoticedLoss | undefined;
}

/** All losses of a history, oldest first. @param from the number of the first piece */
export function lossesIn(history: History, from: number): Loss[] {
  const losses: Loss[] = [];
  const isLost = history.statuses.list.map(isProblem);
  for (let index = from; index < history.length; index++) {
    const named = lossesOf(history.accounts, index, isLost);
    const all = lossesOf(history.all, index, isLost);
    const ofNobody = all.map((loss) => ({ ...loss, account: NOBODY }));
    losses.push(...named, ...unnamedIn(history, ofNobody, named));
  }
  return losses;
}

function lossesOf(cells: Cells, index: number, isLost: readonly boolean[]): Loss[] {
  const losses: Loss[] = [];
  const statuses = cells.statuses.view();
  const end = cells.startOf(index + 1);
  for (let row = cells.startOf(index); row < end; row++) {
    const status = statuses[row] ?? 0;
    if (!isLost[status]) continue;
    losses.push({ index, account: cells.ids.at(row), status, events: cells.counts.at(row) });
  }
  return losses;
}

/**
 * Events without a known account. Togai metrics name accounts for several statuses of a group
 * together. So no group may lose more without names than it has left.
 */
function unnamedIn(history: History, all: readonly Loss[], named: readonly Loss[]): Loss[] {
  const ofStatus = new Map<number, number>();
  const ofGroup = new Map<string, number>();
  for (const { account, status, events } of [...all, ...named]) {
    const by = account === NOBODY ? events : -events;
    increase(ofStatus, status, by);
    increase(ofGroup, groupOf(history.statuses.nameOf(status)), by);
  }
  return all.flatMap((loss) => {
    const group = groupOf(history.statuses.nameOf(loss.status));
    const events = Math.min(ofStatus.get(loss.status) ?? 0, ofGroup.get(group) ?? 0);
    if (events <= 0) return [];
    increase(ofGroup, group, -events);
    return [{ ...loss, events }];
  });
}

/** The losses that nobody would have been notified of. */
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
      account: loss.account === NOBODY ? undefined : history.accounts.names.nameOf(loss.account),
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

/** The times in which people know of the losses of a status: by account, and of all accounts. */
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
    const matches = lostBy(incident);
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

/**
 * The statuses that count as lost in an incident. A rule about `total`, or about too few events,
 * has none.
 */
function lostBy({ threshold }: Incident): (status: string) => boolean {
  const [rule] = parseThresholds(threshold);
  const isLost = rule && isUpperLimit(rule) && rule.subject.kind !== 'total';
  return isLost ? subjectMatcher(rule.subject) : () => false;
}

function addTo(
  { accounts, everybody, anybody }: Cover,
  incident: Incident,
  history: History,
): void {
  const last = incident.end?.seenAt ?? Number.POSITIVE_INFINITY;
  anybody.push({ start: incident.onset, end: last });
  for (const { name, onset, endedAt = last } of incident.accounts) {
    const id = history.accounts.names.find(name);
    accounts.set(id, [...(accounts.get(id) ?? []), { start: onset, end: endedAt }]);
  }
  // A level has no accounts, so it covers all of them.
  if (incident.others || incident.nature === 'level') {
    everybody.push({ start: incident.onset, end: incident.others?.endedAt ?? last });
  }
}
