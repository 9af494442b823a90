import type { EntryOf } from './history.ts';
import type { Calendar } from './oracle-calendar.ts';
import { type Grouping, HOUR, ruleText, type SimulatedSettings } from './scenario.ts';

/** Pages of the worst statuses, and samples to look up. */
const LOOK_UPS_A_MESSAGE = 6;

/** What the judge takes note of in a run. */
export interface Run {
  readonly number: number;
  readonly at: number;
  readonly begunAt: number;
  /** The lease was free when it began, as far as the clock of the run tells. */
  readonly leaseFree: boolean;
  /** Before it. */
  readonly watermark: number | undefined;
  readonly timeField: string | undefined;
  readonly mayOversleep: boolean;
  readonly calendar: Calendar;
  /** Where Togai counts: the hours that are due. */
  readonly due: ReadonlySet<number> | undefined;
  /** The buckets that it has stored whole. */
  readonly counted: Set<number>;
  readonly refused: Set<Grouping>;
  /** What answers about an hour were grouped by, and where they held nothing but a number, by its start. */
  readonly named: Map<number, Set<Grouping>>;
  readonly unnamed: Map<number, Set<Grouping>>;
  /** What the hours that were known when it began have names of, by their start. */
  readonly namedBefore: ReadonlyMap<number, ReadonlySet<Grouping>>;
  /** Requests to count, and others. */
  readonly sent: { metrics: number; others: number };
  rejected: number;
  /** Messages that may have been looked up for. */
  lookedUp: number;
  /** The start of the newest window that it has judged. */
  judgedFrom: number | undefined;
  /** By how much its clock is wrong, ms. */
  readonly skewMs: number;
  hasLease: boolean;
  planned: boolean;
  committed: boolean;
  /** What it has published and not yet written down. */
  delivering: string | undefined;
  rejections: string | undefined;
  softDeadline: boolean;
  /** A message did not get out, or so it seemed. */
  muffled: boolean;
}

/**
 * What a run that nothing stood in the way of asked Togai without need, where Togai counts. An hour costs a request, and
 * two where rules or what is ignored need more than five queries.
 */
export function needlessIn(
  run: Run,
  due: ReadonlySet<number>,
  { rules, ignoredAccounts }: SimulatedSettings,
): string[] {
  const { counted, sent, rejected, lookedUp } = run;
  const isPlain = rules.every(({ by, subject }) => !by || subject === 'unmetered');
  const most = due.size * (isPlain && ignoredAccounts.length === 0 ? 1 : 2);
  const needless: string[] = [];
  const [extra] = [...counted].filter((hour) => !due.has(hour));
  if (extra !== undefined) needless.push(`the hour ${iso(extra)} was counted without need`);
  // What was rejected was asked again with the token that was put into the secret meanwhile.
  if (sent.metrics - rejected > most && !hasToAskAgain(run)) {
    needless.push(`${sent.metrics} requests for ${due.size} hours`);
  }
  if (sent.others > LOOK_UPS_A_MESSAGE * lookedUp) {
    needless.push(`${sent.others} requests for samples of ${lookedUp} messages`);
  }
  return needless;
}

/** Takes note of an answer. */
export function noteGroups(
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

/** Whether nothing but a number came where an hour was to be grouped. */
export function isUngrouped({ named, unnamed }: Run, hour: number, by: Grouping): boolean {
  return unnamed.get(hour)?.has(by) === true && named.get(hour)?.has(by) !== true;
}

/** Where Togai does not group, it is asked for each status by itself. */
function hasToAskAgain(run: Run): boolean {
  const isLacking = ([hour, groupings]: [number, ReadonlySet<Grouping>]) =>
    [...groupings].some((by) => isUngrouped(run, hour, by));
  return run.refused.size > 0 || [...run.unnamed].some(isLacking);
}

/**
 * Rules by account or schema that Togai does not count for, as far as a run has seen. An hour without names is proof where
 * it is over, where it had names before, or where no other hour of the newest window has any.
 */
export function rulesWithout(run: Run, { rules }: SimulatedSettings): string[] {
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
  return rules.filter(({ by }) => by && lacks(NEEDED[by])).map(ruleText);
}

/** Whether a run has seen all that rules need to be told apart. */
export function seesAllGroups({ calendar, named }: Run, { rules }: SimulatedSettings): boolean {
  if (calendar.counting === 'events') return true;
  const seen = new Set([...named.values()].flatMap((names) => [...names]));
  return rules.every(({ by }) => !by || seen.has(NEEDED[by]));
}

const NEEDED = { account: 'ACCOUNT_ID', schema: 'SCHEMA_NAME' } as const;

export function iso(time: number | undefined): string {
  return time === undefined ? 'nowhere' : new Date(time).toISOString().slice(0, 16);
}
