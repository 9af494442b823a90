import { evaluate } from '../thresholds/evaluate.ts';
import { breaches, type Threshold } from '../thresholds/threshold.ts';
import { DAY_MS } from '../timeline/time.ts';
import { factsOfAccount, factsOfOthers, shareOfOthers } from './facts-of.ts';
import type { FreshWindow } from './fresh-window.ts';
import type { Incident, IncidentAccount, IncidentEnd, LossFacts, Others } from './incident.ts';
import { changeOf, type IncidentRules } from './incident-rules.ts';
import { isQuiet, isStopped, isTrafficProof, LEAST_CALM_MS } from './loss-facts.ts';
import { type Loss, type LossPiece, NO_LOSS } from './losses.ts';

/** For so long nobody may send anything until an incident is closed. */
const SILENT_MS = DAY_MS;

export interface EndContext {
  /** The window end, epoch ms. */
  readonly end: number;
  readonly windowMs: number;
  /** Everything that is known up to the end, oldest first. */
  readonly pieces: readonly LossPiece[];
  /** The window without the named accounts of other incidents. */
  readonly window: FreshWindow;
  /** The accounts that are not among the others of the incident. */
  readonly named: ReadonlySet<string>;
  readonly rules: IncidentRules;
  readonly minimumEvents: number;
  /** Little enough is in progress to prove an end, where only the window knows it. */
  readonly isProgressLow: boolean;
  /** The ignore lists are not those of the window end before. */
  readonly isIgnoreChanged: boolean;
}

/** A named account, or the others, with everything that is known of them by now. */
interface Part<T extends IncidentAccount | Others> {
  readonly part: T;
  readonly facts: LossFacts;
}

/** An incident with the ends of its accounts, and its own. */
export function endLoss(incident: Incident, context: EndContext): Incident {
  const { end, pieces, named } = context;
  const accounts = incident.accounts.map((account) => {
    const facts = factsOfAccount(account, pieces, end);
    return { part: endAccount(account, facts, context), facts };
  });
  const others = incident.others && {
    facts: factsOfOthers(incident.others, named, pieces, end),
    part: incident.others,
  };
  const othersNow = others && { ...others, part: endOthers(others.part, others.facts, context) };
  const parts = [...accounts, ...(othersNow ? [othersNow] : [])];
  const ended: Incident = {
    ...incident,
    evaluatedTo: end,
    accounts: accounts.map(({ part }) => part),
    others: othersNow?.part,
    isQuiet: parts.every(({ part, facts }) => part.endedAt !== undefined || facts.lastLoss < end),
  };
  const by = resolvedBy(ended) ?? closedBy(ended, parts, context);
  return by ? { ...ended, end: { ...by, seenAt: end, counted: countedIn(ended, context) } } : ended;
}

function endAccount(
  account: IncidentAccount,
  facts: LossFacts,
  context: EndContext,
): IncidentAccount {
  if (account.endedAt !== undefined) return account;
  const { end } = context;
  const lossIn = (piece: LossPiece) => piece.accounts.get(account.name) ?? NO_LOSS;
  if (isOver(facts, context) && isCalm(context, lossIn, (rule) => rule.by === 'account')) {
    return { ...account, endedAt: facts.lastLoss, mendedAt: end, stoppedAt: undefined };
  }
  const isSilent = isStopped(facts, account.onset, end);
  return { ...account, stoppedAt: isSilent ? (account.stoppedAt ?? end) : undefined };
}

function endOthers(others: Others, facts: LossFacts, context: EndContext): Others {
  if (others.endedAt !== undefined) return others;
  const lossIn = shareOfOthers(context.named);
  if (!isOver(facts, context) || !isCalm(context, lossIn, () => false)) return others;
  return { ...others, endedAt: facts.lastLoss, mendedAt: context.end };
}

