import type { Onset } from '../../incidents/onset.ts';
import { durationInWords } from '../../timeline/duration.ts';
import { dayAndClock, dayText, isoTime, MINUTE_MS, type Range } from '../../timeline/time.ts';

/** How times are shown. */
export interface When {
  /** The time of the message, epoch ms. */
  readonly at: number;
  readonly timeZone: string | undefined;
}

/** `26 Nov 10:05`, or `10:05` where that is the day of `beside`. UTC. */
export function clockText(time: number, beside?: number): string {
  const isSameDay = beside !== undefined && dayText(beside) === dayText(time);
  return isSameDay ? isoTime(time).slice(11, 16) : dayAndClock(time);
}

/** `26 Nov 10:05-10:40`, without the day where it is that of `beside`. */
export function spanText({ start, end }: Range, beside?: number, to = '-'): string {
  return `${clockText(start, beside)}${to}${clockText(end, start)}`;
}

/** `since 10:05 UTC`, or `since 02:00-03:00 UTC`, or `since before 03:00 UTC`: as closely as it is known. */
export function sinceClockText(onset: Onset, beside?: number): string {
  return `since ${onsetClockText(onset, beside)}`;
}

/** `10:05 UTC`, or `10:05 UTC or earlier`; of a longer piece `10:00-11:00 UTC`, or `before 11:00 UTC`: as closely as it is known. */
export function onsetClockText(begun: Onset, beside?: number): string {
  const { onset, onsetUntil = onset, onsetOrEarlier } = begun;
  if (onsetUntil === onset) {
    return `${clockText(onset, beside)} UTC${onsetOrEarlier ? ' or earlier' : ''}`;
  }
  return onsetOrEarlier
    ? `before ${clockText(onsetUntil, beside)} UTC`
    : `${spanText({ start: onset, end: onsetUntil }, beside)} UTC`;
}

/** `35 minutes` */
export function durationText(start: number, end: number): string {
  return durationInWords(Math.max(end - start, 0));
}

/** `35 minutes ago` */
export function agoText(time: number, at: number): string {
  return at - time < MINUTE_MS ? 'just now' : `${durationText(time, at)} ago`;
}

/** `26 Nov 10:05 UTC (15:35 Kolkata time)`, or the first half alone. Messages are also read on another day. */
export function timeText(time: number, { timeZone }: When): string {
  const utc = `${clockText(time)} UTC`;
  if (!isLocal(timeZone)) return utc;
  return `${utc} (${zonedText(time, dayText(time), timeZone)} ${cityOf(timeZone)} time)`;
}

/** `26 Nov 10:05 to 10:40 UTC (15:35 to 16:10 Kolkata time)` */
export function rangeText({ start, end }: Range, { timeZone }: When, to = ' to '): string {
  const utc = `${spanText({ start, end }, undefined, to)} UTC`;
  if (!isLocal(timeZone)) return utc;
  const first = zonedText(start, dayText(start), timeZone);
  const last = zonedText(end, partsIn(start, timeZone).day, timeZone);
  return `${utc} (${first}${to}${last} ${cityOf(timeZone)} time)`;
}

function isLocal(timeZone: string | undefined): timeZone is string {
  return timeZone !== undefined && timeZone !== 'UTC';
}

/** `Kolkata` of `Asia/Kolkata` */
function cityOf(timeZone: string): string {
  return timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** `15:35`, or `1 Dec 00:00` where it is another day there than the one beside it. */
function zonedText(time: number, besideDay: string, timeZone: string): string {
  const { day, clock } = partsIn(time, timeZone);
  return day === besideDay ? clock : `${day} ${clock}`;
}

function partsIn(time: number, timeZone: string): { readonly day: string; readonly clock: string } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = Object.fromEntries(
    format.formatToParts(time).map(({ type, value }) => [type, value]),
  );
  return { day: `${parts.day} ${parts.month}`, clock: `${parts.hour}:${parts.minute}` };
}
