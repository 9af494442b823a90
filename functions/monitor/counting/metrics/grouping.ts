import type { Counts } from '../../events/counts.ts';
import type { Grouping } from '../../events/metrics-answer.ts';
import { printThreshold, type Threshold } from '../../thresholds/threshold.ts';
import type { Bucket } from '../../timeline/bucket.ts';
import { HOUR_MS } from '../../timeline/time.ts';
import { isOpen } from '../../timeline/timeline.ts';
import { GROUPING_OF } from './metric-queries.ts';

/** What the answers of a run show of how Togai groups. */
export interface GroupingSeen {
  readonly refused: ReadonlySet<Grouping>;
  /** By these some hour has names. */
  readonly named: ReadonlySet<Grouping>;
  /** Hours with events and without a name. */
  readonly unnamed: readonly { readonly grouping: Grouping; readonly hour: Bucket }[];
}

/** What people are notified of it. */
export interface GroupingNote {
  /** Rules that cannot be evaluated, and what to do; `undefined` where there are none. */
  readonly what: string | undefined;
  /** All that rules need was seen: what was the matter is over. */
  readonly isOver: boolean;
}

/**
 * Whether rules by account or schema can be evaluated. That an hour has no names may be because none of its events has one: it
 * is proof where the hour is over, where it had names before, or where no other hour of the newest window has any.
 *
 * @param before hours of the newest window as they were known before the run, by their start
 */
export function noteOfGrouping(
  seen: GroupingSeen,
  thresholds: readonly Threshold[],
  before: ReadonlyMap<number, { readonly counts: Counts }>,
): GroupingNote {
  const hadNames = (start: number, grouping: Grouping) => {
    const record = before.get(start);
    return record !== undefined && hasNames(record.counts, grouping);
  };
  const isProof = ({ grouping, hour }: GroupingSeen['unnamed'][number]) =>
    !isOpen(hour, { bucketMs: HOUR_MS }) ||
    hadNames(hour.start, grouping) ||
    !(seen.named.has(grouping) || [...before.keys()].some((start) => hadNames(start, grouping)));
  const unknown = new Set([
    ...seen.refused,
    ...seen.unnamed.filter(isProof).map(({ grouping }) => grouping),
  ]);
  const rules = thresholds.filter(({ by }) => by !== undefined);
  const needs = ({ by }: Threshold) => (by === undefined ? [] : [GROUPING_OF[by]]);
  const unevaluated = rules.filter((rule) => needs(rule).some((grouping) => unknown.has(grouping)));
  return {
    what:
      unevaluated.length === 0
        ? undefined
        : `POST /metrics does not tell accounts or schemas apart, so these rules are not evaluated: ${unevaluated.map(printThreshold).join(', ')}. Count events instead (Counting), or leave them out.`,
    isOver: rules.flatMap(needs).every((grouping) => seen.named.has(grouping)),
  };
}

function hasNames({ accounts, schemas }: Counts, grouping: Grouping): boolean {
  const { byName } = grouping === 'ACCOUNT_ID' ? accounts : schemas;
  return [...byName.keys()].some((name) => name !== '');
}
