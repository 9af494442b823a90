import { printThreshold, type Threshold } from '../thresholds/threshold.ts';
import { groupsByOnset, isTogether } from './accounts-of-one-cause.ts';
import type { Incident, IncidentAccount, LossFacts, Others } from './incident.ts';
import { noFacts } from './loss-facts.ts';
import { MAX_NAMED, type NamedLoss, namedIn, namesIn, onsetOfOthers } from './named-accounts.ts';
import { earliestOf, type Onset } from './onset.ts';
import { namedAccount, openIncident } from './open-incident.ts';
import { endedLately, reopened } from './reopen.ts';
import { breachesAlone, type IncidentRules, isBreached } from './rules-of-incident.ts';
import { withoutAccounts } from './subtract-ended-losses.ts';
import type { FreshWindow } from './window-without-ended-losses.ts';

/** With so many open incidents, the newest takes further accounts. */
const MAX_OPEN = 5;

export interface LossStep {
  /** The window end, epoch ms. */
  readonly end: number;
  readonly windowMs: number;
  readonly fresh: FreshWindow;
  /** Nothing is known of the time before the window. */
  readonly isFirst: boolean;
  readonly rules: IncidentRules;
  /** Whether a rule has been breached for as long as it asks. */
  readonly isDue: (rule: Threshold) => boolean;
  readonly minimumEvents: number;
}

/**
 * Incidents with one more thing that happened: accounts joined, or an incident opened. It is repeated until nothing more
 * happens, so that another evaluation of the same window finds nothing.
 *
 * @param incidents the oldest first
 * @returns the same array where nothing happened
 */
export function joinOrOpen(incidents: readonly Incident[], step: LossStep): readonly Incident[] {
  const newcomers = namedIn(step.fresh.pieces, namesIn(incidents), step.isFirst);
  const joined = join(incidents, newcomers, step.end);
  if (joined !== incidents) return withoutNeedlessOthers(joined, step);
  const rule = breachedRule(incidents, step);
  if (!rule) return incidents;
  const open = incidents.filter(({ end }) => !end);
  // Those that an incident has no room for are among its others.
  const free = newcomers.filter((loss) => !open.some((incident) => takes(incident, loss)));
  const group = groupsByOnset(free).find((one) => open.length === 0 || isEnough(one, step));
  const opened = group ? openFor(incidents, group, rule, step) : incidents;
  return opened === incidents ? openForOthers(incidents, rule, step) : opened;
}

/** Accounts whose loss began with that of an open incident, or that it had before, join it. */
function join(
  incidents: readonly Incident[],
  newcomers: readonly NamedLoss[],
  end: number,
): readonly Incident[] {
  let joined = incidents;
  for (const [taker, losses] of Map.groupBy(newcomers, (loss) =>
    incidents.findLast((one) => !one.end && takes(one, loss)),
  )) {
    if (taker) joined = replaced(joined, taker, withAccounts(taker, losses, end));
  }
  return joined;
}

function takes({ accounts, onset }: Incident, loss: NamedLoss): boolean {
  return isTogether(loss.onset, onset) || accounts.some(({ name }) => name === loss.name);
}

/** The gravest rule that losses outside of open incidents breach. */
function breachedRule(incidents: readonly Incident[], step: LossStep): Threshold | undefined {
  const due = step.rules.rules.filter(step.isDue);
  if (due.length === 0) return undefined;
  const left = windowWithout(namesIn(incidents), step);
  return due.find((rule) => isBreached(rule, left, step.minimumEvents));
}

export function windowWithout(
  names: ReadonlySet<string>,
  { fresh, rules }: Pick<LossStep, 'fresh' | 'rules'>,
): FreshWindow {
  return { ...fresh, counts: withoutAccounts(fresh.counts, rules.matches, names) };
}

/** Whether accounts are enough for a rule without anybody else: one of them, or all together. */
function isEnough(
  group: readonly NamedLoss[],
  { fresh, rules, isDue, minimumEvents }: LossStep,
): boolean {
  const [first] = group;
  if (!first) return false;
  const lost = group.reduce((sum, loss) => sum + loss.lost, 0);
  const total = group.reduce((sum, loss) => sum + loss.total, 0);
  return rules.rules
    .filter(isDue)
    .some(
      (rule) =>
        group.some((loss) => breachesAlone(rule, loss, fresh, minimumEvents)) ||
        (rule.by === undefined &&
          breachesAlone(rule, { ...first, lost, total }, fresh, minimumEvents)),
    );
}

/** Accounts whose loss is enough go on with an incident that had one of them, or begin a new one. */
function openFor(
  incidents: readonly Incident[],
  losses: readonly NamedLoss[],
  rule: Threshold,
  step: LossStep,
): readonly Incident[] {
  const { end } = step;
  const names = new Set(losses.map(({ name }) => name));
  return place(incidents, rule, step, {
    onset: earliestOf(losses),
    accounts: losses.slice(0, MAX_NAMED).map((loss) => namedAccount(loss, end)),
    taker: undefined,
    isOf: ({ accounts }) => accounts.some(({ name }) => names.has(name)),
    put: (incident) => withAccounts(incident, losses, end),
  });
}

