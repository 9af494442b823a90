import { HOUR, MINUTE } from '../world/scenario.ts';
import type { Threshold, WorldSettings } from '../world/world-settings.ts';
import type { LookBook } from './look-book.ts';
import { addPiece, type Group, type Piece } from './piece.ts';
import { piecesIn, type Sources } from './pieces.ts';
import { overlaps, type Span } from './span.ts';
import { isOf } from './status-groups.ts';

type StatusCounts = ReadonlyMap<string, number>;

/** Events in progress now, and all events of the same hours. */
export interface Gauge {
  readonly inProgress: number;
  readonly all: number;
}

/** All pieces of a window together. */
export interface Window {
  /** From the start of its first piece to the end of its last one. */
  readonly span: Span;
  /** It is longer than `WindowMinutes`. */
  readonly isLonger: boolean;
  readonly isComplete: boolean;
  readonly byStatus: StatusCounts;
  readonly accounts: ReadonlyMap<string, Group>;
  readonly schemas: ReadonlyMap<string, Group>;
  readonly accountsTruncated: boolean;
  readonly schemasTruncated: boolean;
  /** `undefined` where the newest time was listed: then events in progress are among the counts. */
  readonly gauge: Gauge | undefined;
}

/** The timeline as a run knows it. */
export interface TimelineView extends Sources {
  readonly gaugeOf: (isWanted: (label: number) => boolean) => Gauge;
}

/** The window of all thresholds that ends at a time. */
export function windowAt(
  end: number,
  { windowMinutes }: WorldSettings,
  view: TimelineView,
): Window {
  const asked = { start: end - windowMinutes * MINUTE, end };
  const pieces = piecesIn(asked, view);
  const first = pieces[0] ?? asked;
  const span = { start: Math.min(first.start, asked.start), end };
  const sum = {
    byStatus: new Map<string, number>(),
    accounts: new Map<string, Group>(),
    schemas: new Map<string, Group>(),
  };
  for (const piece of pieces) addPiece(sum, piece);
  // Where the newest time is listed, events in progress are those of the list.
  const newest = piecesIn({ start: view.until - 1, end: view.until }, view).at(-1);
  const gauge = newest?.byLook
    ? view.gaugeOf((label) => overlaps({ start: label, end: label + HOUR }, span))
    : undefined;
  if (gauge) sum.byStatus.set('INGESTION_IN_PROGRESS', gauge.inProgress);
  return {
    span,
    isLonger: span.start < asked.start,
    isComplete: isWhole(pieces, asked),
    ...sum,
    accountsTruncated: pieces.some(({ accountsTruncated }) => accountsTruncated),
    schemasTruncated: pieces.some(({ schemasTruncated }) => schemasTruncated),
    gauge,
  };
}

function isWhole(pieces: readonly Piece[], { start, end }: Span): boolean {
  let reached = start;
  for (const piece of pieces) {
    if (piece.start > reached || piece.partial) return false;
    reached = Math.max(reached, piece.end);
  }
  return reached >= end;
}

/** The part of a threshold's subject that is a gauge, and no sum. */
export function isGauge({ subject }: Threshold): boolean {
  return isOf(subject, 'INGESTION_IN_PROGRESS') && subject !== 'total';
}

/** The events in progress of some hours, without ignored ones. */
export function gaugeOf(looks: LookBook, isWanted: (label: number) => boolean): Gauge {
  let inProgress = 0;
  let all = 0;
  const exceptions = looks.newest?.exceptions ?? [];
  const scopes = [
    { scope: 'all', sign: 1 },
    ...exceptions.map(({ key, sign }) => ({ scope: `all/${key}`, sign })),
  ];
  for (const { scope, sign } of scopes) {
    for (const { status, value } of looks.levelsOf(scope, isWanted)) {
      all += sign * value;
      if (isOf('in_progress', status)) inProgress += sign * value;
    }
  }
  return { inProgress, all };
}
