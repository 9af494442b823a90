import type { StoredBucket } from '../history.ts';
import { BUCKET } from '../world/scenario.ts';
import type { FoldedLook } from './look-book.ts';
import { knownStretchesOf } from './look-parts.ts';
import { addPiece, type Counts, type Group, METERED, type Piece, SETTLED } from './piece.ts';
import { floorTo, overlaps, type Span } from './span.ts';
import { isSettled } from './status-groups.ts';

/** So many looks on each side of a change of the source are counted both ways. */
const NEAR = 2;

/** What is known of the timeline. */
export interface Sources {
  /** A stored bucket by its start. */
  readonly get: (start: number) => StoredBucket | undefined;
  /** Oldest first. */
  readonly looks: readonly FoldedLook[];
  /** What comes later is not counted yet. */
  readonly until: number;
}

/** The pieces that overlap a span, oldest first. */
export function piecesIn(span: Span, { get, looks, until }: Sources): Piece[] {
  const stretches = nearIn(span, looks, until).flatMap(knownStretchesOf);
  const listed = stretches.map((stretch) => listedIn(stretch, get));
  const pieces = stretches.flatMap(({ parts }, index) => {
    const buckets = listed[index];
    if (!buckets) return parts;
    const near = listed.slice(Math.max(0, index - NEAR), index + NEAR + 1);
    return near.every(Boolean) ? buckets : parts.map((part) => larger(part, buckets));
  });
  for (let start = floorTo(BUCKET, span.start); start < span.end; start += BUCKET) {
    const bucket = get(start);
    const isCovered = stretches.some((stretch) => start >= stretch.start && start < stretch.end);
    if (bucket && !isCovered && start < until) pieces.push(pieceOf(bucket));
  }
  return pieces.filter((piece) => overlaps(piece, span)).sort((a, b) => a.start - b.start);
}

/** The looks of a span, and those beside it that show whether the source changes there. */
function nearIn(span: Span, looks: readonly FoldedLook[], until: number): readonly FoldedLook[] {
  const known = looks.filter(({ end }) => end <= until);
  const isIn = ({ since, end }: FoldedLook) => overlaps({ start: since, end }, span);
  const first = known.findIndex(isIn);
  return first < 0
    ? []
    : known.slice(Math.max(0, first - NEAR), known.findLastIndex(isIn) + NEAR + 1);
}

/** The listed buckets of a stretch; `undefined` where one is missing or partial: then its look alone knows it. */
function listedIn({ start, end }: Span, get: Sources['get']): Piece[] | undefined {
  const listed: Piece[] = [];
  for (let bucket = start; bucket < end; bucket += BUCKET) {
    const stored = get(bucket);
    if (!stored || stored.partial) return undefined;
    listed.push(pieceOf(stored));
  }
  return listed;
}

function pieceOf({ start, partial, counts }: StoredBucket): Piece {
  const groups = ({ byName }: typeof counts.accounts) =>
    new Map([...byName].map(([name, { byStatus }]) => [name, listedGroup(byStatus)]));
  return {
    start,
    end: start + BUCKET,
    byLook: false,
    partial,
    byStatus: new Map(counts.byStatus),
    accounts: groups(counts.accounts),
    schemas: groups(counts.schemas),
    accountsTruncated: counts.accounts.truncated,
    schemasTruncated: counts.schemas.truncated,
  };
}

function listedGroup(byStatus: ReadonlyMap<string, number>): Group {
  let settled = 0;
  for (const [status, events] of byStatus) if (isSettled(status)) settled += events;
  return { byStatus: new Map([...byStatus, [SETTLED, settled]]), withoutTotal: new Map() };
}

/** The larger number of each cell. */
function larger(look: Piece, listed: readonly Piece[]): Piece {
  const counts = { byStatus: new Map(), accounts: new Map(), schemas: new Map() };
  const sum: Piece = { ...look, byLook: false, ...counts };
  for (const piece of listed) if (overlaps(piece, look)) addPiece(sum, piece);
  for (const [status, events] of look.byStatus) raise(sum.byStatus, status, events);
  for (const kind of ['accounts', 'schemas'] as const) {
    for (const [name, group] of look[kind]) {
      const known = sum[kind].get(name);
      sum[kind].set(name, known ? { ...known, byStatus: largerOf(known, group) } : group);
    }
  }
  return sum;
}

/** Metered events of a look are those that are settled and not counted otherwise. */
function largerOf(one: Group, other: Group): Counts {
  const metered = Math.max(0, meteredIn(one), meteredIn(other));
  const byStatus = new Map(one.byStatus);
  for (const [status, events] of other.byStatus) raise(byStatus, status, events);
  byStatus.set(SETTLED, 0);
  byStatus.set(SETTLED, metered - meteredIn({ byStatus }));
  return byStatus;
}

function meteredIn({ byStatus }: Pick<Group, 'byStatus'>): number {
  let metered = byStatus.get(SETTLED) ?? 0;
  for (const [status, events] of byStatus) {
    if (status !== SETTLED && status !== METERED && isSettled(status)) metered -= events;
  }
  return metered;
}

function raise(counts: Counts, status: string, events: number): void {
  counts.set(status, Math.max(counts.get(status) ?? 0, events));
}
