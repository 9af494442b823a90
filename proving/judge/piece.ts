import type { Span } from './span.ts';

export type Counts = Map<string, number>;

export const METERED = 'INGESTION_COMPLETED_EVENT_METERED';

/** The status that stands for all settled events. */
export const SETTLED = '*';

/** The counts of an account or a schema. */
export interface Group {
  readonly byStatus: Counts;
  /** The part of them that is in no share. */
  readonly withoutTotal: Counts;
}

/** A stretch of the timeline with its counts. */
export interface Piece extends Span {
  readonly byLook: boolean;
  readonly partial: boolean;
  readonly byStatus: Counts;
  readonly accounts: Map<string, Group>;
  readonly schemas: Map<string, Group>;
  readonly accountsTruncated: boolean;
  readonly schemasTruncated: boolean;
}

/** Adds the counts of a piece to those of another one. */
export function addPiece(
  target: Pick<Piece, 'byStatus' | 'accounts' | 'schemas'>,
  { byStatus, accounts, schemas }: Piece,
): void {
  for (const [status, events] of byStatus) add(target.byStatus, status, events);
  for (const [groups, into] of [
    [accounts, target.accounts],
    [schemas, target.schemas],
  ] as const) {
    for (const [name, counts] of groups) {
      const group = groupIn(into, name);
      for (const [status, events] of counts.byStatus) add(group.byStatus, status, events);
      for (const [status, events] of counts.withoutTotal) add(group.withoutTotal, status, events);
    }
  }
}

export function groupIn(groups: Map<string, Group>, name: string): Group {
  const group = groups.get(name) ?? { byStatus: new Map(), withoutTotal: new Map() };
  groups.set(name, group);
  return group;
}

export function add(counts: Counts, status: string, events: number): void {
  counts.set(status, (counts.get(status) ?? 0) + events);
}
