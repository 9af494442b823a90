import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { LostEvent } from './lost-event.ts';

/** So many accounts are summed up by name. The others are one sum, so that memory stays small. */
const MAX_ACCOUNTS = 10_000;

/** Sums of lost events. */
export class LostSums {
  readonly byStatus = new Map<string, number>();
  readonly byAccount = new Map<string, number>();
  /** Unmetered events alone, by account: each would have been billed. */
  readonly unmetered = new Map<string, number>();
  /** Events of accounts beyond the first ten thousand. */
  others = 0;
  total = 0;

  add({ status, accountId }: Pick<LostEvent, 'status' | 'accountId'>): void {
    this.total++;
    increase(this.byStatus, status);
    const isNamed = this.byAccount.size < MAX_ACCOUNTS || this.byAccount.has(accountId);
    if (!isNamed) {
      this.others++;
      return;
    }
    increase(this.byAccount, accountId);
    if (groupOf(status) === 'unmetered') increase(this.unmetered, accountId);
  }
}

export function increase<K extends string>(sums: Map<K, number>, key: K): void {
  sums.set(key, (sums.get(key) ?? 0) + 1);
}

/** The largest sums first; of equal ones by name. */
export function largestFirst<K extends string>(
  sums: ReadonlyMap<K, number>,
): [name: K, events: number][] {
  return [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
