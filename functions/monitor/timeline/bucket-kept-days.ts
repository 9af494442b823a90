/** How long the store keeps a bucket: longer than catch-up and window together, which are four days at most. A backtest reads it. */
export const BUCKET_KEPT_DAYS = 40;
