import { BUCKET_MS } from '../timeline/bucket.ts';

/**
 * The end of the newest bucket that may be counted: Togai had time to list its late events and to give them a status.
 *
 * @param at epoch ms
 * @param settleMs this long after its end a bucket may be counted
 * @returns epoch ms
 */
export function newestSettledEnd(at: number, settleMs: number): number {
  return Math.floor((at - settleMs) / BUCKET_MS) * BUCKET_MS;
}