function isOver(facts: LossFacts, { end, isProgressLow }: EndContext): boolean {
  return isProgressLow && isQuiet(facts, end) && isTrafficProof(facts);
}

/**
 * Whether the newest buckets, as a window of their own, breach no rule by what is lost of a part of the incident.
 *
 * @param isOfPart whether a rule is about this part alone. Rules about everybody count as well
 */
function isCalm(
  { end, windowMs, pieces, rules, minimumEvents }: EndContext,
  lossIn: (piece: LossPiece) => Loss,
  isOfPart: (rule: Threshold) => boolean,
): boolean {
  const newest = pieces.filter((piece) => piece.end > end - LEAST_CALM_MS);
  const proportion = (end - (newest[0]?.start ?? end)) / windowMs;
  const own = sumOf(newest.map(lossIn));
  const all = sumOf(newest);
  return rules.rules.every((rule) => {
    if (rule.by !== undefined && !isOfPart(rule)) return true;
    if (rule.unit === 'events') {
      return !breaches(own.lost, { ...rule, limit: rule.limit * proportion });
    }
    const base = rule.by === undefined ? all.total : own.total;
    if (base < Math.max(1, minimumEvents * proportion)) return true;
    return !breaches((100 * own.lost) / base, rule);
  });
}

function sumOf(losses: readonly Loss[]): Loss {
  return losses.reduce(
    (sum, { lost, total }) => ({ lost: sum.lost + lost, total: sum.total + total }),
    NO_LOSS,
  );
}

type EndBy = Pick<IncidentEnd, 'kind' | 'at' | 'because' | 'isAsked'>;

/** Everything of it is mended, except what nobody can tell of: somebody who sends nothing holds no end up. */
function resolvedBy({ accounts, others }: Incident): EndBy | undefined {
  const isGoingOn =
    accounts.some(({ endedAt, stoppedAt }) => endedAt === undefined && stoppedAt === undefined) ||
    (others && others.endedAt === undefined);
  const ends = [others?.endedAt, ...accounts.map(({ endedAt }) => endedAt)].flatMap(
    (at) => at ?? [],
  );
  if (isGoingOn || ends.length === 0) return undefined;
  return { kind: 'resolved', at: Math.max(...ends) };
}

function closedBy(
  { threshold }: Incident,
  parts: readonly Part<IncidentAccount | Others>[],
  { end, window, rules, minimumEvents, isIgnoreChanged }: EndContext,
): EndBy | undefined {
  const going = parts.filter(({ part }) => part.endedAt === undefined);
  const isSilent = going.every(
    ({ part, facts }) =>
      // Time that was not counted is no silence.
      end - Math.max(facts.lastSeen, facts.unprovenTo) >= SILENT_MS &&
      (!('name' in part) || part.stoppedAt !== undefined),
  );
  if (isSilent) {
    return { kind: 'closed', at: end, because: 'for 24 hours nobody of it has sent an event' };
  }
  const change = changeOf(threshold, rules, isIgnoreChanged);
  const isOk = (rule: Threshold) => evaluate(rule, window, { minimumEvents }).state === 'ok';
  if (!change || !rules.rules.every(isOk)) return undefined;
  const because = `${change}, and what is left of it breaches no rule`;
  return { kind: 'closed', at: end, because, isAsked: true };
}

/** What was counted of each bucket with a loss, as far as it can still come into a window. */
function countedIn(
  { accounts, others }: Incident,
  { end, windowMs, pieces, named }: EndContext,
): IncidentEnd['counted'] {
  const ofOthers = shareOfOthers(named);
  return pieces
    .filter((piece) => piece.end > end - windowMs)
    .flatMap((piece) => {
      const ofNamed = accounts.reduce(
        (sum, { name }) => sum + (piece.accounts.get(name)?.lost ?? 0),
        0,
      );
      const lost = ofNamed + (others ? ofOthers(piece).lost : 0);
      return lost > 0 ? [[piece.start, lost] as const] : [];
    });
}
