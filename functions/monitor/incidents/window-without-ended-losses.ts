import { type Counts, increase } from '../events/counts.ts';
import type { CountedWindow } from '../thresholds/window.ts';
import type { Incident } from './incident.ts';
import type { LossPiece } from './losses.ts';
import { type Forgiven, forgive } from './subtract-ended-losses.ts';

/** A window in which the losses of incidents that have ended, and of ignored accounts, do not count. */
export interface FreshWindow {
  readonly whole: boolean;
  readonly isLonger: boolean;
  readonly counts: Counts;
  /** Oldest first. */
  readonly pieces: readonly LossPiece[];
}

/** Losses that an incident, or an account of it, had when it ended. */
interface Ending {
  readonly isOwn: (name: string) => boolean;
  /** Lost events without a known account are part of it. */
  readonly hasUnnamed: boolean;
  /** The window end at which the end was seen. */
  readonly seenAt: number;
  /** How many of its lost events of a piece were counted by then. */
  readonly countedIn: (piece: LossPiece) => number;
}

/**
 * @param pieces those of the window, oldest first
 * @param before the incidents of this subject
 * @param ignored accounts that are not evaluated
 */
export function freshWindow(
  { whole, isLonger, counts, window }: CountedWindow,
  pieces: readonly LossPiece[],
  before: readonly Incident[],
  { matches, ignored }: { matches: (status: string) => boolean; ignored: ReadonlySet<string> },
): FreshWindow {
  const endings = endingsOf(before, ignored).filter(({ seenAt }) => seenAt > window.start);
  if (endings.length === 0) return { whole, isLonger, counts, pieces };
  const forgiven = {
    lost: 0,
    byAccount: new Map<string, number>(),
    bySchema: new Map<string, number>(),
  };
  let namedEarly = 0;
  const fresh = pieces.map((piece) => {
    const { unnamed, ...all } = forgivenIn(piece, endings);
    // Names are asked for a moment after the sums. So a named event may be without a name in the
    // sum of a later piece.
    const namedBefore = Math.min(namedEarly, piece.unnamed);
    namedEarly += Math.max(0, all.lost - piece.lost) - namedBefore;
    const lost = Math.min(all.lost, piece.lost) + Math.min(namedBefore, unnamed);
    const own = { ...all, lost };
    forgiven.lost += lost;
    for (const [name, lost] of own.byAccount) increase(forgiven.byAccount, name, lost);
    for (const [name, lost] of own.bySchema) increase(forgiven.bySchema, name, lost);
    return without(piece, own);
  });
  return { whole, isLonger, counts: forgive(counts, matches, forgiven), pieces: fresh };
}

/** Ends of some accounts first, then ends of all others. */
function endingsOf(incidents: readonly Incident[], ignored: ReadonlySet<string>): Ending[] {
  const ended = incidents.filter(({ end }) => end);
  const open = incidents.filter(({ end }) => !end);
  return [
    ...ignoredEver(ignored),
    ...mendedIn(open),
    ...ended.filter(({ others }) => !others).map((incident) => endingOf(incident, open)),
    ...ended.filter(({ others }) => others).map((incident) => endingOf(incident, open)),
    ...open.flatMap(({ others }): Ending[] => {
      const seenAt = others?.mendedAt;
      if (seenAt === undefined) return [];
      return [{ isOwn: isNobodys(open, seenAt), hasUnnamed: true, seenAt, countedIn: all }];
    }),
  ];
}

const all = () => Number.POSITIVE_INFINITY;

/** An account that is ignored from now on may have been counted before. */
function ignoredEver(ignored: ReadonlySet<string>): Ending[] {
  if (ignored.size === 0) return [];
  const seenAt = Number.POSITIVE_INFINITY;
  return [{ isOwn: (name) => ignored.has(name), hasUnnamed: false, seenAt, countedIn: all }];
}

/** Accounts that are mended while their incident goes on. */
function mendedIn(open: readonly Incident[]): Ending[] {
  const mended = open.flatMap(({ accounts }) =>
    accounts.flatMap(({ name, mendedAt }) => (mendedAt === undefined ? [] : { name, mendedAt })),
  );
  return [...Map.groupBy(mended, ({ mendedAt }) => mendedAt)].map(([seenAt, accounts]) => {
    const names = new Set(accounts.map(({ name }) => name));
    return { isOwn: (name) => names.has(name), hasUnnamed: false, seenAt, countedIn: all };
  });
}

function endingOf({ accounts, others, end }: Incident, open: readonly Incident[]): Ending {
  const names = new Set(accounts.map(({ name }) => name));
  const seenAt = end?.seenAt ?? 0;
  return {
    isOwn: others ? isNobodys(open, seenAt) : (name) => names.has(name),
    hasUnnamed: others !== undefined,
    seenAt,
    countedIn: (piece) => countedBy(end?.counted ?? [], piece),
  };
}

/** Accounts that no open incident had by name at a time. */
function isNobodys(open: readonly Incident[], time: number): Ending['isOwn'] {
  const owned = new Set(
    open.flatMap(({ accounts }) =>
      accounts.flatMap(({ name, joinedAt, mendedAt }) =>
        joinedAt <= time && mendedAt === undefined ? name : [],
      ),
    ),
  );
  return (name) => !owned.has(name);
}

/** Buckets may have been joined to longer pieces since, or the other way round. */
function countedBy(
  counted: readonly (readonly [start: number, events: number])[],
  { start, end }: LossPiece,
): number {
  let sum = 0;
  for (const [bucket, events] of counted) if (bucket >= start && bucket < end) sum += events;
  return sum;
}

/** @returns with the lost events of nobody that are left */
function forgivenIn(
  piece: LossPiece,
  endings: readonly Ending[],
): Forgiven & { readonly unnamed: number } {
  const byAccount = new Map<string, number>();
  let forgiven = 0;
  let unnamed = piece.unnamed;
  for (const { isOwn, hasUnnamed, seenAt, countedIn } of endings) {
    if (piece.start >= seenAt) continue;
    const losing = [...piece.accounts].flatMap(([name, { lost }]) => {
      const left = lost - (byAccount.get(name) ?? 0);
      return left > 0 && isOwn(name) ? [[name, left] as const] : [];
    });
    const lost = losing.reduce((sum, [, events]) => sum + events, hasUnnamed ? unnamed : 0);
    const later = Math.max(0, lost - countedIn(piece));
    // It is not known which account lost the later ones, so each may have lost all of them.
    for (const [name, events] of losing) {
      const known = Math.max(0, events - later);
      increase(byAccount, name, known);
    }
    if (hasUnnamed) unnamed = Math.min(unnamed, later);
    forgiven += lost - later;
  }
  const bySchema = new Map<string, number>();
  for (const [name, lost] of piece.schemas) bySchema.set(name, Math.min(lost, forgiven));
  return { lost: forgiven, byAccount, bySchema, unnamed };
}

function without(piece: LossPiece, { lost, byAccount }: Forgiven): LossPiece {
  // A name may be counted before its sum: then only the name is taken out.
  if (lost === 0 && byAccount.size === 0) return piece;
  const accounts = new Map(piece.accounts);
  for (const [name, events] of byAccount) {
    const loss = accounts.get(name);
    if (loss) accounts.set(name, { ...loss, lost: loss.lost - events });
  }
  return { ...piece, accounts, lost: piece.lost - lost };
}
