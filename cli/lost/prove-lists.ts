import { Listing } from '../../functions/monitor/counting/listing/read-pages.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { EventQuery, UsageEvents } from '../../functions/monitor/ports.ts';
import { DAY_MS, MINUTE_MS, type Range } from '../../functions/monitor/timeline/time.ts';
import { NOT_LOST, type Question } from './lost-event.ts';

/** The list of all events that Togai calls unprocessed. */
export const UNPROCESSED = 'UNPROCESSED';

/** So many pages may show how lists are filtered. */
const MAX_PAGES = 3;

/**
 * The filters that Togai's lists were seen to honour. No other filter is used: events that a list
 * leaves out would never be missed.
 */
export interface ProvenLists {
  /** `start_time` and `end_time` filter by `createdAt`. */
  readonly byTime: boolean;
  /** `status` takes the state `UNPROCESSED`. */
  readonly byState: boolean;
  /** `status` takes raw statuses. */
  readonly byStatus: boolean;
  readonly byAccount: boolean;
  readonly bySchema: boolean;
}

export const NOTHING_PROVEN: ProvenLists = {
  byTime: false,
  byState: false,
  byStatus: false,
  byAccount: false,
  bySchema: false,
};

/** A range as it is asked for: from one millisecond early, because the server may leave its bounds out. */
export function askedRange({ start, end }: Range): Range {
  return { start: start - 1, end };
}

/**
 * Tries the filters of lists, with a page or two for each.
 *
 * @throws TogaiError; the reason of `signal` once that is aborted
 */
export async function proveLists(
  togai: UsageEvents,
  { range, accounts, schema }: Question,
  signal: AbortSignal,
): Promise<ProvenLists> {
  // Of any time: a quiet range shows nothing.
  const all = await firstPage(togai, {}, signal);
  const ask = async (query: EventQuery, fits: (event: UsageEvent) => boolean) => {
    const events = await firstPage(togai, query, signal);
    return { events, isHonoured: isHonoured(events, all, fits) };
  };
  const state = await ask({ status: UNPROCESSED }, isUnprocessed);
  const example = state.events.find(isUnprocessed)?.status;
  const byStatus =
    example !== undefined &&
    (await ask({ status: example }, (each) => each.status === example)).isHonoured;
  const account = accounts?.length === 1 ? accounts[0] : undefined;
  const byAccount =
    account !== undefined &&
    (await ask({ accountId: account }, (each) => each.accountId === account)).isHonoured;
  const bySchema =
    schema !== undefined &&
    (await ask({ schemaName: schema }, (each) => each.schemaName === schema)).isHonoured;
  return {
    byTime: await isByCreatedAt(togai, range, all, signal),
    byState: state.isHonoured,
    byStatus,
    byAccount,
    bySchema,
  };
}

/** Whether the answers prove that a range is compared with `createdAt`. @param all some events of any time */
async function isByCreatedAt(
  togai: UsageEvents,
  range: Range,
  all: readonly UsageEvent[],
  signal: AbortSignal,
): Promise<boolean> {
  const listing = new Listing(togai, 'createdAt', false);
  let pages = 0;
  try {
    for await (const _ of listing.pagesOf(askedRange(range), range, signal)) {
      if (++pages >= MAX_PAGES || listing.timeFieldProven || listing.filter !== 'createdAt') break;
    }
    await listing.askForWitness(signal);
  } catch (error) {
    if (!isRefused(error)) throw error;
    return false;
  }
  if (listing.filter !== 'createdAt' || !listing.timeFieldProven) return false;
  return leavesOut(togai, all, signal);
}

/** Whether a range before some events leaves them out. The newest events fit a range that ends now, whether it is honoured or not. */
async function leavesOut(
  togai: UsageEvents,
  all: readonly UsageEvent[],
  signal: AbortSignal,
): Promise<boolean> {
  const times = all.flatMap(({ createdAt, timestamp = createdAt }) => [createdAt, timestamp]);
  if (times.length === 0) return false;
  const earliest = Math.min(...times);
  const before = { startTime: earliest - DAY_MS, endTime: earliest - MINUTE_MS };
  const events = await firstPage(togai, before, signal);
  return events.every(({ createdAt }) => createdAt < earliest);
}

/**
 * A filter is honoured where every event fits and others are there that do not. Without such others, a filter that is ignored
 * would look the same.
 */
function isHonoured(
  filtered: readonly UsageEvent[],
  all: readonly UsageEvent[],
  fits: (event: UsageEvent) => boolean,
): boolean {
  return filtered.length > 0 && filtered.every(fits) && !all.every(fits);
}

function isUnprocessed({ status }: UsageEvent): boolean {
  return !NOT_LOST.includes(groupOf(status));
}

/** @returns nothing where the query is refused */
async function firstPage(
  togai: UsageEvents,
  query: EventQuery,
  signal: AbortSignal,
): Promise<readonly UsageEvent[]> {
  try {
    for await (const { events } of togai.pages(query, signal)) return events;
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  return [];
}

export function isRefused(error: unknown): error is TogaiError {
  return error instanceof TogaiError && error.failure === 'refused';
}
