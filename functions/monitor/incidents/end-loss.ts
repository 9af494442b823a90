import { evaluate } from '../thresholds/evaluate.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import { HOUR_MS } from '../timeline/time.ts';
import type { Incident, IncidentEnd, LossFacts, Part } from './incident.ts';
import { type Loss, type LossPiece, NO_LOSS } from './losses.ts';
import {
  factsOfPart,
  isLosing,
  lostOfParts,
  mapParts,
  partsOf,
  shareOf,
} from './parts-of-incident.ts';
import { breachesWith, changeOf, type IncidentRules } from './rules-of-incident.ts';
import {
  isPauseLongEnough,
  isStopped,
  isTrafficProof,
  LEAST_CALM_MS,
  SILENT_MS,
} from './when-loss-ends.ts';
import type { FreshWindow } from './window-without-ended-losses.ts';

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

/** A part of an incident, with everything that is known of it by now. */
interface KnownPart {
  readonly part: Part;
  readonly facts: LossFacts;
}

/** An incident with the ends of its parts, and its own. */
export function endLoss(incident: Incident, context: EndContext): Incident {
  const { end, pieces, named } = context;
  const parts: KnownPart[] = [];
  const now = mapParts(incident, (before) => {
    const facts = factsOfPart(before, named, pieces);
    const part = endPart(before, facts, context);
    parts.push({ part, facts });
    return part;
  });
  const isQuiet = parts.every(
    ({ part, facts }) => part.endedAt !== undefined || facts.lastLoss < end,
  );
  const ended = { ...now, evaluatedTo: end, isQuiet };
  const by = resolvedBy(ended) ?? closedBy(ended, parts, context);
  return by ? { ...ended, end: { ...by, seenAt: end, counted: countedIn(ended, context) } } : ended;
}

function endPart<P extends Part>(part: P, facts: LossFacts, context: EndContext): P {
  if (part.endedAt !== undefined) return part;
  const { end } = context;
  const isAccount = 'name' in part;
  if (isOver(facts, context) && isCalm(part, context)) {
    const ended = { ...part, endedAt: facts.lastLoss, mendedAt: end };
    return isAccount ? { ...ended, stoppedAt: undefined } : ended;
  }
  if (!isAccount) return part;
  const isSilent = isStopped(facts, part.onset, end);
  return { ...part, stoppedAt: isSilent ? (part.stoppedAt ?? end) : undefined };
}

function isOver(facts: LossFacts, { end, isProgressLow }: EndContext): boolean {
  return isProgressLow && isPauseLongEnough(facts, end) && isTrafficProof(facts);
}

/** Whether the loss of a part in the newest buckets, as a window of their own, breaches no rule. */
function isCalm(
  part: Part,
  { end, windowMs, pieces, named, rules, minimumEvents }: EndContext,
): boolean {
  const newest = pieces.filter((piece) => piece.end > end - LEAST_CALM_MS);
  const proportion = (end - (newest[0]?.start ?? end)) / windowMs;
  const own = sumOf(newest.map(shareOf(part, named)));
  const all = sumOf(newest);
  return rules.rules.every((rule) => {
    // Rules about everybody count for each part, those about accounts for each account.
    if (rule.by === 'schema' || (rule.by === 'account' && !('name' in part))) return true;
    const base = rule.by === undefined ? all.total : own.total;
    const limit = rule.unit === 'events' ? rule.limit * proportion : rule.limit;
    const minimum = minimumEvents * proportion;
    return !breachesWith({ lost: own.lost, total: base }, { ...rule, limit }, minimum);
  });
}

function sumOf(losses: readonly Loss[]): Loss {
  return losses.reduce(
    (sum, { lost, total }) => ({ lost: sum.lost + lost, total: sum.total + total }),
    NO_LOSS,
  );
}

type EndBy = Pick<IncidentEnd, 'kind' | 'at' | 'because' | 'isAsked'>;

/**
 * All parts are mended. Accounts that send nothing do not count: they may or may not be mended, and
 * hold no end up.
 */
function resolvedBy(incident: Incident): EndBy | undefined {
  const parts = partsOf(incident);
  const ends = parts.flatMap(({ endedAt }) => endedAt ?? []);
  if (parts.some(isLosing) || ends.length === 0) return undefined;
  return { kind: 'resolved', at: Math.max(...ends) };
}

function closedBy(
  { threshold }: Incident,
  parts: readonly KnownPart[],
  { end, window, rules, minimumEvents, isIgnoreChanged }: EndContext,
): EndBy | undefined {
  const going = parts.filter(({ part }) => part.endedAt === undefined);
  const isSilent = going.every(
    ({ part, facts }) =>
      // Time that was not counted is no silence.
      end - Math.max(facts.lastSeen, facts.unprovenTo) >= SILENT_MS &&
      !('name' in part && isLosing(part)),
  );
  if (isSilent) {
    return {
      kind: 'closed',
      at: end,
      because: `for ${SILENT_MS / HOUR_MS} hours no event of it was seen`,
    };
  }
  const change = changeOf(threshold, rules, isIgnoreChanged);
  const isOk = (rule: Threshold) => evaluate(rule, window, { minimumEvents }).state === 'ok';
  if (!change || !rules.rules.every(isOk)) return undefined;
  const because = `${change}, and the rest of it breaches no rule`;
  return { kind: 'closed', at: end, because, isAsked: true };
}

/** The loss in each bucket, as far as the bucket can still come into a window. */
function countedIn(
  incident: Incident,
  { end, windowMs, pieces, named }: EndContext,
): IncidentEnd['counted'] {
  const lostOf = lostOfParts(incident, named);
  return pieces
    .filter((piece) => piece.end > end - windowMs)
    .map((piece) => [piece.start, lostOf(piece)] as const)
    .filter(([, lost]) => lost > 0);
}
