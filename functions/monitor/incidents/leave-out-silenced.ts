import { countWhere } from '../events/counts.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import { printThreshold, subjectMatcher, type Threshold } from '../thresholds/threshold.ts';
import { type CountedWindow, windowAt } from '../thresholds/window.ts';
import { type BreachContext, breachWithout } from './breach-without.ts';
import { withCycle } from './critical-before-cycle-end.ts';
import type { Incident } from './incident.ts';
import { earliestOf } from './onset.ts';
import { rulesBySubject } from './rules-of-incident.ts';
import { type Silence, type SilencedPart, silencedPart } from './silence.ts';
import { withoutAccounts } from './subtract-ended-losses.ts';

/** The part of an incident that people are notified of. */
export interface HeardPart extends SilencedPart {
  /** Without the silenced accounts. Its severity is that of the other accounts. */
  readonly incident: Incident;
  /** Nothing is left that breaches a rule. */
  readonly isSilenced: boolean;
}

/** The counts, and the rules that evaluate them. */
export interface EvaluatedCounts extends BreachContext {
  readonly thresholds: readonly Threshold[];
}

/**
 * The part of an incident that is not silenced. The whole is silent only where silenced accounts
 * alone have breached the rules.
 *
 * @param from left out for the monitor's own failures
 * @param now the time of the run, epoch ms
 */
export function heardPart(
  incident: Incident,
  silences: readonly Silence[],
  from: EvaluatedCounts | undefined,
  now: number,
): HeardPart {
  const window = windowOf(incident, silences, from);
  const part = silencedPart(incident, (name) => isPartOf(name, incident, window), silences, now);
  if (part.isWhole || part.accounts.size === 0 || !from || !window) {
    return { ...part, incident, isSilenced: part.isWhole };
  }
  const heard = heardIn(incident, part.accounts, from);
  return { ...part, ...heard, incident: withCycle(heard.incident, now) };
}

/**
 * Marks ends that came while an incident was silenced. People who were never notified of it need no
 * end.
 *
 * @param since ends seen later are new
 */
export function withSilencedEnds(
  incidents: readonly Incident[],
  silences: readonly Silence[],
  from: EvaluatedCounts,
  { since, now }: { readonly since: number | undefined; readonly now: number },
): readonly Incident[] {
  if (silences.length === 0) return incidents;
  return incidents.map((incident) => {
    const { end } = incident;
    if (!end || end.isAsked || end.seenAt <= (since ?? 0)) return incident;
    const { isSilenced } = heardPart(incident, silences, from, now);
    return isSilenced ? { ...incident, end: { ...end, isAsked: true } } : incident;
  });
}

/** The counts without the silenced accounts, so that no number of a message holds their events. */
export function withoutSilenced<T extends EvaluatedCounts>(
  from: T,
  { incident, accounts }: Pick<HeardPart, 'incident' | 'accounts'>,
): T {
  if (accounts.size === 0) return from;
  const matches = matcherOf(incident);
  const list = from.counted.list.map((piece) => ({
    ...piece,
    counts: withoutAccounts(piece.counts, matches, accounts),
  }));
  return { ...from, counted: { ...from.counted, list } };
}

/** The window that it was, or is, evaluated in. Only silences of accounts need it. */
function windowOf(
  { end, nature, openedAt }: Incident,
  silences: readonly Silence[],
  from: EvaluatedCounts | undefined,
): CountedWindow | undefined {
  if (!from || !silences.some(({ scope }) => 'account' in scope)) return undefined;
  const to = end?.seenAt ?? from.end;
  // A level names no account, and is over some time after its breach has left the window.
  const sinceMs = nature === 'level' ? Math.max(0, to - openedAt) : 0;
  return windowAt(from.counted, to, from.windowMs + sinceMs);
}

/** A named account, or one without a name that has such events. */
function isPartOf(name: string, incident: Incident, window: CountedWindow | undefined): boolean {
  const { accounts, groups } = incident;
  if (groups.includes(name) || accounts.some((account) => account.name === name)) return true;
  const group = window?.counts.accounts.byName.get(name);
  return group !== undefined && countWhere(group.byStatus, matcherOf(incident)) > 0;
}

function matcherOf({ subject }: Incident): (status: string) => boolean {
  const [rule] = parseThresholds(`${subject} >= 1`);
  return rule ? subjectMatcher(rule.subject) : () => false;
}

function heardIn(
  incident: Incident,
  silenced: ReadonlySet<string>,
  from: EvaluatedCounts,
): Pick<HeardPart, 'incident' | 'isSilenced'> & Partial<HeardPart> {
  const accounts = incident.accounts.filter(({ name }) => !silenced.has(name));
  const groups = incident.groups.filter((name) => !silenced.has(name));
  const isOnsetKnown = accounts.length > 0 && !incident.others;
  const rest = {
    ...incident,
    accounts,
    groups,
    ...earliestOf(isOnsetKnown ? accounts : [incident]),
  };
  // People who know of it get its end with all of its numbers.
  if (isEmpty(rest) && !isEmpty(incident)) {
    return { incident, accounts: new Set(), isSilenced: true };
  }
  const own = rulesBySubject(from.thresholds).find(
    ({ subject, nature }) => subject === incident.subject && nature === incident.nature,
  );
  // Without its rules it is not known whether the rest is too little.
  if (!own) return { incident: rest, isSilenced: false };
  const { gravest, isOfSilenced, isOk } = breachWithout(incident, silenced, own, from);
  // A silenced account that is no part of it makes it no less grave.
  const isAllHeard = isOnsetKnown && accounts.length === incident.accounts.length;
  if (isAllHeard) return { incident: rest, isSilenced: isOfSilenced };
  if (!gravest) {
    const known = isOk ? { ...rest, severity: knownSeverity(incident) } : rest;
    return { incident: known, isSilenced: isOfSilenced };
  }
  const { rule, value } = gravest;
  const severity = rule.severity === 'warning' ? 'warning' : incident.severity;
  return {
    incident: { ...rest, severity, threshold: printThreshold(rule), worst: value },
    isSilenced: false,
  };
}

/**
 * The rest may have breached no rule for a while: its end is as grave as the message that people
 * know.
 */
function knownSeverity({ notified }: Incident): Incident['severity'] {
  const isCritical = Object.values(notified).some(({ severity }) => severity === 'critical');
  return isCritical ? 'critical' : 'warning';
}

function isEmpty({ nature, accounts, others, groups }: Incident): boolean {
  return nature === 'loss' ? accounts.length === 0 && !others : groups.length === 0;
}
