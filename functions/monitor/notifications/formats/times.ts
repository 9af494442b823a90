import type { Onset } from '../../incidents/onset.ts';
import { durationInWords } from '../../timeline/duration.ts';
import { isoTime, type Range } from '../../timeline/time.ts';

/** How times are shown. */
export interface When {
  /** The time of the message, epoch ms. The day is left out where it is the same. */
  readonly at: number;
  readonly timeZone: string | undefined;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `10:05`, or `26 Nov 10:05` where that is another day than that of `beside`. UTC. */
export function clockText(time: number, beside: number): string {
  const [day = '', clock = ''] = isoTime(time).split('T');
  if (isoTime(beside).startsWith(day)) return clock.slice(0, 5);
  return `${Number(day.slice(-2))} ${MONTHS[Number(day.slice(-5, -3)) - 1]} ${clock.slice(0, 5)}`;
}

/** `10:05-10:40`, with the day where it is not that of `beside`. */
export function spanText({ start, end }: Range, beside: number, to = '-'): string {
  return `${clockText(start, beside)}${to}${clockText(end, start)}`;
}

/** `since 10:05 UTC`, or `since 02:00-03:00 UTC`, or `since 03:00 UTC or earlier`: as closely as it is known. */
export function sinceClockText(onset: Onset, beside: number): string {
  return `since ${onsetClockText(onset, beside)}`;
}

/** `10:05 UTC`, or `10:00-11:00 UTC`, or `11:00 UTC or earlier`: as closely as it is known. */
export function onsetClockText(begun: Onset, beside: number): string {
  const { onset, onsetUntil = onset, onsetOrEarlier } = begun;
  if (onsetOrEarlier) return `${clockText(onsetUntil, beside)} UTC or earlier`;
  return onsetUntil === onset
    ? `${clockText(onset, beside)} UTC`
    : `${spanText({ start: onset, end: onsetUntil }, beside)} UTC`;
}

/** `35 minutes` */
export function durationText(start: number, end: number): string {
  return durationInWords(Math.max(end - start, 0));
}

/** `10:05 UTC (15:35 Kolkata time)`, or the first half alone. */
export function timeText(time: number, { at, timeZone }: When): string {
  return `${clockText(time, at)} UTC${localText(time, at, timeZone)}`;
}

/** `10:05 to 10:40 UTC (15:35 to 16:10 Kolkata time)` */
export function rangeText({ start, end }: Range, { at, timeZone }: When, to = ' to '): string {
  const utc = `${spanText({ start, end }, at, to)} UTC`;
  if (!isLocal(timeZone)) return utc;
  const local = `${zonedText(start, at, timeZone)}${to}${zonedText(end, start, timeZone)}`;
  return `${utc} (${local} ${cityOf(timeZone)} time)`;
}

function localText(time: number, beside: number, timeZone: string | undefined): string {
  if (!isLocal(timeZone)) return '';
  return ` (${zonedText(time, beside, timeZone)} ${cityOf(timeZone)} time)`;
}

function isLocal(timeZone: string | undefined): timeZone is string {
  return timeZone !== undefined && timeZone !== 'UTC';
}

/** `Kolkata` of `Asia/Kolkata` */
function cityOf(timeZone: string): string {
  return timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** `15:35`, or `1 Dec 00:00` where that is another day there. */
function zonedText(time: number, beside: number, timeZone: string): string {
  const { day, clock } = partsIn(time, timeZone);
  return day === partsIn(beside, timeZone).day ? clock : `${day} ${clock}`;
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