/** Others whose loss is enough belong to an incident that has just begun, or to one that has others, or to a new one. */
function openForOthers(
  incidents: readonly Incident[],
  rule: Threshold,
  step: LossStep,
): readonly Incident[] {
  const open = incidents.filter(({ end }) => !end);
  if (open.some(({ others }) => others && others.endedAt === undefined)) return incidents;
  const onset = onsetOfOthers(step.fresh.pieces, namesIn(incidents), step.isFirst);
  const others = { facts: noFacts(onset.onset) };
  const goOn = (before: Others) => ({ ...before, endedAt: undefined, mendedAt: undefined });
  return place(incidents, rule, step, {
    onset,
    others,
    taker: open.findLast((one) => one.others || isTogether(step.end, one.openedAt)),
    isOf: (ended) => ended.others !== undefined,
    put: (incident) => ({ ...incident, others: goOn(incident.others ?? others) }),
  });
}

/** A loss that belongs to no incident yet, or to no open one. */
interface FreeLoss {
  readonly onset: Onset;
  readonly accounts?: readonly IncidentAccount[] | undefined;
  readonly others?: Others | undefined;
  /** The open incident that it belongs to, if there is one. */
  readonly taker: Incident | undefined;
  /** Whether it was part of an incident that has ended lately. */
  readonly isOf: (ended: Incident) => boolean;
  /** Makes it part of an incident. */
  readonly put: (incident: Incident) => Incident;
}

/** Puts a loss into an open incident, into one that begins again, or into a new one. */
function place(
  incidents: readonly Incident[],
  rule: Threshold,
  { end, windowMs, fresh: { pieces }, rules }: LossStep,
  { onset, accounts, others, taker, isOf, put }: FreeLoss,
): readonly Incident[] {
  const breach = { severity: rule.severity, threshold: printThreshold(rule), worst: 0 };
  const fields = { subject: rules.subject, nature: 'loss', end, accounts, others } as const;
  const fresh = openIncident({ ...fields, ...onset, ...breach });
  const open = incidents.filter((one) => !one.end);
  const before =
    taker ??
    (open.length >= MAX_OPEN ? open.at(-1) : undefined) ??
    endedLately(incidents, end).find(isOf) ??
    // One that was closed has the same id: it is the same one.
    incidents.find(({ id }) => id === fresh.id);
  if (!before) return [...incidents, fresh];
  // A piece may reach into the window from before it.
  const windowStart = Math.min(end - windowMs, pieces[0]?.start ?? end);
  const goingOn = before.end ? reopened(before, breach, windowStart) : before;
  return replaced(incidents, before, put(goingOn));
}

/**
 * A loss that is seen early is of nobody yet. Once its accounts have names, the others may be left with strays, which nobody
 * could wait for.
 */
function withoutNeedlessOthers(
  incidents: readonly Incident[],
  step: LossStep,
): readonly Incident[] {
  const left = windowWithout(namesIn(incidents), step);
  if (step.rules.rules.some((rule) => isBreached(rule, left, step.minimumEvents))) return incidents;
  return incidents.map((incident) =>
    !incident.end && isTogether(step.end, incident.openedAt) && incident.accounts.length > 0
      ? { ...incident, others: undefined }
      : incident,
  );
}

/** @returns the same incident where it has no room for any of them */
function withAccounts(incident: Incident, losses: readonly NamedLoss[], end: number): Incident {
  const accounts = new Map(incident.accounts.map((account) => [account.name, account]));
  const before = accounts.size;
  const joining = losses.filter(({ name }) => accounts.has(name));
  const room = MAX_NAMED - before;
  joining.push(...losses.filter(({ name }) => !accounts.has(name)).slice(0, Math.max(0, room)));
  if (joining.length === 0) return incident;
  for (const loss of joining) {
    const account = accounts.get(loss.name) ?? namedAccount(loss, end);
    const begun = { joinedAt: end, endedAt: undefined, mendedAt: undefined, leftAt: undefined };
    accounts.set(loss.name, { ...account, ...begun, facts: factsFrom(account, loss) });
  }
  const onset = earliestOf([incident, ...joining]);
  return { ...incident, ...onset, accounts: [...accounts.values()] };
}

/** Where an account comes back from another incident, what it lost meanwhile is part of that one. */
function factsFrom({ facts, leftAt }: IncidentAccount, { onset }: NamedLoss): LossFacts {
  return leftAt === undefined ? facts : { ...facts, to: Math.max(facts.to, onset) };
}

function replaced(
  incidents: readonly Incident[],
  before: Incident,
  after: Incident,
): readonly Incident[] {
  if (before === after) return incidents;
  return incidents.map((one) => (one === before ? after : one));
}
