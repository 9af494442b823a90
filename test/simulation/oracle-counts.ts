import type { StoredBucket } from './history.ts';
import { BUCKET, DAY, MINUTE, type Scenario } from './scenario.ts';
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

/** What buckets must hold, by the truth, and which must be counted when. */
export class ExpectedCounts {
  readonly #scenario: Scenario;
  readonly #byBucket: Map<number, TrueEvent[]>;
  readonly #byTimestamp: Map<number, TrueEvent[]>;
  readonly #stored = new Map<number, Counted>();

  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    this.#scenario = scenario;
    this.#byBucket = Map.groupBy(events, ({ createdAt }) => floor(createdAt));
    this.#byTimestamp = Map.groupBy(events, ({ timestamp }) => floor(timestamp));
  }

  /** As a run knows it: what another run has stored since it began, it has not seen. */
  get(start: number, run: number, begunAt: number): Counted | undefined {
    let bucket = this.#stored.get(start);
    while (bucket && bucket.run !== run && bucket.storedAt > begunAt) bucket = bucket.before;
    return bucket;
  }

  /** What a run counts under: who is waived on that day, and by which time events belong to a bucket. */
  termsAt(at: number, timeField: string | undefined): string {
    const { ignoredAccounts, ignoredSchemas } = this.#scenario.settings;
    const waived = [...waivedAt(ignoredAccounts, at), '/', ...waivedAt(ignoredSchemas, at)];
    return `${waived.join(',')} by ${timeField ?? 'createdAt'}`;
  }

  /**
   * A bucket was stored.
   *
   * @param wanted the terms that its run was to count under; `undefined` where it may have overslept
   * @param since when its run began
   * @returns what is wrong with it, in words
   */
  stored(
    bucket: StoredBucket,
    run: number,
    wanted: string | undefined,
    since: number,
    now: number,
  ): string | undefined {
    const field = bucket.fingerprint.endsWith('.timestamp') ? 'timestamp' : 'createdAt';
    const terms = this.termsAt(bucket.countedAt, field);
    const before = this.#stored.get(bucket.start);
    const more = wanted === undefined ? 0 : 1;
    const countedTimes = before?.terms === terms ? before.countedTimes + more : 1;
    const replaced = before && { ...before, before: undefined };
    const noted = { run, terms, countedTimes, storedAt: now, before: replaced };
    this.#stored.set(bucket.start, { ...bucket, ...noted });
    if (before?.partial) return 'it was counted again, though it had been given up for good';
    if (terms === wanted && countedTimes > MOST_COUNTS)
      return `it was counted ${countedTimes} times`;
    if (field === 'timestamp' && this.#scenario.timeField === 'createdAt') {
      return 'it was counted by timestamp, and Togai filters by createdAt';
    }
    return this.#difference(bucket, field, since, now);
  }

  /** Which buckets a run at a time should have counted and did not. @param frontier before that run */
  missed(at: number, frontier: number, timeField: string | undefined, run: number): number[] {
    const { windowMinutes, settleMinutes, maxCatchUpHours } = this.#scenario.settings;
    const newest = floor(at - settleMinutes * MINUTE);
    const window = windowMinutes * MINUTE;
    const reach = newest - Math.max(maxCatchUpHours * 60 * MINUTE, window);
    const terms = this.termsAt(at, timeField);
    const missed: number[] = [];
    for (
      let start = Math.max(reach, Math.min(frontier, newest - window));
      start < newest;
      start += BUCKET
    ) {
      const bucket = this.#stored.get(start);
      if (!bucket) {
        if (start >= frontier) missed.push(start);
        continue;
      }
      if (bucket.run === run || bucket.partial) continue;
      const inWindow = start >= newest - window;
      if (bucket.terms !== terms) {
        if (inWindow) missed.push(start);
        continue;
      }
      const waits =
        bucket.times === 1 && bucket.inProgress > 0 && at - bucket.countedAt >= RECOUNT_AFTER;
      const middleThen = floor(bucket.countedAt - settleMinutes * MINUTE) - window / 2;
      const end = start + BUCKET;
      const hasAged = inWindow && end <= newest - window / 2 && end > middleThen;
      if (waits || hasAged) missed.push(start);
    }
    return missed;
  }

  #difference(
    { start, partial, countedAt, tally }: StoredBucket,
    field: 'createdAt' | 'timestamp',
    since: number,
    now: number,
  ): string | undefined {
    const { timeField, settings } = this.#scenario;
    const { ignoredAccounts, ignoredSchemas } = settings;
    const accounts = waivedAt(ignoredAccounts, countedAt);
    const schemas = waivedAt(ignoredSchemas, countedAt);
    const least = new Map<string, number>();
    const most = new Map<string, number>();
    const events = (field === 'createdAt' ? this.#byBucket : this.#byTimestamp).get(start) ?? [];
    for (const event of events) {
      const isWaived = accounts.has(event.account) || schemas.has(event.schema);
      const names = (status: string | undefined) =>
        isWaived
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
      const certain = possible.size === 1 ? names(first) : isWaived ? ['ignored'] : ['total'];
      for (const name of certain) least.set(name, (least.get(name) ?? 0) + 1);
    }
    const found = new Map<string, number>([['total', tally.total]]);
    if (tally.ignored > 0) found.set('ignored', tally.ignored);
    for (const [status, count] of tally.byStatus) found.set(`status ${status}`, count);
    for (const [word, groups] of [
      ['account', tally.accounts],
      ['schema', tally.schemas],
    ] as const) {
      for (const [name, { byStatus }] of groups.counts) {
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

function floor(time: number): number {
  return Math.floor(time / BUCKET) * BUCKET;
}

function waivedAt(
  waivers: readonly { readonly name: string; readonly lastDay?: string }[],
  time: number,
): Set<string> {
  const holds = ({ lastDay }: { readonly lastDay?: string }) =>
    lastDay === undefined || time < Date.parse(`${lastDay}T00:00:00Z`) + DAY;
  return new Set(waivers.filter(holds).map(({ name }) => name));
}
