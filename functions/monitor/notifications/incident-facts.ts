import type { Incident, IncidentAccount, LossFacts, Notified } from '../incidents/incident.ts';
import type { EvaluatedCounts } from '../incidents/leave-out-silenced.ts';
import { type LossPiece, lossesBy } from '../incidents/losses.ts';
import { namesApart } from '../incidents/named-accounts.ts';
import { onsetOf } from '../incidents/onset.ts';
import { factsOfPart, lostOfParts } from '../incidents/parts-of-incident.ts';
import { nameText } from '../text/name-text.ts';
import { counted } from '../text/text.ts';
import { evaluate } from '../thresholds/evaluate.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import { shareOf } from '../thresholds/share.ts';
import { printThreshold, subjectMatcher, type Threshold } from '../thresholds/threshold.ts';
import { type CountedWindow, windowAt } from '../thresholds/window.ts';
import type { Range } from '../timeline/time.ts';
import { LATELY_MS } from './growing-or-falling.ts';
import type { AccountFacts, IncidentFacts } from './notification.ts';
import { worthOf } from './revenue-per-event.ts';
import { summarise } from './window-summary.ts';

const MAX_ACCOUNTS = 25;
const MAX_GROUPS = 10;

/** The input of messages. */
export interface FactsInput extends EvaluatedCounts {
  /** Whether messages show the worth of lost events. */
  readonly showsWorth: boolean;
}

/** The facts of an incident for a message. @param last the last notification of the channel */
export function factsOf(
  incident: Incident,
  last: Notified | undefined,
  input: FactsInput,
): IncidentFacts | undefined {
  const threshold = thresholdOf(incident, input.thresholds);
  if (!threshold) return undefined;
  const { counted, end, windowMs, minimumEvents } = input;
  const window = windowAt(counted, end, windowMs);
  const { counts, whole } = window;
  const { value } = evaluate(threshold, { counts, whole }, { minimumEvents });
  const { events, base, percent } = shareOf(
    threshold.subject,
    counts.byStatus,
    counts.inProgressOf,
  );
  const matches = subjectMatcher(threshold.subject);
  const { by, operator, limit, unit } = threshold;
  const { subject, nature, worst, firstValue, groups, reopened, end: ended } = incident;
  return {
    ...{
      subject,
      nature: nature === 'loss' ? nature : 'level',
      threshold: incident.threshold,
      by,
      operator,
      limit,
      unit,
    },
    ...{ value, worst, firstValue, events, percent, base },
    ...{ window: window.window, ...onsetOf(incident) },
    endedAt: ended?.at,
    ended: ended && { kind: ended.kind, because: ended.because },
    isAgain: reopened > 0 && !ended,
    ...lossFacts(incident, last, matches, input),
    groups: groups.slice(0, MAX_GROUPS),
    ...(incident.cycleEnd !== undefined &&
      incident.cycleEnd > end && { cycleEnd: incident.cycleEnd }),
    unaffected: unaffectedIn(window, matches),
    summary: summarise(counts, window.pieces, { matches, incomplete: !whole }),
    why: incident.why ?? [],
    stillOpen: stillOpenBeside(incident, input.incidents),
  };
}

function stillOpenBeside(
  { id }: Incident,
  incidents: readonly Incident[],
): IncidentFacts['stillOpen'] {
  const open = incidents.filter((other) => other.id !== id && !other.end);
  const [first] = open.toSorted((a, b) => b.accounts.length - a.accounts.length);
  if (!first) return undefined;
  const [account, ...others] = first.accounts;
  const named = account && nameText('account', account.name);
  const whose = others.length > 0 ? counted(first.accounts.length, 'account') : named;
  return { count: open.length, whose: whose ?? first.subject, ...onsetOf(first) };
}

/** The rule of an incident, as it is set, or as it was when it has been removed since. */
function thresholdOf(
  { threshold }: Incident,
  thresholds: readonly Threshold[],
): Threshold | undefined {
  return (
    thresholds.find((rule) => printThreshold(rule) === threshold) ?? parseThresholds(threshold)[0]
  );
}

type LossPart = Pick<
  IncidentFacts,
  | 'lost'
  | 'total'
  | 'worth'
  | 'accounts'
  | 'moreAccounts'
  | 'moreLost'
  | 'othersLost'
  | 'lately'
  | 'goesOn'
  | 'since'
>;

const NO_LOSSES: LossPart = {
  lost: 0,
  total: 0,
  accounts: [],
  moreAccounts: 0,
  moreLost: 0,
  othersLost: 0,
  lately: { now: 0, before: 0 },
  goesOn: true,
  since: 0,
};

