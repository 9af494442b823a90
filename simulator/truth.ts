import { type Range, SECOND_MS } from '../functions/monitor/timeline/time.ts';
import type { Traffic } from './traffic.ts';

/** The true counts, from the traffic itself and not from an answer. */
export interface Truth {
  readonly total: number;
  readonly byStatus: ReadonlyMap<string, number>;
  /** By account, then by status. */
  readonly byAccount: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By schema, then by status. */
  readonly bySchema: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/**
 * @param range epoch ms, by `field`, half-open
 * @param now epoch ms; later events are not counted, and events that settle later are in progress
 */
export function truthOf(
  traffic: Traffic,
  range: Range,
  field: 'createdAt' | 'timestamp',
  now: number,
): Truth {
  const byStatus = new Map<string, number>();
  const byAccount = new Map<string, Map<string, number>>();
  const bySchema = new Map<string, Map<string, number>>();
  let total = 0;
  const last = Math.ceil(range.end / SECOND_MS);
  for (let second = Math.floor(range.start / SECOND_MS); second < last; second++) {
    const events =
      field === 'createdAt' ? traffic.createdIn(second, now) : traffic.happenedIn(second, now);
    for (const event of events) {
      if (event[field] < range.start || event[field] >= range.end) continue;
      total++;
      increase(byStatus, event.status);
      increase(inner(byAccount, event.accountId), event.status);
      increase(inner(bySchema, event.schemaName), event.status);
    }
  }
  return { total, byStatus, byAccount, bySchema };
}

function inner(outer: Map<string, Map<string, number>>, key: string): Map<string, number> {
  const existing = outer.get(key);
  if (existing) return existing;
  const created = new Map<string, number>();
  outer.set(key, created);
  return created;
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
