import { SettingError } from '../functions/monitor/errors.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { parseDuration } from '../functions/monitor/timeline/duration.ts';
import { DAY_MS, type Range } from '../functions/monitor/timeline/time.ts';
import { readTime } from './flags.ts';

/** A longer range would take hours, and its buckets would fill the memory. */
const MAX_RANGE_DAYS = 31;

/**
 * The range of `--since 2h`, or of `--from` and `--to`.
 *
 * @param fallback of `--since`
 * @throws SettingError that names the flag
 */
export function readRange(
  flags: { readonly [flag in 'since' | 'from' | 'to']?: string | undefined },
  now: number,
  fallback: string,
): Range {
  if (flags.from !== undefined) {
    const start = readTime('--from', flags.from);
    const end = flags.to === undefined ? now : readTime('--to', flags.to);
    return checkRange({ start, end }, now);
  }
  if (flags.to !== undefined) {
    throw new SettingError('--to is the end of the range; give its start with --from');
  }
  const text = flags.since ?? fallback;
  const duration = parseDuration(text);
  if (duration === undefined) {
    throw new SettingError(
      `--since: "${printable(text, 80)}" is not a duration; write minutes, hours or days: 90m, 6h, 2d`,
    );
  }
  return checkRange({ start: now - duration, end: now }, now);
}

/** @throws SettingError if a range is empty, ends in the future, or is too long */
function checkRange(range: Range, now: number): Range {
  if (range.start >= now) {
    throw new SettingError('--from is in the future; choose a time in the past');
  }
  if (range.start >= range.end) {
    throw new SettingError('--from is not before --to; swap them, or choose a later --to');
  }
  if (range.end > now) {
    throw new SettingError('--to is in the future; leave it out to count up to now');
  }
  if (range.end - range.start > MAX_RANGE_DAYS * DAY_MS) {
    throw new SettingError(
      `the range is longer than ${MAX_RANGE_DAYS} days; count it in shorter pieces`,
    );
  }
  return range;
}
