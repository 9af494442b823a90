import type { Pieces } from '../events/pieces.ts';
import { type Evaluation, evaluate } from '../thresholds/evaluate.ts';
import type { WindowCounts } from '../thresholds/insufficient.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import { windowAt } from '../thresholds/window.ts';
import type { Incident } from './incident.ts';
import { lossesBy } from './losses.ts';
import { namesIn } from './named-accounts.ts';
import { mapParts } from './parts-of-incident.ts';
import type { IncidentRules } from './rules-of-incident.ts';
import { withoutAccounts } from './subtract-ended-losses.ts';
import { freshWindow } from './window-without-ended-losses.ts';

export interface BreachContext {
  /** All that are known, also those that ended lately. */
  readonly incidents: readonly Incident[];
  readonly counted: Pieces;
  /** The newest window end that was evaluated, epoch ms. */
  readonly end: number;
  readonly windowMs: number;
  readonly minimumEvents: number;
}

/** The evaluation without silenced accounts. */
interface BreachWithout {
  /** The gravest rule that is breached without the silenced accounts. */
  readonly gravest: { readonly rule: Threshold; readonly value: number } | undefined;
  /** Beyond doubt nothing but silenced accounts has breached a rule. */
  readonly isOfSilenced: boolean;
  /** The newest window has enough counts, and breaches nothing without them. */
  readonly isOk: boolean;
}

const FOUND = new WeakMap<Pieces, Map<string, BreachWithout>>();

/**
 * Evaluates the rules without silenced accounts, in the newest window and then back to the
 * beginning of the incident. An incident lives longer than its breach, and after an outage no run
 * has seen the breach. Each channel asks for it.
 */
export function breachWithout(
  incident: Incident,
  silenced: ReadonlySet<string>,
  own: IncidentRules,
  context: BreachContext,
): BreachWithout {
  const found = FOUND.get(context.counted) ?? new Map<string, BreachWithout>();
  FOUND.set(context.counted, found);
  const { id, end, reopened } = incident;
  const key = JSON.stringify([id, reopened, end?.seenAt, isNotified(incident), ...silenced]);
  const before = found.get(key) ?? findBreach(incident, silenced, own, context);
  found.set(key, before);
  return before;
}

function isNotified({ notified }: Incident): boolean {
  return Object.keys(notified).length > 0;
}

function findBreach(
  incident: Incident,
  silenced: ReadonlySet<string>,
  own: IncidentRules,
  context: BreachContext,
): BreachWithout {
  const newest = incident.end?.seenAt ?? context.end;
  let isOfSilenced = false;
  for (const end of [newest, ...earlierEnds(incident, newest, context)]) {
    const all = windowOf(incident, own, context, end);
    const evaluated = evaluatedIn(withoutNames(all, silenced, own), own, context);
    const gravest = evaluated.find(({ state }) => state === 'breached');
    if (gravest) return { gravest, isOfSilenced: false, isOk: false };
    const isOk = evaluated.every(({ state, reason }) => state === 'ok' || reason === 'too few');
    if (end === newest && !isOk) return { gravest, isOfSilenced: false, isOk };
    isOfSilenced ||= evaluatedIn(all, own, context).some(({ state }) => state === 'breached');
    // People who know of the other accounts need no news while only silenced accounts breach a
    // rule.
    if (isOfSilenced && !incident.end && isNotified(incident)) break;
  }
  const isSure = !incident.end || incident.nature === 'level' || isKnown(incident, context);
  return { gravest: undefined, isOfSilenced: isOfSilenced && isSure, isOk: true };
}

/** The newest first. Ends before an incident was opened again are no part of it now. */
function earlierEnds(
  { openedAt, reopened }: Incident,
  newest: number,
  { counted: { list }, windowMs }: BreachContext,
): number[] {
  const first = (list[0]?.start ?? newest) + windowMs;
  if (reopened > 0) return [];
  return list
    .map(({ end }) => end)
    .filter((end) => end >= openedAt && end >= first && end < newest)
    .reverse();
}

/** Whether all of its windows can be evaluated again. */
function isKnown(
  { openedAt, reopened }: Incident,
  { counted: { list }, windowMs }: BreachContext,
): boolean {
  const [first] = list;
  return reopened === 0 && first !== undefined && first.start <= openedAt - windowMs;
}

/** Without the losses of other incidents: those that go on, and those that have ended. */
function windowOf(
  incident: Incident,
  { matches, subject }: IncidentRules,
  { incidents, counted, windowMs }: BreachContext,
  end: number,
): WindowCounts {
  const window = windowAt(counted, end, windowMs);
  const others = incidents.filter(
    (one) => one.id !== incident.id && one.subject === subject && one.nature === incident.nature,
  );
  const pieces = window.pieces.map(lossesBy(subject, matches));
  const rules = { matches, ignored: new Set<string>() };
  const fresh = freshWindow(window, pieces, [...others, asGoingOn(incident)], rules);
  const foreign = namesIn(others);
  for (const { name } of incident.accounts) foreign.delete(name);
  return { ...fresh, counts: withoutAccounts(fresh.counts, matches, foreign) };
}

/** Its own losses count, also those that are over. */
function asGoingOn(incident: Incident): Incident {
  const goingOn = mapParts(incident, (part) => ({ ...part, mendedAt: undefined }));
  return { ...goingOn, end: undefined };
}

function withoutNames(
  window: WindowCounts,
  names: ReadonlySet<string>,
  { matches }: IncidentRules,
): WindowCounts {
  return { ...window, counts: withoutAccounts(window.counts, matches, names) };
}

function evaluatedIn(
  window: WindowCounts,
  { rules }: IncidentRules,
  { minimumEvents }: BreachContext,
): (Evaluation & { readonly rule: Threshold })[] {
  return rules.map((rule) => ({ rule, ...evaluate(rule, window, { minimumEvents }) }));
}
