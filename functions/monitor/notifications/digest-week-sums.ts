import { type Counts, countUnnamed, countWhere, increase } from '../events/counts.ts';
import type { Piece } from '../events/pieces.ts';
import { groupOf, isProblem, isSettled } from '../events/status-groups.ts';
import { DAY_MS, MINUTE_MS, type Range } from '../timeline/time.ts';
import type { IsNoticed } from './notified-losses.ts';

const DAYS = 7;

export interface AccountSums {
  lost: number;
  /** Lost events that belong to no incident. */
  unnoticed: number;
  /** When events of it were lost last, epoch ms; 0 for never. */
  lastLoss: number;
  /** The days of the week, from 0 on, with an event of it. */
  readonly days: Set<number>;
}

/** The sums of a week, and the names that were seen before it. Pieces are added in any order. */
export class WeekSums {
  readonly week: Range;
  /** The start of the oldest piece of the week, and of all. */
  from: number;
  earliest: number;
  /** How much of the week its pieces cover, in ms. */
  coveredMs = 0;
  settled = 0;
  lost = 0;
  healed = 0;
  unnoticed = 0;
  isPartial = false;
  /** Every event has an account. Togai metrics name only the accounts that lose events. */
  isAllNamed = true;
  readonly accounts = new Map<string, AccountSums>();
  readonly statuses = new Set<string>();
  readonly schemas = new Set<string>();
  /**
   * Names that were seen earlier, and the days of the week before on which accounts sent events.
   */
  readonly before = {
    accounts: new Map<string, { hasLost: boolean; readonly days: Set<number> }>(),
    statuses: new Set<string>(),
    schemas: new Set<string>(),
  };
  /** The week before, as far as it was counted and read. */
  readonly weekBefore = { lost: 0, coveredMs: 0, isPartial: false };
  readonly #isNoticed: IsNoticed;

  constructor(week: Range, isNoticed: IsNoticed) {
    this.week = week;
    this.from = week.end;
    this.earliest = week.end;
    this.#isNoticed = isNoticed;
  }

  add(piece: Piece): void {
    this.earliest = Math.min(this.earliest, piece.start);
    if (piece.end > this.week.start) this.#addOfWeek(piece);
    else this.#addBefore(piece);
  }

  #addOfWeek(piece: Piece): void {
    const { start, end, partial, counts } = piece;
    this.coveredMs += Math.min(end, this.week.end) - Math.max(start, this.week.start);
    this.from = Math.min(this.from, start);
    this.isPartial ||= partial;
    this.settled += countWhere(counts.byStatus, isSettled);
    this.healed += counts.healed ?? 0;
    this.isAllNamed &&=
      counts.inProgressOf === undefined &&
      !counts.accounts.truncated &&
      countUnnamed(counts.byStatus, counts.accounts, () => true) === 0;
    // Togai metrics count names by the group of a status, and a moment later than sums: the sums
    // hold the losses.
    const unnamed = new Map<string, number>();
    const lost = newLosses(counts);
    for (const [status, events] of counts.byStatus) if (events > 0) this.statuses.add(status);
    for (const [status, events] of lost) {
      this.lost += events;
      increase(unnamed, groupOf(status), events);
    }
    for (const [name, group] of counts.accounts.byName) {
      const day = Math.floor((start - this.week.start) / DAY_MS);
      this.#account(name).days.add(Math.min(Math.max(day, 0), DAYS - 1));
      for (const [status, events] of newLosses(group)) {
        increase(unnamed, groupOf(status), -events);
        this.#lose(name, status, events, piece);
      }
    }
    for (const [status, events] of lost) {
      const group = groupOf(status);
      const own = Math.min(events, Math.max(0, unnamed.get(group) ?? 0));
      increase(unnamed, group, -own);
      this.#lose(undefined, status, own, piece);
    }
    for (const name of counts.schemas.byName.keys()) this.schemas.add(name);
  }

  #compare({ start, end, partial, counts }: Piece): void {
    const from = this.week.start - DAYS * DAY_MS;
    if (end <= from) return;
    const before = this.weekBefore;
    before.coveredMs += end - Math.max(start, from);
    before.isPartial ||= partial;
    for (const [, events] of newLosses(counts)) before.lost += events;
  }

  #lose(name: string | undefined, status: string, events: number, { start, end }: Range): void {
    const unnoticed = this.#isNoticed({ account: name, status, at: start }) ? 0 : events;
    this.unnoticed += unnoticed;
    if (name === undefined) return;
    const account = this.#account(name);
    account.lost += events;
    account.unnoticed += unnoticed;
    account.lastLoss = Math.max(account.lastLoss, end);
  }

  #account(name: string): AccountSums {
    let account = this.accounts.get(name);
    if (!account) {
      account = { lost: 0, unnoticed: 0, lastLoss: 0, days: new Set() };
      this.accounts.set(name, account);
    }
    return account;
  }

  #addBefore(piece: Piece): void {
    const { start, counts } = piece;
    this.#compare(piece);
    const { accounts, statuses, schemas } = this.before;
    for (const [status, events] of counts.byStatus) if (events > 0) statuses.add(status);
    for (const name of counts.schemas.byName.keys()) schemas.add(name);
    const day = Math.floor((start - this.week.start) / DAY_MS) + DAYS;
    for (const [name, { byStatus }] of counts.accounts.byName) {
      const known = accounts.get(name) ?? { hasLost: false, days: new Set<number>() };
      known.hasLost ||= countWhere(byStatus, isProblem) > 0;
      if (day >= 0) known.days.add(day);
      accounts.set(name, known);
    }
  }
}

/** Lost events by status, without those that were lost before under another status: they are counted already. */
function newLosses({
  byStatus,
  recounted,
}: Pick<Counts, 'byStatus' | 'recounted'>): (readonly [string, number])[] {
  return [...byStatus]
    .filter(([status]) => isProblem(status))
    .map(([status, events]) => [status, events - (recounted?.get(status) ?? 0)] as const)
    .filter(([, events]) => events > 0);
}

/** A few runs that did not count are no news. */
export const SHORT_MS = 30 * MINUTE_MS;

/** Time that is not counted; 0 where it is no news. */
export function longEnough(ms: number): number {
  return ms > SHORT_MS ? ms : 0;
}
