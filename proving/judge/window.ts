import type { StoredBucket } from '../history.ts';
import type { Threshold } from '../world/scenario.ts';
import { type Calendar, endOf, type Span } from './calendar.ts';

type StatusCounts = ReadonlyMap<string, number>;

/** All buckets of a window together. */
export interface Window {
  /** The part of the window that was counted. */
  readonly span: Span;
  readonly isComplete: boolean;
  readonly byStatus: StatusCounts;
  readonly accounts: ReadonlyMap<string, StatusCounts>;
  readonly schemas: ReadonlyMap<string, StatusCounts>;
  readonly accountsTruncated: boolean;
  readonly schemasTruncated: boolean;
}

/** The windows that a run evaluates thresholds over. */
export interface Windows {
  spanAt(end: number, threshold: Threshold): Span;
  windowAt(end: number, threshold: Threshold): Window;
}

/** @param get a stored bucket by its start, as the run knows it */
export function windowsOf(
  calendar: Calendar,
  get: (start: number) => StoredBucket | undefined,
): Windows {
  const spanAt = (end: number, { operator }: Threshold) =>
    calendar.windowAt(end, operator.startsWith('<'));
  return {
    spanAt,
    windowAt(end, threshold) {
      const span = spanAt(end, threshold);
      const buckets = calendar.piecesOf(span).map((piece) => {
        const bucket = get(piece.start);
        return bucket && endOf(bucket) >= piece.end ? bucket : undefined;
      });
      // An hour that was open at that end may have been counted further since.
      const last = buckets.at(-1);
      return windowOf({ ...span, end: last ? Math.max(span.end, endOf(last)) : span.end }, buckets);
    },
  };
}

function windowOf(span: Span, buckets: readonly (StoredBucket | undefined)[]): Window {
  const byStatus = new Map<string, number>();
  const accounts = new Map<string, Map<string, number>>();
  const schemas = new Map<string, Map<string, number>>();
  for (const bucket of buckets) {
    if (!bucket) continue;
    addTo(byStatus, bucket.counts.byStatus);
    for (const [name, group] of bucket.counts.accounts.byName) {
      addTo(groupIn(accounts, name), group.byStatus);
    }
    for (const [name, group] of bucket.counts.schemas.byName) {
      addTo(groupIn(schemas, name), group.byStatus);
    }
  }
  return {
    span,
    isComplete: buckets.every((bucket) => bucket && !bucket.partial),
    byStatus,
    accounts,
    schemas,
    accountsTruncated: buckets.some((bucket) => bucket?.counts.accounts.truncated),
    schemasTruncated: buckets.some((bucket) => bucket?.counts.schemas.truncated),
  };
}

function groupIn(groups: Map<string, Map<string, number>>, name: string): Map<string, number> {
  const known = groups.get(name);
  if (known) return known;
  const group = new Map<string, number>();
  groups.set(name, group);
  return group;
}

function addTo(sums: Map<string, number>, byStatus: StatusCounts): void {
  for (const [status, events] of byStatus) sums.set(status, (sums.get(status) ?? 0) + events);
}
