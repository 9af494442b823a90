import { MAX_REJECTIONS } from '../events/togai-lock-out.ts';

/** As many as there are requests under way, and one that waits for its turn. More workers would only cut buckets into more requests. */
const MAX_WORKERS = MAX_REJECTIONS + 1;
/** The workers use the whole rate while an answer takes up to so long. */
const ANSWER_SECONDS = 0.3;

/** The number of buckets that are fetched side by side. */
export function workersFor(requestsPerSecond: number): number {
  return Math.min(MAX_WORKERS, Math.max(2, Math.ceil(requestsPerSecond * ANSWER_SECONDS)));
}
