/** How long the store keeps a bucket: longer than catch-up and window together, which are four days at most. A backtest reads it. */
export const BUCKET_KEPT_DAYS = 40;

/** After its newest evaluation. A backtest shows incidents beside their counts. */
export const INCIDENT_KEPT_DAYS = 40;

/** After the end of a silence: people look it up for some days. */
export const SILENCE_KEPT_DAYS = 7;
