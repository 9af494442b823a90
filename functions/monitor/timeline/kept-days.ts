/** How long the store keeps a bucket: longer than catch-up and window together, which are four days at most. A backtest reads it. */
export const BUCKET_KEPT_DAYS = 40;
/** How long DynamoDB keeps a silence after its end: people look it up for some days. */
export const SILENCE_KEPT_DAYS = 7;
