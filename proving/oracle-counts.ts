import type { StoredBucket } from './history.ts';
import { type Calendar, endOf, floorTo, type Span } from './oracle-calendar.ts';
import { type AskedHour, differenceOfHour } from './oracle-hours.ts';
import {
  BUCKET,
  type Counting,
  DAY,
  type Grouping,
  HOUR,
  MINUTE,
  type Scenario,
  type SimulatedSettings,
} from './scenario.ts';
import { statusAt, type TrueEvent } from './traffic.ts';

const RECOUNT_AFTER = 15 * MINUTE;
const MOST_COUNTS = 3;

/** A bucket as it is stored, with what the judge has noted of it. */
export interface Counted extends StoredBucket {
  readonly run: number;
  /** What it was counted under, in the judge's own words. */
  readonly terms: string;
  /** How often under these terms. */
  readonly countedTimes: number;
  /** When it was stored, and what was stored before. */
  readonly storedAt: number;
  readonly before: Counted | undefined;
}

/** The run that stored a bucket, and when. */
export interface Storing {
  readonly run: number;
  readonly calendar: Calendar;
  /** The terms that it was to count under; `undefined` where it may have overslept. */
  readonly wanted: string | undefined;
  /** When it began, and when it stored the bucket. */
  readonly since: number;
  readonly now: number;
  readonly lost: Pick<AskedHour, 'blurred' | 'accountsLost' | 'schemasLost'>;
}

