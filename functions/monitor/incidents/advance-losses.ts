import { type Evaluation, evaluate } from '../thresholds/evaluate.ts';
import type { CountedWindow } from '../thresholds/window.ts';
import { type EndContext, endLoss } from './end-loss.ts';
import { withGravestRule } from './gravest-rule.ts';
import type { Incident, IncidentAccount } from './incident.ts';
import { isOfKnown, namesApart, namesIn } from './named-accounts.ts';
import { joinOrOpen, type LossStep, windowWithout } from './open-losses.ts';
import { partsOf, rollFacts } from './parts-of-incident.ts';
import { type FreshWindow, freshWindow } from './window-without-ended-losses.ts';

export interface LossContext
  extends Omit<LossStep, 'fresh' | 'isFirst'>,
    Omit<EndContext, 'window' | 'named'> {
  readonly window: CountedWindow;
  /** Accounts that are not evaluated. */
  readonly ignored: ReadonlySet<string>;
}

/**
 * The incidents of one subject after one more window end: accounts join, incidents open, escalate and end. To evaluate an end
 * again changes nothing while its counts are the same.
 *
 * @param before those of this subject, also those that ended in the last hours
 */
export function advanceLosses(
  before: readonly Incident[],
  context: LossContext,
): readonly Incident[] {
  const after = advanceOnce(before, context);
  // Without losses that have just ended, the window may breach other rules.
  const { end } = context;
  return endedAt(after, end) > endedAt(before, end) ? advanceLosses(after, context) : after;
}

/** The number of ends that were seen at a window end. */
function endedAt(incidents: readonly Incident[], time: number): number {
  const ends = incidents.flatMap((incident) => [
    incident.end?.seenAt,
    ...partsOf(incident).map(({ mendedAt }) => mendedAt),
  ]);
  return ends.filter((seenAt) => seenAt === time).length;
}

function advanceOnce(before: readonly Incident[], context: LossContext): readonly Incident[] {
  const { window, windowMs, pieces, rules, end, ignored } = context;
  const roll = (incident: Incident, among: readonly Incident[]) => {
    const named = namesApart(incident, among).union(ignored);
    return { named, rolled: rollFacts(incident, named, pieces, end - windowMs) };
  };
  const known = before
    // One that begins again leaves out what it does not have by then.
    .map((incident) => (incident.end ? roll(incident, before).rolled : incident))
    .toSorted((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
  const inWindow = pieces.filter((piece) => piece.end > window.window.start);
  const step = {
    ...context,
    fresh: freshWindow(window, inWindow, known, { ...rules, ignored }),
    isFirst: !pieces.some((piece) => piece.end === inWindow[0]?.start && isOfKnown(piece)),
  };
  const joined = settled<readonly Incident[]>(known, (now) => joinOrOpen(now, step));
  const incidents = joined.map((incident) => withoutLeft(incident, joined));
  return incidents.map((incident) => {
    if (incident.end) return incident;
    const { named, rolled } = roll(incident, incidents);
    const foreign = namesIn(incidents.filter(({ id }) => id !== incident.id));
    const own = windowWithout(foreign, step);
    const graver = withGravestRule(rolled, breachedIn(own, context), rules);
    return endLoss(graver, { ...context, window: own, named });
  });
}

/** A mended account that loses events again in another open incident has left this one: no event is part of both. */
function withoutLeft(incident: Incident, incidents: readonly Incident[]): Incident {
  const isLeft = ({ endedAt, leftAt }: IncidentAccount) =>
    endedAt !== undefined && leftAt === undefined;
  if (incident.end || !incident.accounts.some(isLeft)) return incident;
  const elsewhere = new Map(
    incidents
      .filter(({ id, end }) => id !== incident.id && !end)
      .flatMap(({ accounts }) => accounts.filter(({ endedAt }) => endedAt === undefined))
      .map(({ name, onset }) => [name, onset]),
  );
  const leave = (account: IncidentAccount): IncidentAccount => {
    const onset = elsewhere.get(account.name);
    if (!isLeft(account) || onset === undefined) return account;
    return { ...account, leftAt: Math.max(onset, account.endedAt ?? onset) };
  };
  return { ...incident, accounts: incident.accounts.map(leave) };
}

/** The breaches of rules that have lasted for as long as the rule asks. */
function breachedIn(
  window: FreshWindow,
  { rules, minimumEvents, isDue }: Pick<LossStep, 'rules' | 'minimumEvents' | 'isDue'>,
): Evaluation[] {
  return rules.rules
    .filter(isDue)
    .map((rule) => evaluate(rule, window, { minimumEvents }))
    .filter(({ state }) => state === 'breached');
}

/** The value at which a step changes nothing any more. */
function settled<T>(first: T, next: (now: T) => T): T {
  let now = first;
  for (;;) {
    const later = next(now);
    if (later === now) return now;
    now = later;
  }
}
