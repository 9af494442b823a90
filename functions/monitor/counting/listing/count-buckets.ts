import { TogaiError } from '../../errors.ts';
import type { UsageEvents } from '../../ports.ts';
import type { Count } from '../count-result.ts';
import { BucketStates } from './bucket-states.ts';
import { countAllEvents } from './count-all-events.ts';
import { ListQueryCount, OtherFilter } from './count-list-queries.ts';
import type { CountRequest } from './count-request.ts';
import { Listing } from './read-pages.ts';

/**
 * Counts buckets. One query lists all of them. It is cut into parts only where a page shows that
 * this is worth a request. Pages are counted and dropped. A bucket is complete or it is not;
 * nothing in between is called a count.
 *
 * @throws the reason of `signal` once that is aborted; any error of `onBucket`
 */
export function count(events: UsageEvents, request: CountRequest): Promise<Count> {
  return countBuckets(events, request, false);
}

/**
 * Counts all of the buckets, or throws. If `softDeadline` ends it, it returns the counts by then.
 *
 * @throws TogaiError; the reason of `signal` once that is aborted
 */
export async function countAll(events: UsageEvents, request: CountRequest): Promise<Count> {
  const result = await countBuckets(events, request, true);
  if (result.stopped) throw result.stopped;
  return result;
}

async function countBuckets(
  events: UsageEvents,
  request: CountRequest,
  allOrNothing: boolean,
): Promise<Count> {
  const { timeField = 'createdAt', isTimeFieldKnown = false } = request;
  const listing = new Listing(events, timeField, isTimeFieldKnown);
  const states = new BucketStates(request);
  // Each pass either counts every bucket under one filter, or shows that the server has another.
  // There are three: two time fields, or none.
  for (;;) {
    const { filter } = listing;
    if (filter === 'none') request.onUnfiltered?.();
    const reason =
      filter === 'none'
        ? await countAllEvents(listing, states, request)
        : await new ListQueryCount(listing, states, {
            request,
            field: filter,
            allOrNothing,
          }).run();
    const stopped = failureOf(reason);
    if (!stopped) await askForWitness(listing, request);
    if (listing.filter === filter) {
      return {
        ...states.all,
        stopped,
        timeField: filter === 'none' ? 'createdAt' : filter,
        timeFieldProven: listing.timeFieldProven,
        filteredHere: filter === 'none',
      };
    }
    states.forgetAllBut(listing.filter === 'none' ? undefined : listing.filter);
  }
}

/** @throws any other error than a failure of Togai */
function failureOf(reason: unknown): TogaiError | undefined {
  if (reason === undefined || reason instanceof OtherFilter) return undefined;
  if (reason instanceof TogaiError) return reason;
  throw reason;
}

/** Asks only while there is time. A missing answer proves nothing. */
async function askForWitness(
  listing: Listing,
  { isTimeFieldKnown, signal, softDeadline }: CountRequest,
): Promise<void> {
  if (isTimeFieldKnown || softDeadline?.aborted) return;
  try {
    await listing.askForWitness(softDeadline ? AbortSignal.any([signal, softDeadline]) : signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TogaiError || softDeadline?.aborted)) throw error;
  }
}
