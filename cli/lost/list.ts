import { counted, formatCount } from '../../functions/monitor/text/text.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import type { Surroundings } from '../terminal.ts';
import { type Fate, fateOf } from './event-fate.ts';
import {
  isRedoneBefore,
  isRedoneItself,
  type LostEvent,
  type Question,
  senderKey,
} from './lost-event.ts';
import { lostPages, NOT_BEGUN } from './lost-pages.ts';
import { createNotes } from './notes.ts';
import { NOTHING_PROVEN, type ProvenLists, proveLists } from './prove-lists.ts';
import type { LostRequest } from './read-lost-request.ts';
import type { ReadingTogai } from './reading-togai.ts';
import type { Found } from './report.ts';
import { ListFile } from './resume-file.ts';
import { increase, LostSums } from './sums.ts';

/** Where a list is kept, and the question that it answers. */
export interface OpenList {
  /** `undefined`: nowhere. */
  readonly file: ListFile | undefined;
  readonly question: Question;
  readonly proven: ProvenLists;
}

/** @param path of the file of the list; `undefined`: it is not kept @throws MonitorError */
export async function openList(
  path: string | undefined,
  togai: ReadingTogai,
  request: LostRequest,
  { signal }: Surroundings,
): Promise<OpenList> {
  const { question, asked, baseUrl, readAll } = request;
  const prove = () =>
    readAll ? Promise.resolve(NOTHING_PROVEN) : proveLists(togai, question, signal);
  if (path === undefined) return { file: undefined, question, proven: await prove() };
  const { range, redone } = question;
  const head = { togai: baseUrl, asked, range, until: redone?.until };
  const { list, proven, ...first } = await ListFile.open(path, head, prove);
  const asBegun = redone && { ...redone, until: first.until };
  return { file: list, question: { ...question, range: first.range, redone: asBegun }, proven };
}

/** Gets each lost event, and how it looks by now. */
type Take = (event: LostEvent, now: Fate) => Promise<void> | void;

/** A changed event may be lost still. */
const LOST_NOW: readonly Fate[] = ['lost', 'lost_again', 'duplicate', 'changed'];
/** Redone events that are on the bill are no rows of a list of lost ones. */
const BILLED: readonly Fate[] = ['redone', 'healed', 'sent_again'];

interface ListOptions {
  /** Whether the events of a complete list are looked up again, and those that were redone. */
  readonly lookUpAgain: boolean;
  readonly take: Take;
}

/**
 * Lists the lost events, those of an earlier run first. A complete list is not read again. Events
 * that were redone and are in no list are lost, or on a bill, or neither: each is looked up.
 *
 * @throws MonitorError; the reason of the signal when it aborts: a file then holds the events so
 * far
 */
export async function list(
  opened: OpenList,
  togai: ReadingTogai,
  { lookUpAgain, take }: ListOptions,
  around: Surroundings,
): Promise<Found> {
  const { file, question } = opened;
  const found = new Finding(question, take);
  const lookUp = createLookUps(togai, around);
  const again = lookUpAgain && file?.isComplete === true;
  for await (const event of file?.events() ?? []) {
    const isLookedUp = again || (lookUpAgain && isRedoneItself(event, question));
    const now = isLookedUp ? await lookUp(event) : fateKept(event, question);
    await found.take(event, now);
  }
  found.isLookedUp = again;
  if (!file?.isComplete) await readOn(found, opened, togai, around);
  const unseen = found.redoneUnseen();
  if (lookUpAgain && unseen.length > 0) {
    around.stderr.write(
      `Looking up ${counted(unseen.length, 'event')} that ${unseen.length === 1 ? 'was' : 'were'} redone\n`,
    );
  }
  for (const event of unseen) {
    await found.takeRedone(event, lookUpAgain ? await lookUp(event) : 'redone_before');
  }
  return found;
}

/** Reads the pages that are not in the file yet. */
async function readOn(
  found: Finding,
  { file, question, proven }: OpenList,
  togai: ReadingTogai,
  around: Surroundings,
): Promise<void> {
  const note = createNotes(around);
  let read = 0;
  const progress = file?.progress ?? NOT_BEGUN;
  for await (const page of lostPages(togai, question, proven, progress, around.signal)) {
    await file?.append(page);
    for (const event of page.events) await found.take(event, fateListed(event, question));
    found.note(page.malformed);
    read += page.read;
    note(
      () =>
        `${counted(read, 'event')} read so far, ${formatCount(found.sums.total)} of them lost (now in the list ${page.list})`,
    );
  }
  await file?.complete();
}

/** Looks events up one after another, and says now and then how many. */
function createLookUps(togai: ReadingTogai, around: Surroundings) {
  const note = createNotes(around);
  let lookedUp = 0;
  return async (event: LostEvent): Promise<Fate> => {
    if (!event.id) return 'lost';
    const found = await togai.lookUp(event.id, around.signal);
    lookedUp++;
    note(() => `${counted(lookedUp, 'event')} looked up so far`);
    return fateOf(event, found);
  };
}

/** The fate of an event that was just read. */
function fateListed(event: LostEvent, question: Question): Fate {
  return isRedoneBefore(event, question) ? 'lost_again' : 'lost';
}

/**
 * The fate of an event of a file that is not looked up. It may have been listed before it was
 * redone.
 */
function fateKept(event: LostEvent, question: Question): Fate {
  return isRedoneItself(event, question) ? 'redone_before' : fateListed(event, question);
}

class Finding implements Found {
  readonly range: Range;
  readonly redoneBefore: number;
  readonly sums = new LostSums();
  readonly fates = new Map<Fate, number>();
  isLookedUp = false;
  malformed = 0;
  malformedExample: string | undefined;
  readonly #take: Take;
  readonly #redone: ReadonlyMap<string, LostEvent>;
  readonly #seen = new Set<string>();

  constructor({ range, redone }: Question, take: Take) {
    this.range = range;
    this.#redone = redone?.events ?? new Map();
    this.redoneBefore = this.#redone.size;
    this.#take = take;
  }

  /** The events that were redone, and are not in the list. */
  redoneUnseen(): LostEvent[] {
    return [...this.#redone].flatMap(([key, event]) => (this.#seen.has(key) ? [] : [event]));
  }

  async takeRedone(event: LostEvent, now: Fate): Promise<void> {
    if (BILLED.includes(now) || now === 'redone_before') increase(this.fates, now);
    else await this.take(event, now);
  }

  async take(event: LostEvent, now: Fate): Promise<void> {
    const key = senderKey(event);
    if (this.#redone.has(key)) this.#seen.add(key);
    increase(this.fates, now);
    if (LOST_NOW.includes(now)) this.sums.add(event);
    await this.#take(event, now);
  }

  note(malformed: readonly string[]): void {
    this.malformed += malformed.length;
    this.malformedExample ??= malformed[0];
  }
}
