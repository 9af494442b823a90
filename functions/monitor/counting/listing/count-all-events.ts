import { TogaiError } from '../../errors.ts';
import type { BucketStates } from './bucket-states.ts';
import type { CountRequest } from './count-request.ts';
import { newestToCome, refuseOrder } from './list-order.ts';
import { queryOf } from './list-queries.ts';
import { PageEntries } from './page-entries.ts';
import type { Listing } from './read-pages.ts';

/**
 * Counts all buckets from the list of all events, newest first, until a page lies before the oldest of them. Any page may show
 * that the list has another order, and then older pages hold events of newer buckets. So no bucket is complete before the list
 * is read.
 *
 * @returns why the count was given up, if it was
 */
export async function countAllEvents(
  listing: Listing,
  states: BucketStates,
  { signal, softDeadline }: CountRequest,
): Promise<unknown> {
  const jobs = states.begin().toSorted((a, b) => a.bucket.start - b.bucket.start);
  const query = queryOf(jobs);
  const { range } = query;
  const entries = new PageEntries(query, 'createdAt');
  for (const job of jobs) job.begun = true;
  let newest = Number.POSITIVE_INFINITY;
  const complete = async () => {
    const passed = jobs.filter(({ bucket }) => bucket.start > newest);
    for (const job of passed) await states.complete(job, 'createdAt', listing.timeFieldProven);
  };
  const either = softDeadline ? AbortSignal.any([signal, softDeadline]) : signal;
  let reason: unknown;
  try {
    for await (const { page, sieve } of listing.allPages(range, either)) {
      newest = newestToCome(sieve) ?? refuseOrder();
      entries.add(page);
      entries.addNameless();
      states.report();
      if (newest < range.start) break;
    }
    newest = Number.NEGATIVE_INFINITY;
  } catch (error) {
    signal.throwIfAborted();
    reason = error;
  }
  if (!isUncountable(reason)) await complete();
  if (reason !== undefined) states.keepWhatCame('createdAt');
  states.report();
  return softDeadline?.aborted ? undefined : reason;
}

function isUncountable(error: unknown): boolean {
  return error instanceof TogaiError && error.failure === 'uncountable';
}
