import type { EntryOf } from '../history.ts';
import { type Grouping, HOUR, thresholdText, type WorldSettings } from '../world/scenario.ts';
import type { Run } from './run.ts';

const NEEDED = { account: 'ACCOUNT_ID', schema: 'SCHEMA_NAME' } as const;

/** Takes note of the groupings that an answer of Togai metrics shows. */
export function noteGroupings(
  { refused, named, unnamed }: Run,
  { hour, groups }: EntryOf<'answered'>,
): void {
  for (const grouping of groups.refused) refused.add(grouping);
  if (hour === undefined) return;
  for (const [shown, of] of [
    [groups.named, named],
    [groups.unnamed, unnamed],
  ] as const) {
    of.set(hour, new Set([...(of.get(hour) ?? []), ...shown]));
  }
}

/** Whether the answers about an hour gave numbers, but no names, for a grouping. */
export function isUngrouped({ named, unnamed }: Run, hour: number, by: Grouping): boolean {
  return unnamed.get(hour)?.has(by) === true && named.get(hour)?.has(by) !== true;
}

/** Whether Togai lacked a grouping, so that the run had to ask again, for each status by itself. */
export function hasToAskAgain(run: Run): boolean {
  const isLacking = ([hour, groupings]: [number, ReadonlySet<Grouping>]) =>
    [...groupings].some((by) => isUngrouped(run, hour, by));
  return run.refused.size > 0 || [...run.unnamed].some(isLacking);
}

/**
 * Thresholds by account or schema that Togai gives no names for, as far as the run has seen. An hour without names is proof
 * if it is over or had names before, or if no other hour of the newest window has names.
 */
export function thresholdsWithoutNames(run: Run, { thresholds }: WorldSettings): string[] {
  const { calendar, refused, named, unnamed, at, namedBefore } = run;
  const newest = calendar.newestAt(at);
  const isProof = (hour: number, by: Grouping) =>
    hour + HOUR <= newest ||
    namedBefore.get(hour)?.has(by) === true ||
    ![...namedBefore.values(), ...named.values()].some((names) => names.has(by));
  const lacks = (by: Grouping) =>
    refused.has(by) ||
    [...unnamed.keys()].some((hour) => isUngrouped(run, hour, by) && isProof(hour, by));
  if (calendar.counting === 'events') return [];
  return thresholds.filter(({ by }) => by && lacks(NEEDED[by])).map(thresholdText);
}

/** Whether a run has seen names for every grouping that thresholds need. */
export function seesAllGroupings({ calendar, named }: Run, { thresholds }: WorldSettings): boolean {
  if (calendar.counting === 'events') return true;
  const seen = new Set([...named.values()].flatMap((names) => [...names]));
  return thresholds.every(({ by }) => !by || seen.has(NEEDED[by]));
}
