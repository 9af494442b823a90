/** Times are epoch milliseconds, UTC, in the whole monitor. This file reads and writes them as text. */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * A piece of the timeline, in epoch ms. It is half-open: `start` belongs to it, `end` does not. So neighbours neither overlap
 * nor leave a gap.
 */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The start of the hour (UTC) that holds a time. Epoch ms. */
export function hourStart(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

const ISO_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * Reads an ISO 8601 time. Without a zone it is UTC, because Togai writes UTC so (`2022-06-15T07:30:35.123`). Digits after the
 * milliseconds are dropped. A leap second is read as the second after it.
 *
 * @returns epoch ms; `undefined` for a text in another form, or a time that does not exist
 */
export function parseTime(text: string): number | undefined {
  return parseUsualTime(text) ?? parseAnyTime(text);
}

/**
 * Reads a time that a person wrote: ISO 8601, or in the form that reports print (`2026-11-21 09:30`, also with ` UTC`).
 *
 * @returns epoch ms; `undefined` for a text in another form, or a time that does not exist
 */
export function parseWrittenTime(text: string): number | undefined {
  const iso = text.trim().replace(/ UTC$/, 'Z');
  return parseTime(iso.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T'));
}

const COLON = 58;
/** The day of the last time that was read. Most times of a page are of one day, so it is seldom read anew. */
let knownDay = { text: '1970-01-01T', start: 0 };

/**
 * Reads `2026-11-21T09:30:00.000Z`, the usual form. It is ten times as fast as the regular expression, and each event has two
 * times.
 */
function parseUsualTime(text: string): number | undefined {
  if (text.length !== 24 || text[19] !== '.' || text[23] !== 'Z') return undefined;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return undefined;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const ms = digit(text, 20) * 100 + twoDigits(text, 21);
  // A character other than a digit has become NaN, and no comparison with NaN is true.
  if (!(hour <= 23 && minute <= 59 && second <= 59 && ms <= 999)) return undefined;
  if (!text.startsWith(knownDay.text)) {
    const start = parseAnyTime(`${text.slice(0, 11)}00:00`);
    if (start === undefined) return undefined;
    knownDay = { text: text.slice(0, 11), start };
  }
  return knownDay.start + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + ms;
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function parseAnyTime(text: string): number | undefined {
  const parts = ISO_TIME.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '0', zone = 'Z'] = parts;
  const date = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const exists =
    new Date(date).getUTCDate() === Number(day) &&
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 60;
  const offset = zoneOffsetMs(zone);
  if (!exists || offset === undefined) return undefined;
  return (
    date +
    Number(hour) * HOUR_MS +
    Number(minute) * MINUTE_MS +
    Number(second) * SECOND_MS +
    Number(fraction.padEnd(3, '0').slice(0, 3)) -
    offset
  );
}

function zoneOffsetMs(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return undefined;
  return sign * (hours * HOUR_MS + minutes * MINUTE_MS);
}

/** `2026-11-21T09:30:00.000Z` */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** `2026-11-21 09:30`, with seconds only where there are any. UTC, which the message around it says once. */
export function shortTime(time: number): string {
  const iso = isoTime(time).replace('T', ' ');
  return time % MINUTE_MS === 0 ? iso.slice(0, 16) : iso.slice(0, 19);
}

/** `21 Nov`, UTC. */
export function dayText(time: number): string {
  const [, day, month] = new Date(time).toUTCString().split(' ');
  return `${Number(day)} ${month}`;
}

/** `21 Nov 09:30`, UTC. */
export function dayAndClock(time: number): string {
  return `${dayText(time)} ${isoTime(time).slice(11, 16)}`;
}

/** `20261121T0930`, UTC. */
export function compactTime(time: number): string {
  return isoTime(time).slice(0, 16).replace(/[-:]/g, '');
}
