import type { Bucket } from './bucket.ts';
import { GROUPING_OF, type Grouping } from './metrics.ts';
import type { Tally } from './tally.ts';
import { printThreshold, type Threshold } from './threshold.ts';
import { HOUR_MS } from './time.ts';

/** What the answers of a run show of how Togai groups. */
export interface GroupingSeen {
  readonly refused: ReadonlySet<Grouping>;
  /** By these some hour has names. */
  readonly named: ReadonlySet<Grouping>;
  /** Hours with events and without a name. */
  readonly unnamed: readonly { readonly grouping: Grouping; readonly hour: Bucket }[];
}

/** What is to be told of it. */
export interface GroupingNote {
  /** Rules that cannot be judged, and what to do; `undefined` where there are none. */
  readonly what: string | undefined;
  /** All that rules need was seen: what was the matter is over. */
  readonly isOver: boolean;
}

/**
 * Whether rules by account or schema can be judged. That an hour has no names may be because none of its events has one: it
 * is proof where the hour is over, where it had names before, or where no other hour of the newest window has any.
 *
 * @param before hours of the newest window as they were known before the run, by their start
 */
export function noteOfGrouping(
  seen: GroupingSeen,
  thresholds: readonly Threshold[],
  before: ReadonlyMap<number, { readonly tally: Tally }>,
): GroupingNote {
  const hadNames = (start: number, grouping: Grouping) => {
    const record = before.get(start);
    return record !== undefined && hasNames(record.tally, grouping);
  };
  const isProof = ({ grouping, hour }: GroupingSeen['unnamed'][number]) =>
    hour.end - hour.start === HOUR_MS ||
    hadNames(hour.start, grouping) ||
    !(seen.named.has(grouping) || [...before.keys()].some((start) => hadNames(start, grouping)));
  const unknown = new Set([
    ...seen.refused,
    ...seen.unnamed.filter(isProof).map(({ grouping }) => grouping),
  ]);
  const rules = thresholds.filter(({ by }) => by !== undefined);
  const needs = ({ by }: Threshold) => (by === undefined ? [] : [GROUPING_OF[by]]);
  const unjudged = rules.filter((rule) => needs(rule).some((grouping) => unknown.has(grouping)));
  return {
    what:
      unjudged.length === 0
        ? undefined
        : `POST /metrics does not tell accounts or schemas apart, so these rules are not judged: ${unjudged.map(printThreshold).join(', ')}. Count events instead (Counting), or leave them out.`,
    isOver: rules.flatMap(needs).every((grouping) => seen.named.has(grouping)),
  };
}

function hasNames({ accounts, schemas }: Tally, grouping: Grouping): boolean {
  const { counts } = grouping === 'ACCOUNT_ID' ? accounts : schemas;
  return [...counts.keys()].some((name) => name !== '');
}
