import type { Evaluation } from '../thresholds/evaluate.ts';
import { DAY_MS, HOUR_MS } from '../timeline/time.ts';
import { withGravestRule } from './gravest-rule.ts';
import type { Incident, IncidentEnd } from './incident.ts';
import { openIncident } from './open-incident.ts';
import { endedLately, reopened } from './reopen.ts';
import { changeOf, type IncidentRules } from './rules-of-incident.ts';

/** Window ends in a row that must be ok before a level is over. */
const OK_ENDS = 3;
/** How long there may be too little traffic to evaluate. */
const TOO_FEW_MS = DAY_MS;
const MAX_GROUPS = 50;

export interface LevelContext {
  /** The window end, epoch ms. */
  readonly end: number;
  readonly rules: IncidentRules;
  /** Of these rules, critical ones first. */
  readonly evaluations: readonly Evaluation[];
  /** Whether a threshold has been breached for as long as it asks. */
  readonly isDue: (threshold: string) => boolean;
  /** The value of a threshold at the first window end in a row at which it was breached. */
  readonly firstValueOf: (threshold: string) => number | undefined;
  /** The ignore lists are not those of the window end before. */
  readonly isIgnoreChanged: boolean;
}

/**
 * The incident of a level after one more window end.
 *
 * @param before those of this subject, also those that ended in the last hours
 */
export function advanceLevels(before: readonly Incident[], context: LevelContext): Incident[] {
  const { evaluations, isDue } = context;
  const breached = evaluations.filter(({ state }) => state === 'breached');
  const due = breached.filter(({ threshold }) => isDue(threshold));
  if (before.some(({ end }) => !end)) {
    return before.map((incident) =>
      incident.end ? incident : goOn(incident, due.length > 0 ? due : breached, context),
    );
  }
  const [gravest] = due;
  return gravest ? begin(before, gravest, context) : [...before];
}

function begin(before: readonly Incident[], due: Evaluation, context: LevelContext) {
  const { end, rules, firstValueOf } = context;
  const firstValue = firstValueOf(due.threshold);
  const [known] = endedLately(before, end);
  if (known) {
    const again = { ...reopened(known, due, end), worst: due.value, firstValue };
    return before.map((one) => (one === known ? breachedBy(again, [due], context) : one));
  }
  const { subject } = rules;
  const { severity, threshold, value: worst } = due;
  const groups = groupsOf(due);
  const fields = { subject, nature: 'level', onset: end, end, severity } as const;
  return [...before, openIncident({ ...fields, threshold, worst, firstValue, groups })];
}

function goOn(
  incident: Incident,
  breached: readonly Evaluation[],
  context: LevelContext,
): Incident {
  const { end, evaluations, rules, isIgnoreChanged } = context;
  if (breached.length > 0) return breachedBy(incident, breached, context);
  const change = changeOf(incident.threshold, rules, isIgnoreChanged);
  const now = { ...incident, evaluatedTo: end };
  const isOk = evaluations.every(({ state }) => state === 'ok');
  if (change && isOk) {
    return { ...now, end: endAt('closed', end, end, `${change}, and no rule is breached now`) };
  }
  if (isOk) {
    const okEnds = [...new Set([...incident.okEnds, end])];
    const calm = { ...now, okEnds, tooFewSince: undefined };
    if (okEnds.length < OK_ENDS) return calm;
    return { ...calm, end: endAt('resolved', okEnds[0] ?? end, end) };
  }
  const isTooFew = evaluations.some(({ reason }) => reason === 'too few');
  const tooFewSince = incident.tooFewSince ?? (isTooFew ? end : undefined);
  const okEnds = incident.okEnds.filter((okEnd) => okEnd !== end);
  const unsure = { ...now, okEnds, tooFewSince };
  if (tooFewSince === undefined || end - tooFewSince < TOO_FEW_MS) return unsure;
  const because = `for ${TOO_FEW_MS / HOUR_MS} hours there was too little traffic to evaluate`;
  return { ...unsure, end: endAt('closed', end, end, because) };
}

/** @param evaluations of the rules that it breaches, critical ones first */
function breachedBy(
  incident: Incident,
  evaluations: readonly Evaluation[],
  { end, rules }: LevelContext,
): Incident {
  return {
    ...withGravestRule(incident, evaluations, rules),
    evaluatedTo: end,
    okEnds: [],
    tooFewSince: undefined,
    groups: groupsOf(evaluations[0]),
  };
}

function groupsOf({ groups }: Pick<Evaluation, 'groups'> = { groups: [] }): string[] {
  return groups.slice(0, MAX_GROUPS).map(({ name }) => name);
}

function endAt(
  kind: IncidentEnd['kind'],
  at: number,
  seenAt: number,
  because?: string,
): IncidentEnd {
  return { kind, at, seenAt, because, counted: [] };
}
