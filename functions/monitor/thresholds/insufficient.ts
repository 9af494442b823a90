import { type Counts, countWhere, type Groups } from '../events/counts.ts';
import { IN_PROGRESS, isProblem, KNOWN_STATUSES } from '../events/status-groups.ts';
import type { Range } from '../timeline/time.ts';
import { isShareOfTooFew, shareBase } from './share.ts';
import {
  breaches,
  isUpperLimit,
  printSubject,
  subjectMatcher,
  type Threshold,
} from './threshold.ts';

/**
 * With a larger share of a window in progress Togai is behind, and an ok could only be too early. The end of a loss has a limit of
 * its own: see incidents/losses.ts.
 */
export const MAX_IN_PROGRESS_SHARE = 0.1;

/**
 * Why the counts are not enough.
 *
 * - `incomplete`: a bucket of the window was not counted completely
 * - `in progress`: Togai has not decided about too many events
 * - `too few`: fewer events than a percentage needs
 * - `not asked for`: Togai metrics were not asked for the events of the rule
 * - `longer window`: the counts are of a longer time than the window, so that they may hide a lack
 * - `truncated`: a missing name, or a lower bound, could have breached
 */
export type InsufficientReason =
  | 'incomplete'
  | 'in progress'
  | 'too few'
  | 'not asked for'
  | 'longer window'
  | 'truncated';

export interface WindowCounts {
  readonly counts: Counts;
  /** All of it was counted completely. */
  readonly whole: boolean;
  /** The counts reach further back than the window, because a part of time can only be counted as a whole. @default false */
  readonly isLonger?: boolean | undefined;
}

/** Whether counts reach out of the time that was asked for. Then they may hide a lack. */
export function isLonger(counted: Range, asked: Range): boolean {
  return counted.start < asked.start || counted.end > asked.end;
}

/** A number of a rule, of everything or of one account or schema. */
export interface Measured {
  readonly state: 'ok' | 'breached' | 'insufficient';
  readonly value: number;
  readonly events: number;
  /** The events that it is a share of. */
  readonly base: number;
  readonly reason: InsufficientReason | undefined;
}

/** Why no evaluation over this window is certain, except a breach that missing events could only confirm. */
export function windowReason(
  threshold: Threshold,
  { counts, whole, isLonger: mayHideLack = false }: WindowCounts,
): InsufficientReason | undefined {
  if (!whole) return 'incomplete';
  if (mayHideLack && !isUpperLimit(threshold)) return 'longer window';
  if (isNotAskedFor(threshold, counts)) return 'not asked for';
  const waits = threshold.unit === 'percent' || isUpperLimit(threshold);
  if (!waits || shareBase(threshold.subject) === 'all') return undefined;
  const inProgress = counts.byStatus.get(IN_PROGRESS) ?? 0;
  const all = counts.inProgressOf ?? counts.total;
  return inProgress <= all * MAX_IN_PROGRESS_SHARE ? undefined : 'in progress';
}

/** Togai metrics may have been asked for known statuses only, and not for the accounts of events in progress. */
function isNotAskedFor({ subject, by }: Threshold, counts: Counts): boolean {
  if (counts.lacksUnknown && printSubject(subject) === 'unknown') return true;
  if (by === undefined || subject.kind === 'total' || counts.inProgressOf === undefined)
    return false;
  return subjectMatcher(subject)(IN_PROGRESS);
}

/** Why a firing group may still breach. An alert must not resolve while the window knows too little about a firing group. */
export function firingGroupsReason(
  { unit }: Threshold,
  measured: readonly (Measured & { readonly name: string })[],
  context: { readonly firingGroups: Iterable<string>; readonly truncated: boolean },
): InsufficientReason | undefined {
  const firing = new Set(context.firingGroups);
  if (firing.size === 0) return undefined;
  const known = new Map(measured.map(({ name, reason }) => [name, reason] as const));
  // A group without events has no share, so it is unknown whether its share is better.
  const withoutEvents = unit === 'percent' ? 'too few' : undefined;
  const ofMissing = context.truncated ? 'truncated' : withoutEvents;
  return [...firing]
    .map((name) => (known.has(name) ? known.get(name) : ofMissing))
    .find((reason) => reason !== undefined);
}

/**
 * Whether an account or schema that is missing, or has lower bounds, could have breached. Names
 * with problems are kept first. So none of them is missing as long as a name without problems was
 * kept too.
 */
export function truncationReason(
  { subject }: Threshold,
  measured: readonly Measured[],
  { byName, truncated }: Groups,
): InsufficientReason | undefined {
  if (!truncated) return undefined;
  const matches = subjectMatcher(subject);
  const ofProblems = KNOWN_STATUSES.every((status) => !matches(status) || isProblem(status));
  const allKept = [...byName.values()].some(
    ({ byStatus }) => countWhere(byStatus, isProblem) === 0,
  );
  const unsure = measured.some(({ reason }) => reason === 'truncated');
  return ofProblems && allKept && !unsure ? undefined : 'truncated';
}

/**
 * Whether events without a known name could have breached the limit. @param unnamed their number
 */
export function unnamedReason(
  threshold: Threshold,
  measured: readonly Measured[],
  unnamed: number,
  minimumEvents: number,
): InsufficientReason | undefined {
  if (unnamed === 0) return undefined;
  const could = ({ events, base }: Pick<Measured, 'events' | 'base'>) => {
    if (threshold.unit === 'events') return breaches(events + unnamed, threshold);
    const all = base + unnamed;
    if (isShareOfTooFew(all, minimumEvents)) return false;
    return breaches((100 * (events + unnamed)) / all, threshold);
  };
  return [...measured, { events: 0, base: 0 }].some(could) ? 'truncated' : undefined;
}
