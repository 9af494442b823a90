import type { Range } from '../functions/monitor/timeline/time.ts';
import { createCounter, type TimeField } from './count.ts';
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
export function truthOf(traffic: Traffic, range: Range, field: TimeField, now: number): Truth {
  const byStatus = new Map<string, number>();
  const byAccount = new Map<string, Map<string, number>>();
  const bySchema = new Map<string, Map<string, number>>();
  let total = 0;
  for (const { accountId, schemaName, status, events } of createCounter(traffic, now)(
    range,
    field,
  )) {
    total += events;
    increase(byStatus, status, events);
    increase(inner(byAccount, accountId), status, events);
    increase(inner(bySchema, schemaName), status, events);
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

function increase(counts: Map<string, number>, key: string, events: number): void {
  counts.set(key, (counts.get(key) ?? 0) + events);
}