function lossFacts(
  incident: Incident,
  last: Notified | undefined,
  matches: (status: string) => boolean,
  { counted, end, incidents, showsWorth }: FactsInput,
): LossPart {
  if (incident.nature !== 'loss') return NO_LOSSES;
  const until = incident.end?.seenAt ?? end;
  const pieces = counted.list
    .filter((piece) => piece.end <= until)
    .map(lossesBy(incident.subject, matches));
  const { others } = incident;
  const named = namesApart(
    incident,
    incidents.filter(({ subject }) => subject === incident.subject),
  );
  const accounts = incident.accounts
    .map((account) => ({ account, facts: toItsEnd(account, factsOfPart(account, named, pieces)) }))
    .sort((a, b) => b.facts.lost - a.facts.lost);
  const ofOthers = others && toItsEnd(others, factsOfPart(others, named, pieces));
  const all = [...accounts.map(({ facts }) => facts), ...(ofOthers ? [ofOthers] : [])];
  const sum = (pick: (facts: (typeof all)[number]) => number) =>
    all.reduce((total, facts) => total + pick(facts), 0);
  const more = accounts.slice(MAX_ACCOUNTS);
  return {
    lost: sum(({ lost }) => lost),
    total: sum(({ total }) => total),
    worth: showsWorth ? worthOf(accounts) : undefined,
    accounts: accounts
      .slice(0, MAX_ACCOUNTS)
      .map(({ account, facts }) => accountFacts(account, facts, last)),
    moreAccounts: more.length,
    moreLost: more.reduce((total, { facts }) => total + facts.lost, 0),
    othersLost: ofOthers?.lost ?? 0,
    ...latelyIn(incident, named, pieces, until),
    since: sum(({ totalSince }) => totalSince),
  };
}

/**
 * Events after the end of a loss are its proof. They are no part of the events that could have been
 * lost.
 */
function toItsEnd(
  { endedAt }: { readonly endedAt?: number | undefined },
  facts: LossFacts,
): LossFacts {
  return endedAt === undefined ? facts : { ...facts, total: facts.total - facts.totalSince };
}

function accountFacts(
  account: IncidentAccount,
  { lost, total }: { readonly lost: number; readonly total: number },
  last: Notified | undefined,
): AccountFacts {
  const { name, joinedAt, endedAt, mendedAt = 0, stoppedAt } = account;
  const isNews = last !== undefined && Math.max(joinedAt, mendedAt) > last.evaluatedTo;
  const of = total === 0 ? null : total;
  return { name, lost, total: of, ...onsetOf(account), endedAt, stoppedAt, isNews };
}

function latelyIn(
  incident: Incident,
  named: ReadonlySet<string>,
  pieces: readonly LossPiece[],
  until: number,
): Pick<IncidentFacts, 'lately' | 'goesOn'> {
  const lostOf = lostOfParts(incident, named);
  const [before, now] = [slotOf(until - LATELY_MS), slotOf(until)];
  const lostIn = (slot: Range) =>
    pieces.filter((piece) => isIn(slot, piece)).reduce((sum, piece) => sum + lostOf(piece), 0);
  const newest = pieces.filter((piece) => piece.end > now.start);
  const losing = newest.filter((piece) => lostOf(piece) > 0);
  const isKnown = losing.length === 0 || losing.some((piece) => isIn(now, piece));
  // Nobody knows how the losses of a longer piece are spread over it.
  const isClear = pieces.every(
    (piece) => piece.end <= before.start || isIn(before, piece) || isIn(now, piece),
  );
  return {
    lately: isClear ? { now: lostIn(now), before: lostIn(before) } : undefined,
    goesOn: isKnown ? losing.length > 0 : undefined,
  };
}

function slotOf(end: number): Range {
  return { start: end - LATELY_MS, end };
}

function isIn(slot: Range, { start, end }: Range): boolean {
  return start >= slot.start && end <= slot.end;
}

/** Accounts without a loss. They are known only where all events have an account. */
function unaffectedIn(
  { counts }: CountedWindow,
  matches: (status: string) => boolean,
): IncidentFacts['unaffected'] {
  if (counts.inProgressOf !== undefined || counts.accounts.truncated) return null;
  let accounts = 0;
  let events = 0;
  for (const { byStatus } of counts.accounts.byName.values()) {
    const all = [...byStatus];
    if (all.some(([status, count]) => count > 0 && matches(status))) continue;
    accounts++;
    for (const [, count] of all) events += count;
  }
  return { accounts, events };
}
