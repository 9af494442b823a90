import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * How long DynamoDB keeps items; the table deletes them by their `expiresAt`.
 * A bucket is kept longer than the longest catch-up and the longest window together, which are four days: a backtest reads it.
 */
export const BUCKET_KEPT_DAYS = 40;
/** After the end of a silence: people look it up for some days. */
export const SILENCE_KEPT_DAYS = 7;

/** @param time epoch ms @returns seconds, as DynamoDB reads them */
export function expiresAt(time: number, keptDays: number): AttributeValue.NMember {
  return { N: String(Math.floor(time / 1_000) + keptDays * 86_400) };
}
