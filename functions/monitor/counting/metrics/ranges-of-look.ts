import { LOOK_REACH_MS } from '../../events/look-record.ts';
import { HOUR_MS, hourStart, type Range } from '../../timeline/time.ts';

/** Twelve hours of every status with a zero are fewer points than an answer may hold. */
const MAX_RANGE_MS = 12 * HOUR_MS;

/**
 * The hours that a look asks for: the open hour, the one before and the next. Once an hour a look
 * also asks for {@link LOOK_REACH_MS} before these.
 *
 * @param end of the look, epoch ms
 * @param before the end of the look before
 * @param windowStart the start of the window, for the first look
 * @returns the newest first
 */
export function rangesOfLook(
  end: number,
  before: number | undefined,
  windowStart: number,
): Range[] {
  const hour = hourStart(end);
  const recent = { start: hour - HOUR_MS, end: hour + 2 * HOUR_MS };
  if (before !== undefined && hourStart(before) === hour) return [recent];
  const reach =
    before === undefined ? Math.min(windowStart, end - LOOK_REACH_MS) : before - LOOK_REACH_MS;
  return [recent, ...inPieces({ start: hourStart(reach), end: recent.start })];
}

/** A range in pieces that one answer has room for, the newest first. */
export function inPieces({ start, end }: Range): Range[] {
  const pieces: Range[] = [];
  for (let to = end; to > start; to -= MAX_RANGE_MS) {
    pieces.push({ start: Math.max(start, to - MAX_RANGE_MS), end: to });
  }
  return pieces;
}
