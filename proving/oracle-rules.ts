import type { StoredBucket } from './history.ts';
import type { Span } from './oracle-calendar.ts';
import type { Rule } from './scenario.ts';

/**
 * What a rule says of a window, worked out from the written design and not from the product: the two must agree
 * without having seen each other.
 */

const GROUPS: Readonly<Record<string, (status: string) => boolean>> = {
  metered: (status) => status === 'INGESTION_COMPLETED_EVENT_METERED',
  unmetered: (status) =>
    status === 'INGESTION_COMPLETED_EVENT_NOT_METERED' ||
    status === 'INGESTION_COMPLETED_NO_MATCHING_METERS',
  failed: (status) =>
    status.startsWith('INGESTION_FAILED') && status !== 'INGESTION_FAILED_DUPLICATE_EVENT',
  duplicate: (status) => status === 'INGESTION_FAILED_DUPLICATE_EVENT',
  in_progress: (status) => status === 'INGESTION_IN_PROGRESS',
  reverted: (status) => status === 'REVERTED',
  total: () => true,
};

export function isOf(subject: string, status: string): boolean {
  const group = GROUPS[subject];
  if (group) return group(status);
  const [first = '', ...rest] = subject.split('*');
  return rest.length === 0 ? status === first : status.startsWith(first);
}

export function isSettled(status: string): boolean {
  return !isOf('in_progress', status) && !isOf('reverted', status);
}

type StatusCounts = ReadonlyMap<string, number>;

function sumOf(byStatus: StatusCounts, matches: (status: string) => boolean): number {
  let sum = 0;
  for (const [status, events] of byStatus) if (matches(status)) sum += events;
  return sum;
}

/** All buckets of a window together. */
export interface Window {
  /** What was counted of it. */
  readonly span: Span;
  readonly whole: boolean;
  readonly byStatus: StatusCounts;
  readonly accounts: ReadonlyMap<string, StatusCounts>;
  readonly schemas: ReadonlyMap<string, StatusCounts>;
  /** Not all of them are known. */
  readonly accountsTruncated: boolean;
  readonly schemasTruncated: boolean;
}

export function windowOf(span: Span, buckets: readonly (StoredBucket | undefined)[]): Window {
  const byStatus = new Map<string, number>();
  const accounts = new Map<string, Map<string, number>>();
  const schemas = new Map<string, Map<string, number>>();
  let whole = true;
  let accountsTruncated = false;
  let schemasTruncated = false;
  for (const bucket of buckets) {
    if (!bucket || bucket.partial) whole = false;
    if (!bucket) continue;
    accountsTruncated ||= bucket.counts.accounts.truncated;
    schemasTruncated ||= bucket.counts.schemas.truncated;
    addTo(byStatus, bucket.counts.byStatus);
    for (const [groups, of] of [
      [accounts, bucket.counts.accounts],
      [schemas, bucket.counts.schemas],
    ] as const) {
      for (const [name, { byStatus }] of of.byName) {
        let group = groups.get(name);
        if (!group) {
          group = new Map();
          groups.set(name, group);
        }
        addTo(group, byStatus);
      }
    }
  }
  return { span, whole, byStatus, accounts, schemas, accountsTruncated, schemasTruncated };
}

function addTo(sums: Map<string, number>, byStatus: StatusCounts): void {
  for (const [status, events] of byStatus) sums.set(status, (sums.get(status) ?? 0) + events);
}

export interface Opinion {
  readonly state: 'ok' | 'breached' | 'insufficient';
  readonly value: number;
  /** Of a rule by account or schema that is breached: who crossed. */
  readonly groups: readonly string[];
  /** There is too little traffic to evaluate. */
  readonly tooFew: boolean;
}

/** @param firing the groups that its alert is about now */
export function opinionOf(
  rule: Rule,
  window: Window,
  minimumEvents: number,
  firing: readonly string[],
): Opinion {
  const doubtful = isDoubtful(rule, window);
  if (!rule.by) return measure(rule, window.byStatus, doubtful, minimumEvents);
  const isAccount = rule.by === 'account';
  const groups = isAccount ? window.accounts : window.schemas;
  // Somebody who is not named could have crossed, and whoever is named may have more.
  const truncated = isAccount ? window.accountsTruncated : window.schemasTruncated;
  const opinions = [...groups].map(
    ([name, byStatus]) =>
      [name, measure(rule, byStatus, doubtful || truncated, minimumEvents)] as const,
  );
  const breached = opinions.filter(([, { state }]) => state === 'breached');
  const highest = (of: typeof opinions) => Math.max(0, ...of.map(([, { value }]) => value));
  if (breached.length > 0) {
    const names = breached.map(([name]) => name);
    return { state: 'breached', value: highest(breached), groups: names, tooFew: false };
  }
  const value = highest(opinions.filter(([, { state }]) => state === 'ok'));
  if (doubtful || truncated) return { state: 'insufficient', value, groups: [], tooFew: false };
  // Of those that the alert is about it must be known that they are better.
  const tooFew = firing.some((name) => {
    const byStatus = groups.get(name);
    if (!byStatus) return rule.unit === 'percent';
    return measure(rule, byStatus, doubtful, minimumEvents).tooFew;
  });
  return { state: tooFew ? 'insufficient' : 'ok', value, groups: [], tooFew };
}

/** Whether shares are of all events, those in progress included. */
export function isAboutAll({ subject }: Rule): boolean {
  return isOf(subject, 'INGESTION_IN_PROGRESS') || isOf(subject, 'REVERTED');
}

function isDoubtful(rule: Rule, { whole, byStatus }: Window): boolean {
  if (!whole) return true;
  if (isAboutAll(rule)) return false;
  if (rule.unit === 'events' && rule.operator.startsWith('<')) return false;
  const all = sumOf(byStatus, () => true);
  return sumOf(byStatus, (status) => isOf('in_progress', status)) > all / 10;
}

function measure(
  rule: Rule,
  byStatus: StatusCounts,
  doubtful: boolean,
  minimumEvents: number,
): Opinion {
  const events = sumOf(byStatus, (status) => isOf(rule.subject, status));
  const opinion = (state: Opinion['state'], value: number, tooFew = false): Opinion => ({
    state,
    value,
    groups: [],
    tooFew,
  });
  if (rule.unit === 'events') {
    const breached = isBeyond(rule, events);
    if (breached && rule.operator.startsWith('>')) return opinion('breached', events);
    if (doubtful) return opinion('insufficient', events);
    return opinion(breached ? 'breached' : 'ok', events);
  }
  const base = sumOf(byStatus, isAboutAll(rule) ? () => true : isSettled);
  const value = base === 0 ? 0 : (100 * events) / base;
  if (doubtful) return opinion('insufficient', value);
  if (base < minimumEvents || base === 0) return opinion('insufficient', value, true);
  return opinion(isBeyond(rule, value) ? 'breached' : 'ok', value);
}

function isBeyond({ operator, limit }: Rule, value: number): boolean {
  switch (operator) {
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
  }
}
