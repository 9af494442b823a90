import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAYS_OF_WEEK = 7;
/** When people read the message of a week: in the morning of the day that they chose. */
export const MORNING_HOUR = 8;

/**
 * The newest time up to `at` that is a full hour of a weekday in a time zone.
 *
 * @param hour 0 to 23, one that no change of the clocks skips
 * @returns epoch ms
 */
export function lastWeekly(at: number, day: Weekday, hour: number, timeZone: string): number {
  const now = clockIn(at, timeZone);
  const days = (WEEKDAYS.indexOf(now.day) - WEEKDAYS.indexOf(day) + DAYS_OF_WEEK) % DAYS_OF_WEEK;
  const since = days * DAY_MS + now.ms - hour * HOUR_MS;
  const guess = at - (since < 0 ? since + DAYS_OF_WEEK * DAY_MS : since);
  // A change of the clocks in between has moved it, by an hour at most.
  const moved = hour * HOUR_MS - clockIn(guess, timeZone).ms;
  return guess + moved;
}

/** The weekday and the time of day, in a time zone. */
function clockIn(time: number, timeZone: string): { readonly day: Weekday; readonly ms: number } {
  const texts = formatIn(timeZone).formatToParts(time);
  const parts = new Map(texts.map(({ type, value }) => [type, value]));
  const minutes = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  const day = parts.get('weekday')?.toUpperCase();
  return {
    day: WEEKDAYS.find((name) => name === day) ?? 'MON',
    ms: minutes * MINUTE_MS + (time % MINUTE_MS),
  };
}

/** Making a format takes far longer than using it, and every run needs one. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  FORMATS.set(timeZone, format);
  return format;
}
