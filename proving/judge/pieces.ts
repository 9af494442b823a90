import type { StoredBucket } from '../history.ts';
import { BUCKET, HOUR } from '../world/scenario.ts';
import type { FoldedLook } from './look-book.ts';
import type { Rise } from './look-fold.ts';
import { overlaps, type Span } from './span.ts';
import { isOf, isProblem, isSettled } from './status-groups.ts';

type Counts = Map<string, number>;

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';

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
export function piecesIn(span: Span, sources: Sources): Piece[] {
  // Two pieces more on either side show whether the source changes there.
  const margin = 2 * HOUR;
  const wide = { start: span.start - margin, end: Math.min(span.end + margin, sources.until) };
  const parts = sources.looks
    .filter(({ since, end }) => overlaps({ start: since, end }, wide) && end <= sources.until)
    .flatMap(knownPartsOf)
    .filter((part) => overlaps(part, wide));
  const resolved = resolve(parts, wide, sources.get);
  return resolved.filter((piece) => overlaps(piece, span));
}

/** A look-piece and the listed buckets under it, or one of both alone. */
interface Place extends Span {
  readonly look: Piece | undefined;
  readonly listed: readonly Piece[];
}

function resolve(
  parts: readonly Piece[],
  wide: Span,
  get: (start: number) => StoredBucket | undefined,
): Piece[] {
  const places: Place[] = [];
  const ends = new Map(parts.map((part) => [part.start, part]));
  for (let start = wide.start; start < wide.end; ) {
    const look = ends.get(start);
    const end = look?.end ?? start + BUCKET;
    const listed: Piece[] = [];
    for (let bucket = start; bucket < end; bucket += BUCKET) {
      const stored = get(bucket);
      if (stored) listed.push(pieceOf(stored));
    }
    if (look || listed.length > 0) places.push({ start, end, look, listed });
    start = end;
  }
  return places.flatMap((place, index) => {
    if (!place.look) return place.listed;
    if (isAlone(place)) return [place.look];
    const near = [-2, -1, 1, 2].map((step) => places[index + step]);
    const isChange = near.some((other) => other && isAlone(other));
    return isChange ? [larger(place.look, place.listed)] : place.listed;
  });
}

/** Known by a look alone: a bucket that is missing or partial gives way to it. */
function isAlone({ look, listed, start, end }: Place): boolean {
  const whole = listed.filter(({ partial }) => !partial);
  return look !== undefined && whole.length < (end - start) / BUCKET;
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

/** A look is in many windows. */
const PARTS = new WeakMap<FoldedLook, readonly Piece[]>();

function knownPartsOf(look: FoldedLook): readonly Piece[] {
  const parts = PARTS.get(look) ?? partsOf(look);
  PARTS.set(look, parts);
  return parts;
}

/** The pieces of a look: it is cut at the hours inside it. */
function partsOf(look: FoldedLook): Piece[] {
  const { since, end, changes } = look;
  // It breaks `looks-in-order`, and it is no piece of time.
  if (since >= end) return [];
  const offset = (changes[0]?.label ?? 0) % HOUR;
  const cuts = [since];
  for (
    let cut = Math.floor((since - offset) / HOUR) * HOUR + offset + HOUR;
    cut < end;
    cut += HOUR
  ) {
    cuts.push(cut);
  }
  return cuts.map((start, index) => {
    const isFirst = index === 0;
    const partEnd = cuts[index + 1] ?? end;
    const isLast = partEnd === end;
    const isIn = ({ label }: Rise) => (isFirst || label >= start) && (isLast || label < partEnd);
    return partOf(look, { start, end: partEnd }, look.rises.filter(isIn));
  });
}

function partOf(look: FoldedLook, span: Span, rises: readonly Rise[]): Piece {
  const byStatus: Counts = new Map();
  const accounts = new Map<string, Group>();
  const schemas = new Map<string, Group>();
  const isIgnored = ignoredIn(look);
  for (const { scope, name, status, by } of netRises(rises, look)) {
    if (isOf('in_progress', status) || isIgnored(scope, name)) continue;
    const target =
      scope === 'all' ? byStatus : groupIn(scope === 'account' ? accounts : schemas, name).byStatus;
    if (by > 0) add(target, status, by);
    else if (scope === 'all' && isProblem(status)) add(byStatus, METERED, by);
  }
  for (const [status, events] of byStatus) byStatus.set(status, Math.max(0, events));
  for (const { byStatus: counts, withoutTotal } of [...accounts.values(), ...schemas.values()]) {
    if (counts.has(SETTLED)) continue;
    for (const [status, events] of counts) withoutTotal.set(status, events);
  }
  const isCut = (scope: string) => look.asked.some((one) => one.scope === scope && !one.complete);
  return {
    ...span,
    byLook: true,
    partial: false,
    byStatus,
    accounts,
    schemas,
    accountsTruncated: isCut('account'),
    schemasTruncated: isCut('schema'),
  };
}

/** Levels of ignored names are stored like all others, and no piece shows them, nor those that were ignored until this look. */
function ignoredIn({ exceptions }: FoldedLook): (scope: string, name: string) => boolean {
  const plain = exceptions.filter(({ sign }) => sign < 0);
  const names = {
    account: new Set(plain.flatMap(({ accounts }) => accounts)),
    schema: new Set(plain.flatMap(({ schema }) => schema ?? [])),
  };
  return (scope, name) => (scope === 'account' || scope === 'schema') && names[scope].has(name);
}

/** The rises without those of ignored events: what is left of a cell counts, so that the fall of one hides no rise of another. */
function netRises(rises: readonly Rise[], { exceptions }: FoldedLook): Rise[] {
  const signs = new Map<string | undefined, number>(exceptions.map(({ key, sign }) => [key, sign]));
  const net = new Map<string, Rise>();
  for (const rise of rises) {
    const [scope = '', key] = rise.scope.split('/');
    const sign = key === undefined ? 1 : (signs.get(key) ?? 0);
    const id = [rise.label, scope, rise.name, rise.status].join('\n');
    const before = net.get(id)?.by ?? 0;
    net.set(id, { ...rise, scope, by: before + sign * rise.by });
  }
  return [...net.values()];
}

/** The larger number of each cell. */
function larger(look: Piece, listed: readonly Piece[]): Piece {
  const sum: Piece = { ...look, byStatus: new Map(), accounts: new Map(), schemas: new Map() };
  for (const piece of listed) addPiece(sum, piece);
  for (const [status, events] of look.byStatus) raise(sum.byStatus, status, events);
  for (const kind of ['accounts', 'schemas'] as const) {
    for (const [name, { byStatus }] of look[kind]) {
      const group = groupIn(sum[kind], name);
      for (const [status, events] of byStatus) raise(group.byStatus, status, events);
    }
  }
  return sum;
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

function groupIn(groups: Map<string, Group>, name: string): Group {
  const group = groups.get(name) ?? { byStatus: new Map(), withoutTotal: new Map() };
  groups.set(name, group);
  return group;
}

function add(counts: Counts, status: string, events: number): void {
  counts.set(status, (counts.get(status) ?? 0) + events);
}

function raise(counts: Counts, status: string, events: number): void {
  counts.set(status, Math.max(counts.get(status) ?? 0, events));
}
