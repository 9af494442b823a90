import { countWhere } from '../events/counts.ts';
import { groupOf, isSettled, KNOWN_STATUSES } from '../events/status-groups.ts';
import { evaluate } from '../thresholds/evaluate.ts';
import type { WindowCounts } from '../thresholds/insufficient.ts';
import {
  breaches,
  isUpperLimit,
  printSubject,
  printThreshold,
  subjectMatcher,
  type Threshold,
} from '../thresholds/threshold.ts';
import type { Incident } from './incident.ts';
import type { Loss } from './losses.ts';
import type { NamedLoss } from './named-accounts.ts';

/** The rules that incidents of one subject follow. */
export interface IncidentRules {
  readonly subject: string;
  readonly nature: Incident['nature'];
  readonly matches: (status: string) => boolean;
  /** Critical ones first. */
  readonly rules: readonly Threshold[];
}

/** The rules by subject, in the order of the settings. */
export function rulesBySubject(thresholds: readonly Threshold[]): IncidentRules[] {
  const groups = Map.groupBy(
    thresholds,
    (rule) => `${natureOf(rule)} ${printSubject(rule.subject)}`,
  );
  return [...groups.values()].flatMap((rules) => {
    const [first] = rules;
    if (!first) return [];
    return {
      subject: printSubject(first.subject),
      nature: natureOf(first),
      matches: subjectMatcher(first.subject),
      rules: rules.toSorted((a, b) => rank(a) - rank(b)),
    };
  });
}

function rank({ severity }: Threshold): number {
  return severity === 'critical' ? 0 : 1;
}

/**
 * Too many events that are not billed are a loss. Any other number, or too few events, is a level.
 */
function natureOf(rule: Threshold): Incident['nature'] {
  const matches = subjectMatcher(rule.subject);
  const counted = KNOWN_STATUSES.filter(matches);
  const isLost = (status: string) => ['unmetered', 'failed', 'unknown'].includes(groupOf(status));
  // A status that this version does not know is of a group as well.
  const named = rule.subject.kind === 'status' ? [rule.subject.status] : counted;
  return isUpperLimit(rule) && named.length > 0 && named.every(isLost) ? 'loss' : 'level';
}

/** Whether the loss of one account is enough for a rule. @param window the counts of everybody */
export function breachesAlone(
  rule: Threshold,
  { name, lost, total }: NamedLoss,
  window: WindowCounts,
  minimumEvents: number,
): boolean {
  const all = window.counts;
  // All that it lost may be of one schema.
  if (rule.by === 'schema') return rule.unit === 'events' && breaches(lost, rule);
  if (rule.by === 'account') {
    const group = all.accounts.byName.get(name);
    if (!group) return false;
    const accounts = { ...all.accounts, byName: new Map([[name, group]]) };
    const counts = { ...all, byStatus: group.byStatus, accounts };
    return isBreached(rule, { ...window, counts }, minimumEvents);
  }
  const base = Math.max(total, countWhere(all.byStatus, isSettled));
  return breachesWith({ lost, total: base }, rule, minimumEvents);
}

/** Whether so many lost events of so many breach a rule. */
export function breachesWith(
  { lost, total }: Loss,
  rule: Threshold,
  minimumEvents: number,
): boolean {
  if (rule.unit === 'events') return breaches(lost, rule);
  return total >= Math.max(1, minimumEvents) && breaches((100 * lost) / total, rule);
}

/**
 * The change of settings that may leave an incident without a rule, in words.
 *
 * @param threshold the rule of the incident
 */
export function changeOf(
  threshold: string,
  { rules }: IncidentRules,
  isIgnoreChanged: boolean,
): string | undefined {
  const isThere = rules.some((rule) => printThreshold(rule) === threshold);
  if (!isThere) return `its rule "${threshold}" was changed or removed`;
  return isIgnoreChanged ? 'the ignore lists were changed' : undefined;
}

export function isBreached(rule: Threshold, window: WindowCounts, minimumEvents: number): boolean {
  return evaluate(rule, window, { minimumEvents }).state === 'breached';
}
