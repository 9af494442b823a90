import { printable } from '../text/text.ts';
import { DAY_MS, isoTime } from '../timeline/time.ts';
import type { Counts } from './counts.ts';
import type { Piece } from './pieces.ts';

/** Finds entries of the ignore lists that are probably mistakes. */

/** An account or a schema whose events are counted apart and not evaluated. */
export interface IgnoreEntry {
  readonly name: string;
  /** The end of the entry, epoch ms: midnight UTC after its last day. `undefined`: it has no end. */
  readonly until: number | undefined;
}

/** Both ignore lists as they are written, with entries that have expired. */
export interface IgnoreEntries {
  readonly accounts: readonly IgnoreEntry[];
  readonly schemas: readonly IgnoreEntry[];
}

/** An entry without an event for so long is probably a mistake. */
const UNSEEN_MS = DAY_MS;
/** The same in a sentence. */
const UNSEEN = 'a day';

/** From the least to the most certain mistake. */
export const MISTAKES = ['unmatched', 'similar', 'expired'] as const;
type Mistake = (typeof MISTAKES)[number];

interface Remark {
  readonly mistake: Mistake;
  readonly sentence: string;
}

/** An entry as the monitor remembers it. Times are epoch ms. */
export interface KnownEntry {
  /** The list and the entry as it is written. */
  readonly entry: string;
  /** The watermark of the run that met it first. */
  readonly since: number;
  /** The end of the newest bucket with an event of it. */
  readonly matchedAt?: number | undefined;
  readonly said?: Mistake | undefined;
}

/** Sentences about the entries, from one count of a range. */
export function remarksOn(
  entries: IgnoreEntries,
  counts: Counts,
  range: { readonly start: number; readonly end: number },
): string[] {
  const isLong = range.end - range.start >= UNSEEN_MS;
  return listed(entries).flatMap(({ list, entry }) => {
    const isMatched = isNamed(entry, counts.ignoredNames[list]);
    const seen = { isMatched, isUnseen: isLong && !isMatched, names: counts[list].byName.keys() };
    return remarkOn(entry, list, seen, range.end)?.sentence ?? [];
  });
}

interface RunFacts {
  readonly entries: IgnoreEntries;
  readonly counted: readonly Pick<Piece, 'end' | 'counts'>[];
  /** The counts of the newest window; `undefined` where it was not evaluated. */
  readonly newest: Counts | undefined;
  readonly watermark: number;
  /** The scheduled time, epoch ms. */
  readonly at: number;
}

/** The entries, updated by the counts of this run, and the sentences that no earlier run has said. */
export function noteEntries(
  known: readonly KnownEntry[] = [],
  { entries, counted, newest, watermark, at }: RunFacts,
): { readonly known: KnownEntry[]; readonly remarks: string[] } {
  const remarks: string[] = [];
  const noted = listed(entries).map(({ list, entry }): KnownEntry => {
    const key = `${list} ${textOf(entry)}`;
    const before = known.find((candidate) => candidate.entry === key);
    const since = before?.since ?? watermark;
    const matchedAt = matchedIn(counted, entry, list, before?.matchedAt);
    const seen = {
      isMatched: matchedAt !== undefined,
      isUnseen: watermark - (matchedAt ?? since) >= UNSEEN_MS,
      names: newest?.[list].byName.keys() ?? [],
    };
    const remark = remarkOn(entry, list, seen, at);
    const isNew = remark !== undefined && MISTAKES.indexOf(remark.mistake) > saidUpTo(before?.said);
    if (isNew) remarks.push(remark.sentence);
    return { entry: key, since, matchedAt, said: isNew ? remark.mistake : before?.said };
  });
  return { known: noted, remarks };
}

/** The end of the newest piece with an event of an entry. Pieces are counted when they are read, so older ones are not. */
function matchedIn(
  counted: RunFacts['counted'],
  entry: IgnoreEntry,
  list: keyof IgnoreEntries,
  before: number | undefined,
): number | undefined {
  const newer = counted.filter(({ end }) => end > (before ?? 0));
  const newest = newer.findLast(({ counts }) => isNamed(entry, counts.ignoredNames[list]));
  return newest?.end ?? before;
}

function saidUpTo(said: Mistake | undefined): number {
  return said === undefined ? -1 : MISTAKES.indexOf(said);
}

interface Seen {
  /** An event of it was seen. */
  readonly isMatched: boolean;
  /** None was seen in {@link UNSEEN_MS}. */
  readonly isUnseen: boolean;
  /** The names that are not ignored. */
  readonly names: Iterable<string>;
}

function remarkOn(
  entry: IgnoreEntry,
  list: keyof IgnoreEntries,
  { isMatched, isUnseen, names }: Seen,
  at: number,
): Remark | undefined {
  const kind = list === 'accounts' ? 'account' : 'schema';
  const subject = `the ignore entry "${printable(textOf(entry), 200)}"`;
  if (entry.until !== undefined && entry.until <= at) {
    const sentence = `${subject} has expired, so the events of the ${kind} are evaluated again; remove the entry, or write a later last day`;
    return { mistake: 'expired', sentence };
  }
  if (isMatched && !isUnseen) return undefined;
  const similar = isMatched ? undefined : Iterator.from(names).find(isLike(entry.name));
  if (similar !== undefined) {
    const sentence = `${subject} differs from the ${kind} "${printable(similar, 200)}" only in case or blanks, and does not match it; write it in the same way to ignore that ${kind}`;
    return { mistake: 'similar', sentence };
  }
  if (!isUnseen) return undefined;
  const sentence = `${subject} matched no event in ${UNSEEN}; correct the ${kind}, or remove the entry`;
  return { mistake: 'unmatched', sentence };
}

function listed(entries: IgnoreEntries) {
  return (['accounts', 'schemas'] as const).flatMap((list) =>
    entries[list].map((entry) => ({ list, entry })),
  );
}

/** `acme`, `acme@2027-01-31` */
function textOf({ name, until }: IgnoreEntry): string {
  return until === undefined ? name : `${name}@${isoTime(until - DAY_MS).slice(0, 10)}`;
}

function isNamed({ name }: IgnoreEntry, names: Iterable<string>): boolean {
  return Iterator.from(names).some((seen) => seen.normalize() === name.normalize());
}

function isLike(name: string): (seen: string) => boolean {
  const essence = (text: string) => text.normalize().toLowerCase().replace(/\s/g, '');
  const wanted = essence(name);
  return (seen) => essence(seen) === wanted;
}