/** What buckets must hold, by the truth, and which must be counted when. */
export class ExpectedCounts {
  readonly #scenario: Scenario;
  readonly #byBucket: Map<number, TrueEvent[]>;
  readonly #byTimestamp: Map<number, TrueEvent[]>;
  readonly #byHour: Map<number, TrueEvent[]>;
  readonly #stored = new Map<number, Counted>();

  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    this.#scenario = scenario;
    this.#byBucket = Map.groupBy(events, ({ createdAt }) => floor(createdAt));
    this.#byTimestamp = Map.groupBy(events, ({ timestamp }) => floor(timestamp));
    this.#byHour = Map.groupBy(events, ({ createdAt }) => floorTo(HOUR, createdAt));
  }

  /** As a run knows it: what another run has stored since it began, it has not seen. */
  get(calendar: Calendar, start: number, run: number, begunAt: number): Counted | undefined {
    let bucket = this.#stored.get(start);
    while (bucket && bucket.run !== run && bucket.storedAt > begunAt) bucket = bucket.before;
    return bucket && calendar.owns(bucket) ? bucket : undefined;
  }

  /** What the hours of the newest window have names of, by their start. */
  namesKnown(calendar: Calendar, at: number): Map<number, Set<Grouping>> {
    const names = new Map<number, Set<Grouping>>();
    for (const { start } of calendar.piecesOf(calendar.windowAt(calendar.newestAt(at)))) {
      const bucket = this.#stored.get(start);
      if (!bucket || !calendar.owns(bucket)) continue;
      const { accounts, schemas } = bucket.counts;
      const has = ({ byName }: typeof accounts) => [...byName.keys()].some((name) => name !== '');
      const of = new Set<Grouping>();
      if (has(accounts)) of.add('ACCOUNT_ID');
      if (has(schemas)) of.add('SCHEMA_NAME');
      names.set(start, of);
    }
    return names;
  }

  /** What a run counts under: who is ignored on that day, and by which time events belong to a bucket. */
  termsAt(counting: Counting, at: number, timeField: string | undefined): string {
    const { ignoredAccounts, ignoredSchemas } = this.#scenario.settings;
    const ignoreLists = [...ignoredAt(ignoredAccounts, at), '/', ...ignoredAt(ignoredSchemas, at)];
    const how = counting === 'metrics' ? 'the hour' : (timeField ?? 'createdAt');
    return `${ignoreLists.join(',')} by ${how}`;
  }

  /**
   * A bucket was stored.
   *
   * @returns what is wrong with it, in words
   */
  stored(bucket: StoredBucket, storing: Storing): string | undefined {
    const { run, calendar, wanted, since, now } = storing;
    const { counting } = calendar;
    const field = bucket.configHash.endsWith('.timestamp') ? 'timestamp' : 'createdAt';
    const terms = this.termsAt(counting, bucket.countedAt, field);
    const replaced = this.#stored.get(bucket.start);
    const before = replaced && calendar.owns(replaced) ? replaced : undefined;
    const isClosed = counting === 'events' || (endOf(bucket) % HOUR === 0 && !bucket.partial);
    // What a run that has overslept did under other terms is not told apart.
    const more = wanted === undefined || !isClosed ? 0 : 1;
    const first = isClosed ? 1 : 0;
    const countedTimes = before?.terms === terms ? before.countedTimes + more : first;
    const noted = { run, terms, countedTimes, storedAt: now };
    const chain = replaced && { ...replaced, before: undefined };
    this.#stored.set(bucket.start, { ...bucket, ...noted, before: chain });
    if (!calendar.owns(bucket)) return 'it was counted in another way than it was to be';
    if (terms === wanted && countedTimes > MOST_COUNTS)
      return `it was counted ${countedTimes} times`;
    if (counting === 'metrics') return this.#hourProblem(bucket, before, storing);
    if (before?.partial) return 'it was counted again, though it had been given up for good';
    if (field === 'timestamp' && this.#scenario.timeField === 'createdAt') {
      return 'it was counted by timestamp, and Togai filters by createdAt';
    }
    return this.#difference(bucket, field, since, now);
  }

  #hourProblem(
    bucket: StoredBucket,
    before: Counted | undefined,
    { since, now, lost }: Storing,
  ): string | undefined {
    const { start, partial, countedAt, counts } = bucket;
    if (start % HOUR !== 0 || endOf(bucket) > start + HOUR) return 'it is no hour';
    if (before && endOf(before) > endOf(bucket)) return 'it was counted farther before';
    if (!partial) {
      const { rules, ignoredAccounts } = this.#scenario.settings;
      const ignoreLists = ignoredAt(ignoredAccounts, countedAt);
      const asked = { since, now, ignoreLists, rules, ...lost };
      return differenceOfHour(bucket, this.#byHour.get(start) ?? [], asked);
    }
    if (endOf(bucket) < start + HOUR) return 'it is open, and is given up';
    if (before && endOf(before) >= endOf(bucket)) return 'it was whole before, and is given up';
    const known = before?.counts.total ?? 0;
    return counts.total === known ? undefined : `given up with ${counts.total}, and had ${known}`;
  }

  /**
   * Which hours are due, by their start.
   *
   * @param watermark before the run
   */
  dueHours(calendar: Calendar, at: number, watermark: number): Set<number> {
    const { settings } = this.#scenario;
    const newest = calendar.newestAt(at);
    const window = calendar.windowAt(newest);
    const outstanding = floorTo(HOUR, watermark);
    const from = Math.max(calendar.reachAt(at), Math.min(outstanding, window.start));
    const terms = this.termsAt('metrics', at, undefined);
    const due = new Set<number>();
    for (const { start, end } of calendar.piecesOf({ start: from, end: newest })) {
      const stored = this.#stored.get(start);
      const hour = stored && calendar.owns(stored) ? stored : undefined;
      const inWindow = start >= window.start;
      if (end % HOUR !== 0) {
        if (!hour || endOf(hour) <= end) due.add(start);
      } else if (!hour || endOf(hour) < end) {
        if (inWindow || start >= outstanding) due.add(start);
      } else if (hour.partial || hour.terms !== terms) {
        if (inWindow) due.add(start);
      } else if (isDueAgain(hour, { start, end }, at, inWindow, settings)) due.add(start);
    }
    return due;
  }

  /** Which buckets a run at a time should have counted and did not. @param watermark before that run */
  missed(at: number, watermark: number, timeField: string | undefined, run: number): number[] {
    const { settings } = this.#scenario;
    const { windowMinutes, settleMinutes, maxCatchUpHours } = settings;
    const newest = floor(at - settleMinutes * MINUTE);
    const window = windowMinutes * MINUTE;
    const reach = newest - Math.max(maxCatchUpHours * 60 * MINUTE, window);
    const terms = this.termsAt('events', at, timeField);
    const missed: number[] = [];
    for (
      let start = Math.max(reach, Math.min(watermark, newest - window));
      start < newest;
      start += BUCKET
    ) {
      const bucket = this.#stored.get(start);
      if (!bucket || bucket.end !== undefined) {
        if (start >= watermark) missed.push(start);
        continue;
      }
      if (bucket.run === run || bucket.partial) continue;
      const inWindow = start >= newest - window;
      if (bucket.terms !== terms) {
        if (inWindow) missed.push(start);
        continue;
      }
      const span = { start, end: start + BUCKET };
      if (isDueAgain(bucket, span, at, inWindow, settings)) missed.push(start);
    }
    return missed;
  }

  #difference(
    { start, partial, countedAt, counts }: StoredBucket,
    field: 'createdAt' | 'timestamp',
    since: number,
    now: number,
  ): string | undefined {
    const { timeField, settings } = this.#scenario;
    const { ignoredAccounts, ignoredSchemas } = settings;
    const accounts = ignoredAt(ignoredAccounts, countedAt);
    const schemas = ignoredAt(ignoredSchemas, countedAt);
    const least = new Map<string, number>();
    const most = new Map<string, number>();
    const events = (field === 'createdAt' ? this.#byBucket : this.#byTimestamp).get(start) ?? [];
    for (const event of events) {
      const isIgnored = accounts.has(event.account) || schemas.has(event.schema);
      const names = (status: string | undefined) =>
        isIgnored
          ? ['ignored']
          : [
              'total',
              `status ${status}`,
              `account ${event.account} ${status}`,
              `schema ${event.schema} ${status}`,
            ];
      const first = statusAt(event, since);
      const last = statusAt(event, now);
      if (last === undefined) continue;
      // Where Togai filters by the other time, what lies outside by that is not listed.
      const surelyListed =
        field === timeField || (event.timestamp >= start && event.timestamp < start + BUCKET);
      const during = event.statuses.filter(({ from }) => from > since && from <= now);
      const possible = new Set([first, ...during.map(({ status }) => status)]);
      possible.delete(undefined);
      const seen = new Set<string>();
      for (const status of possible) for (const name of names(status)) seen.add(name);
      for (const name of seen) most.set(name, (most.get(name) ?? 0) + 1);
      if (first === undefined || !surelyListed) continue;
      const certain = possible.size === 1 ? names(first) : isIgnored ? ['ignored'] : ['total'];
      for (const name of certain) least.set(name, (least.get(name) ?? 0) + 1);
    }
    const found = new Map<string, number>([['total', counts.total]]);
    if (counts.ignored > 0) found.set('ignored', counts.ignored);
    for (const [status, count] of counts.byStatus) found.set(`status ${status}`, count);
    for (const [word, groups] of [
      ['account', counts.accounts],
      ['schema', counts.schemas],
    ] as const) {
      for (const [name, { byStatus }] of groups.byName) {
        for (const [status, count] of byStatus) found.set(`${word} ${name} ${status}`, count);
      }
    }
    for (const [name, count] of found) {
      const bound = most.get(name) ?? 0;
      if (count > bound) return `${name}: ${count} counted, ${bound} there`;
    }
    if (partial) return undefined;
    for (const [name, count] of least) {
      const counted = found.get(name) ?? 0;
      if (counted < count) return `${name}: ${counted} counted, ${count} there`;
    }
    return undefined;
  }
}

/** Later, if something in it was in progress, and in the older half of the newest window. */
function isDueAgain(
  { times, inProgress, countedAt }: StoredBucket,
  { end }: Span,
  at: number,
  inWindow: boolean,
  { settleMinutes, windowMinutes }: SimulatedSettings,
): boolean {
  if (times === 1 && inProgress > 0 && at - countedAt >= RECOUNT_AFTER) return true;
  const middleAt = (time: number) =>
    floor(time - settleMinutes * MINUTE) - (windowMinutes * MINUTE) / 2;
  return inWindow && end <= middleAt(at) && end > middleAt(countedAt);
}

function floor(time: number): number {
  return Math.floor(time / BUCKET) * BUCKET;
}

function ignoredAt(
  ignoreEntries: readonly { readonly name: string; readonly lastDay?: string }[],
  time: number,
): Set<string> {
  const holds = ({ lastDay }: { readonly lastDay?: string }) =>
    lastDay === undefined || time < Date.parse(`${lastDay}T00:00:00Z`) + DAY;
  return new Set(ignoreEntries.filter(holds).map(({ name }) => name));
}
