import type { BucketRecord } from '../events/bucket-record.ts';
import type { Counts } from '../events/counts.ts';
import { ALL, type Exception, type LookRecord } from '../events/look-record.ts';
import { mergeCounts } from '../events/merge-counts.ts';
import type { Piece, Pieces } from '../events/pieces.ts';
import { IN_PROGRESS } from '../events/status-groups.ts';
import { BUCKET_MS, bucketStart, bucketsOf } from '../timeline/bucket.ts';
import type { Range } from '../timeline/time.ts';
import { largerCounts } from './larger-counts.ts';
import { scopeOf } from './metrics/changes-of-totals.ts';
import { foldLooks } from './metrics/fold-looks.ts';
import { type Levels, overlaps } from './metrics/levels.ts';
import type { LookPiece } from './metrics/look-pieces.ts';

/** So many pieces on each side of a change of the source are counted both ways. */
export const NEAR_CHANGE = 2;

/**
 * Joins the list with the looks at Togai metrics. Listed buckets stand where there are any. Beside
 * a stretch that looks alone know, the source changed. An event that was under way then may be in
 * one count only, so the larger numbers stand.
 *
 * @param end of the newest bucket to be evaluated, epoch ms; later pieces are left out
 */
export function piecesOf(
  buckets: Iterable<BucketRecord>,
  looks: readonly LookRecord[],
  end: number,
): Pieces {
  const listed = new Map([...buckets].map((record) => [record.start, record]));
  const ordered = looks.filter((look) => look.end <= end).sort((a, b) => a.end - b.end);
  const { levels, pieces: ofLooks } = foldLooks(ordered);
  const isListed = ofLooks.map((piece) => bucketsIn(piece, listed) !== undefined);
  const list: Piece[] = [];
  const covered = new Set<number>();
  for (const [index, piece] of ofLooks.entries()) {
    for (const { start } of bucketsOf(piece)) covered.add(start);
    const ofBuckets = bucketsIn(piece, listed);
    const near = isListed.slice(Math.max(0, index - NEAR_CHANGE), index + NEAR_CHANGE + 1);
    if (!ofBuckets) list.push(...piece.parts);
    else if (near.every(Boolean)) list.push(...ofBuckets.map(pieceOf));
    else list.push(...bothWays(piece, ofBuckets));
  }
  for (const record of listed.values()) {
    if (!covered.has(record.start) && record.start < end) list.push(pieceOf(record));
  }
  list.sort((a, b) => a.start - b.start);
  const newest = ordered.at(-1);
  const isByLooks = isListed.at(-1) === false && list.at(-1)?.end === newest?.end;
  const hours = isByLooks ? inProgressByHour(levels, newest?.exceptions ?? []) : undefined;
  return { list, inProgressIn: (range) => hours && inProgressIn(hours, range) };
}

/** The listed buckets of a piece; `undefined` where one is missing or a lower bound. */
function bucketsIn(
  { start, end }: Range,
  listed: ReadonlyMap<number, BucketRecord>,
): BucketRecord[] | undefined {
  const found: BucketRecord[] = [];
  for (const bucket of bucketsOf({ start, end })) {
    const record = listed.get(bucket.start);
    if (!record || record.partial) return undefined;
    found.push(record);
  }
  return found;
}

/** A piece by the larger numbers. It is cut where an hour begins, as other pieces are, if a bucket begins there too. */
function bothWays(piece: LookPiece, records: readonly BucketRecord[]): Piece[] {
  const join = ({ start, end }: Range, parts: readonly Piece[]): Piece => {
    const within = records.filter((record) => record.start >= start && record.start < end);
    return { start, end, partial: false, counts: larger(within, parts) };
  };
  const isCut = piece.parts.every(({ start }) => start === bucketStart(start));
  return isCut ? piece.parts.map((part) => join(part, [part])) : [join(piece, piece.parts)];
}

function larger(records: readonly BucketRecord[], parts: readonly Piece[]): Counts {
  const counts = (all: readonly { readonly counts: Counts }[]) =>
    mergeCounts(all.map((each) => each.counts));
  return largerCounts(counts(records), counts(parts));
}

function pieceOf({ start, counts, partial }: BucketRecord): Piece {
  return { start, end: start + BUCKET_MS, counts, partial };
}

interface InProgress {
  readonly label: number;
  readonly events: number;
  readonly of: number;
}

/** The newest numbers, without ignored events. */
export function inProgressByHour(
  levels: Levels,
  exceptions: readonly Exception[],
  labels: Iterable<number> = levels.labels(),
): InProgress[] {
  const scopes = [
    { scope: ALL, sign: 1 },
    ...exceptions.map((exception) => ({ scope: scopeOf(ALL, exception), sign: exception.sign })),
  ];
  return [...labels].map((label) => {
    let events = 0;
    let of = 0;
    for (const { scope, sign } of scopes) {
      const cell = { label, scope, name: '', status: IN_PROGRESS };
      events += sign * (levels.level(cell) ?? 0);
      of += sign * levels.sumOf(label, scope);
    }
    return { label, events, of };
  });
}

export function inProgressIn(hours: readonly InProgress[], range: Range) {
  let events = 0;
  let of = 0;
  for (const hour of hours) {
    if (!overlaps(hour.label, range)) continue;
    events += hour.events;
    of += hour.of;
  }
  return { events: Math.max(0, events), of: Math.max(0, of) };
}
