import { type CountedPiece, endOf, type Timeline } from './timeline.ts';

/**
 * The end of the unbroken row of counted buckets that begins with the bucket of `from`.
 *
 * @param from epoch ms
 * @returns epoch ms; `from` where its bucket was not counted beyond it
 */
export function watermarkFrom(
  { bucketMs }: Timeline,
  from: number,
  counted: Iterable<CountedPiece>,
): number {
  const ends = new Map(Array.from(counted, (record) => [record.start, endOf(record)]));
  let watermark = Math.floor(from / bucketMs) * bucketMs;
  // The row ends with an open hour, because no bucket begins at its end.
  for (let end = ends.get(watermark); end !== undefined; end = ends.get(end)) watermark = end;
  return Math.max(from, watermark);
}
