import type { BucketCount } from '../../../functions/monitor/counting/count-result.ts';
import type { CountingSource } from '../../../functions/monitor/events/counting-source.ts';
import type { Counts } from '../../../functions/monitor/events/counts.ts';
import { sparkline } from '../../../functions/monitor/notifications/formats/sparkline.ts';
import { counted } from '../../../functions/monitor/text/text.ts';
import { BUCKET_MS } from '../../../functions/monitor/timeline/bucket.ts';
import { formatDuration } from '../../../functions/monitor/timeline/duration.ts';
import { DAY_MS, HOUR_MS, shortTime } from '../../../functions/monitor/timeline/time.ts';
import type { Paint } from '../../terminal.ts';
import type { CheckResult } from '../check.ts';
import { countInGroup } from './figures.ts';

/** In terminal columns. */
const MAX_WIDTH = 60;

/** The unmetered events over time, as a sparkline. A long range has several buckets in a column. */
export function timeline({ count, source, counts, window }: CheckResult, paint: Paint): string[] {
  const unmetered = ({ byStatus }: Counts) => countInGroup(byStatus, 'unmetered');
  if (unmetered(counts) === 0 || count.complete.length === 0) return [];
  const perBucket = count.complete.map((bucket) => unmetered(bucket.counts));
  const bucketsPerColumn = Math.ceil(perBucket.length / MAX_WIDTH);
  const columns = sumEach(bucketsPerColumn, perBucket);
  const columnsAre = columnsInWords(count.complete, source, bucketsPerColumn);
  const highest = counted(Math.max(...columns), 'event');
  const withinADay = window.end - window.start < DAY_MS;
  const end = shortTime(window.end).slice(withinADay ? '2026-03-02 '.length : 0);
  return [
    paint('dim', `UNMETERED OVER TIME (${columnsAre} the highest ${highest})`),
    `${paint('dim', shortTime(window.start))} ${paint('red', sparkline(columns))} ${paint('dim', end)}`,
  ];
}

/** The length of a column. Togai counts by its own hours, so a range has a part of the first and of the last. */
function columnsInWords(
  parts: readonly BucketCount[],
  source: CountingSource,
  perColumn: number,
): string {
  const lengths = parts.map(({ bucket: { start, end } }) => end - start);
  if (source === 'metrics' && perColumn === 1 && Math.min(...lengths) < HOUR_MS) {
    const [only] = lengths;
    return lengths.length === 1 && only !== undefined
      ? `one column is ${formatDuration(only)},`
      : "columns are Togai's hours, cut at the ends of the range;";
  }
  return `one column is ${formatDuration(perColumn * (source === 'metrics' ? HOUR_MS : BUCKET_MS))},`;
}

/** The sums of each `size` numbers. */
function sumEach(size: number, numbers: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(numbers.length / size) }, (_, index) =>
    numbers.slice(index * size, (index + 1) * size).reduce((sum, number) => sum + number, 0),
  );
}
