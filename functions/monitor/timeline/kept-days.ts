/** How long the store keeps a bucket: longer than catch-up and window together, which are four days at most. A backtest reads it. */
export const BUCKET_KEPT_DAYS = 40;
/**
 * So many days of buckets are in a state file: twice the four days of catch-up and window, because a run while the clock is ahead may
 * add as many again.
 */
export const STATE_FILE_DAYS = 8;
/** How long DynamoDB keeps a silence after its end: people look it up for some days. */
export const SILENCE_KEPT_DAYS = 7;
