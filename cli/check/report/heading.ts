import { counted, formatCount } from '../../../functions/monitor/text/text.ts';
import { formatDuration } from '../../../functions/monitor/timeline/duration.ts';
import { shortTime } from '../../../functions/monitor/timeline/time.ts';
import type { Paint } from '../../terminal.ts';
import type { CheckResult } from '../check.ts';

/** The number of events, the range, the base URL, and the cost in requests and seconds. */
export function heading(
  { window, baseUrl, counts, isPart, lacksLate, stats, durationMs }: CheckResult,
  paint: Paint,
): string[] {
  const range = `${shortTime(window.start)} to ${shortTime(window.end)} UTC`;
  const length = formatDuration(window.end - window.start);
  const throttled = stats.throttled > 0 ? `, ${formatCount(stats.throttled)} throttled` : '';
  const retries = stats.retries > 0 ? `, ${formatCount(stats.retries)} repeated` : '';
  const requests = `${counted(stats.requests, 'request')}${throttled}${retries}`;
  const details = `${requests}, ${(durationMs / 1_000).toFixed(1)} s`;
  return [
    `${isPart || lacksLate ? 'at least ' : ''}${paint('bold', counted(counts.total, 'event'))} from ${paint('bold', range)} (${length})`,
    paint('dim', `${baseUrl} · ${details}`),
  ];
}
