import { MINUTE_MS } from '../timeline/time.ts';

/** Togai blocks an address after so many rejected requests in {@link LOCK_OUT_MS} (Togai, "Quotas and limits"). */
export const LOCK_OUT_REJECTIONS = 5;
export const LOCK_OUT_MS = 30 * MINUTE_MS;
/** The same in a sentence: `in the last half hour`. */
export const LOCK_OUT_LENGTH = 'half hour';

/**
 * One less than the number that gets an address blocked. So many requests are under way at most,
 * because a token that is revoked gets all of them rejected.
 */
export const MAX_REJECTIONS = LOCK_OUT_REJECTIONS - 1;
