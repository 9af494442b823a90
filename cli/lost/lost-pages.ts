import { isEndOpen, openEnd } from '../../functions/monitor/counting/listing/end-of-list.ts';
import { NEW_SIEVE, sift } from '../../functions/monitor/counting/listing/repeated-pages.ts';
import { timeFilter } from '../../functions/monitor/counting/listing/time-filter.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { KNOWN_STATUSES } from '../../functions/monitor/events/status-groups.ts';
import type { EventQuery } from '../../functions/monitor/ports.ts';
import { isoTime, type Range } from '../../functions/monitor/timeline/time.ts';
import { isAllPassed, NO_ORDER_YET, orderAfter } from './end-of-range.ts';
import {
  isWanted,
  isWantedStatus,
  type LostEvent,
  type Question,
  rangeToRead,
  toLostEvent,
} from './lost-event.ts';
import { askedRange, isRefused, type ProvenLists, UNPROCESSED } from './prove-lists.ts';
import type { ReadingTogai } from './reading-togai.ts';

/** The list of all events, with any status. */
const ALL = 'ALL';

/** A page of a list, as far as it was asked for. */
export interface LostPage {
  /** The list that it is of: a status, `UNPROCESSED` or `ALL`. */
  readonly list: string;
  readonly events: readonly LostEvent[];
  /** Entries of the page, wanted or not. */
  readonly read: number;
  /** Entries that could not be read, in words. */
  readonly malformed: readonly string[];
  /** Names the next page; `undefined` where the list has been read. */
  readonly next: string | undefined;
}

/** How far the lists were read by an earlier run. */
export interface ListProgress {
  /** By list: the token of the next page; `undefined` where it has been read. */
  readonly lists: ReadonlyMap<string, string | undefined>;
  /** Statuses of the events that were found in the list `UNPROCESSED`. */
  readonly unprocessed: ReadonlySet<string>;
}

export const NOT_BEGUN: ListProgress = { lists: new Map(), unprocessed: new Set() };

/**
 * All lost events, page by page. Nothing is kept from one page to the next, so memory does not grow with their number.
 *
 * @throws TogaiError; the reason of `signal` once that is aborted
 */
export async function* lostPages(
  togai: ReadingTogai,
  question: Question,
  proven: ProvenLists,
  progress: ListProgress,
  signal: AbortSignal,
): AsyncGenerator<LostPage> {
  const unprocessed = new Set(progress.unprocessed);
  for (const list of listsFor(question, proven, unprocessed)) {
    const token = progress.lists.get(list);
    if (progress.lists.has(list) && token === undefined) continue;
    const request = { list, question, proven, token };
    for await (const page of orNone(request, togai, signal)) {
      if (list === UNPROCESSED) for (const { status } of page.events) unprocessed.add(status);
      yield page;
    }
  }
}

/**
 * The lists that together hold every event that is asked for. No document says which statuses Togai calls unprocessed, so a
 * status that is not found there has a list of its own.
 *
 * @param unprocessed statuses that were found there; grows as that list is read
 */
function* listsFor(
  question: Question,
  { byState, byStatus }: ProvenLists,
  unprocessed: ReadonlySet<string>,
): Generator<string> {
  // Statuses of these groups may be new. Only the list of all unprocessed events holds them.
  const mayBeNew = question.statuses.some((name) => name === 'failed' || name === 'unknown');
  if (!byStatus || (mayBeNew && !byState)) {
    yield ALL;
    return;
  }
  if (mayBeNew) yield UNPROCESSED;
  const raw = question.statuses.filter((name) => /^[A-Z]/.test(name));
  const known = KNOWN_STATUSES.filter((status) => isWantedStatus(status, question));
  for (const status of new Set([...known, ...raw])) {
    if (!unprocessed.has(status)) yield status;
  }
}

interface ListRequest {
  readonly list: string;
  readonly question: Question;
  readonly proven: ProvenLists;
  readonly token: string | undefined;
}

async function* pagesOf(
  { list, question, proven, token }: ListRequest,
  togai: ReadingTogai,
  signal: AbortSignal,
): AsyncGenerator<LostPage> {
  const range = rangeToRead(question);
  const asked = proven.byTime ? askedRange(range) : undefined;
  let sieve = NEW_SIEVE;
  let order = NO_ORDER_YET;
  for await (const answer of togai.pagesFrom(queryOf(list, question, proven), token, signal)) {
    const sifted = sift(sieve, answer, asked, asked && range);
    sieve = sifted.sieve;
    if (timeFilter(sieve.evidence, 'createdAt') !== 'createdAt') throw otherFilter(range);
    if (isEndOpen(answer)) throw openEnd(range, 'and it is read to its end');
    order = orderAfter(order, sifted.page.events);
    const isPassed = isAllPassed(order, range);
    const wanted = sifted.page.events.filter((event) => isWanted(event, question));
    yield {
      list,
      events: wanted.map((event) => toLostEvent(event, answer.payloads.get(event))),
      read: answer.events.length + answer.malformed.length,
      malformed: sifted.page.malformed.map(({ problem }) => problem),
      next: isPassed ? undefined : answer.nextToken,
    };
    if (isPassed) return;
  }
}

/**
 * A Togai that refuses the name of a status has no events with it. Any other refusal is an error.
 */
async function* orNone(
  request: ListRequest,
  togai: ReadingTogai,
  signal: AbortSignal,
): AsyncGenerator<LostPage> {
  const { list, token } = request;
  let isFirst = true;
  try {
    for await (const page of pagesOf(request, togai, signal)) {
      isFirst = false;
      yield page;
    }
  } catch (error) {
    if (!isFirst || !isRefused(error)) throw error;
    const isName = KNOWN_STATUSES.includes(list) && (await refusesName(list, togai, signal));
    if (isName) yield { list, events: [], read: 0, malformed: [], next: undefined };
    else throw token === undefined ? error : cannotGoOn(error);
  }
}

async function refusesName(
  status: string,
  togai: ReadingTogai,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for await (const _ of togai.pages({ status }, signal)) return false;
    return false;
  } catch (error) {
    if (isRefused(error)) return true;
    throw error;
  }
}

function cannotGoOn({ message }: TogaiError): TogaiError {
  return new TogaiError(
    'refused',
    `${message}: the page at which the list was interrupted may be gone; name another file with --resume, to begin again`,
  );
}

function queryOf(list: string, question: Question, proven: ProvenLists): EventQuery {
  const { accounts, schema } = question;
  const { start, end } = askedRange(rangeToRead(question));
  const [account] = accounts ?? [];
  return {
    ...(list !== ALL && { status: list }),
    ...(proven.byTime && { startTime: start, endTime: end }),
    ...(proven.byAccount && account !== undefined && { accountId: account }),
    ...(proven.bySchema && schema !== undefined && { schemaName: schema }),
  };
}

function otherFilter({ start, end }: Range): TogaiError {
  return new TogaiError(
    'uncountable',
    `GET /events was asked for ${isoTime(start)} to ${isoTime(end)} and lists events of other times, though it did not before: run it again with --read-all, which reads every list to its end`,
  );
}
