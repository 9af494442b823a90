import { printThreshold, type Threshold } from '../thresholds/threshold.ts';
import { withoutAccounts } from './forgive.ts';
import type { FreshWindow } from './fresh-window.ts';
import type { Incident } from './incident.ts';
import { breachesAlone, type IncidentRules, isBreached } from './incident-rules.ts';
import { noFacts } from './loss-facts.ts';
import {
  groupsByOnset,
  isTogether,
  type NamedLoss,
  namedIn,
  namesIn,
  onsetOfOthers,
} from './named-accounts.ts';
import { earliestOf } from './onset.ts';
import { namedAccount, openIncident } from './open-incident.ts';
import { endedLately, reopened } from './reopen.ts';

/** More are one incident: the newest takes what comes. */
const MAX_OPEN = 5;
const MAX_ACCOUNTS = 500;

export interface LossStep {
  /** The window end, epoch ms. */
  readonly end: number;
  readonly windowMs: number;
  readonly fresh: FreshWindow;
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
  const newcomers = namedIn(step.fresh.pieces, namesIn(incidents));
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

/** The gravest rule that is breached by what no open incident owns. */
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

function openFor(
  incidents: readonly Incident[],
  losses: readonly NamedLoss[],
  rule: Threshold,
  { end, windowMs, rules }: LossStep,
): readonly Incident[] {
  const open = incidents.filter((one) => !one.end);
  const newest = open.at(-1);
  if (newest && open.length >= MAX_OPEN) {
    return replaced(incidents, newest, withAccounts(newest, losses, end));
  }
  const names = new Set(losses.map(({ name }) => name));
  const known = endedLately(incidents, end).find(({ accounts }) =>
    accounts.some(({ name }) => names.has(name)),
  );
  if (known) {
    const again = withAccounts(reopened(known, breachOf(rule), end - windowMs), losses, end);
    return replaced(incidents, known, again);
  }
  const accounts = losses.slice(0, MAX_ACCOUNTS).map((loss) => namedAccount(loss, end));
  const { subject } = rules;
  const fields = {
    subject,
    nature: 'loss',
    ...earliestOf(losses),
    end,
    ...breachOf(rule),
  } as const;
  const opened = openIncident({ ...fields, accounts });
  return added(incidents, opened, end - windowMs);
}

/** Others whose loss is enough belong to an incident that has just begun, or to one that has others, or to a new one. */
function openForOthers(
  incidents: readonly Incident[],
  rule: Threshold,
  { end, windowMs, rules, fresh }: LossStep,
): readonly Incident[] {
  const open = incidents.filter((one) => !one.end);
  if (open.some(({ others }) => others && others.endedAt === undefined)) return incidents;
  const names = namesIn(incidents);
  const onset = onsetOfOthers(fresh.pieces, names);
  const others = { facts: noFacts(onset.onset) };
  const withOthers = (incident: Incident): Incident => ({
    ...incident,
    others: incident.others
      ? { ...incident.others, endedAt: undefined, mendedAt: undefined }
      : others,
  });
  const newest = open.length >= MAX_OPEN ? open.at(-1) : undefined;
  const going = open.findLast((one) => one.others || isTogether(end, one.openedAt)) ?? newest;
  if (going) return replaced(incidents, going, withOthers(going));
  const known = endedLately(incidents, end).find((one) => one.others);
  if (known)
    return replaced(incidents, known, withOthers(reopened(known, breachOf(rule), end - windowMs)));
  const { subject } = rules;
  const fields = { subject, nature: 'loss', ...onset, end, ...breachOf(rule) } as const;
  return added(incidents, openIncident({ ...fields, others }), end - windowMs);
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
  const room = MAX_ACCOUNTS - before;
  joining.push(...losses.filter(({ name }) => !accounts.has(name)).slice(0, Math.max(0, room)));
  if (joining.length === 0) return incident;
  for (const loss of joining) {
    const account = accounts.get(loss.name) ?? namedAccount(loss, end);
    const begun = { joinedAt: end, endedAt: undefined, mendedAt: undefined };
    accounts.set(loss.name, { ...account, ...begun });
  }
  const onset = earliestOf([incident, ...joining]);
  return { ...incident, ...onset, accounts: [...accounts.values()] };
}

function breachOf(rule: Threshold): Pick<Incident, 'severity' | 'threshold' | 'worst'> {
  return { severity: rule.severity, threshold: printThreshold(rule), worst: 0 };
}

/** One that was closed and begins again has the same id: it is the same one. */
function added(
  incidents: readonly Incident[],
  incident: Incident,
  windowStart: number,
): readonly Incident[] {
  const same = incidents.find(({ id }) => id === incident.id);
  if (!same) return [...incidents, incident];
  const { accounts, others } = incident;
  return replaced(incidents, same, { ...reopened(same, incident, windowStart), accounts, others });
}

function replaced(
  incidents: readonly Incident[],
  before: Incident,
  after: Incident,
): readonly Incident[] {
  if (before === after) return incidents;
  return incidents.map((one) => (one === before ? after : one));
}
