import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './time.ts';

const DURATION =
  /^(?:(\d{1,6})\s*w\s*)?(?:(\d{1,6})\s*d\s*)?(?:(\d{1,6})\s*h\s*)?(?:(\d{1,6})\s*m(?:in)?)?$/;

/** Reads `90m`, `1h30m`, `2d` or `1w`. @returns ms; `undefined` for zero or a text in another form */
export function parseDuration(text: string): number | undefined {
  const parts = DURATION.exec(text.trim());
  if (!parts) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const duration = (7 * weeks + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS;
  return duration > 0 ? duration : undefined;
}

/** `45 s`, `12 min`, `1 h 30 min`, `2 d 3 h`: at most two units, rounded down. */
export function formatDuration(ms: number): string {
  return unitsOf(ms)
    .map(([amount, unit]) => `${amount} ${SHORT_UNITS[unit]}`)
    .join(' ');
}

/** The same in words, for sentences: `12 minutes`, `1 hour 30 minutes`, `2 days 3 hours`. */
export function durationInWords(ms: number): string {
  return unitsOf(ms)
    .map(([amount, unit]) => `${amount} ${unit}${amount === 1 ? '' : 's'}`)
    .join(' ');
}

/** The length of a window after *the last*: `hour`, `30 minutes`. */
export function lengthInWords(ms: number): string {
  return ms === HOUR_MS ? 'hour' : durationInWords(ms);
}

const SHORT_UNITS = { day: 'd', hour: 'h', minute: 'min', second: 's' } as const;
type DurationUnit = keyof typeof SHORT_UNITS;

function unitsOf(ms: number): (readonly [amount: number, unit: DurationUnit])[] {
  if (ms < MINUTE_MS) return [[Math.floor(ms / SECOND_MS), 'second']];
  const days = Math.floor(ms / DAY_MS);
  const hours = [Math.floor((ms % DAY_MS) / HOUR_MS), 'hour'] as const;
  const minutes = [Math.floor((ms % HOUR_MS) / MINUTE_MS), 'minute'] as const;
  const units = days > 0 ? [[days, 'day'] as const, hours] : [hours, minutes];
  return units.filter(([amount]) => amount !== 0);
}
