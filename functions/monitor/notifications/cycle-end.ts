import type { EventDetails } from '../events/event-details.ts';
import { DAY_MS, parseTime } from '../timeline/time.ts';

/** A billing cycle that closes later is probably a mistake. */
const LONGEST_MS = 400 * DAY_MS;

const DAY = /^\d{4}-\d\d-\d\d$/;
/** Togai documents dates, and shows one in this form: `04-04-2022` ends a month that began `04-03-2022`. */
const DAY_FIRST = /^(\d\d)-(\d\d)-(\d{4})$/;

/**
 * The end of the billing cycle that closes first, of all price plans of some events. A time without a zone is UTC; a date is its
 * first moment, so that nobody is late.
 *
 * @param now epoch ms; ends before it, or long after it, are not believed
 */
export function cycleEndIn(details: readonly EventDetails[], now: number): number | undefined {
  const plans = details.flatMap(({ pipeline }) => pipeline?.pricePlans ?? []);
  const ends = plans
    .map(({ cycleEnd }) => readDay(cycleEnd ?? ''))
    .filter((end) => end !== undefined)
    .filter((end) => end > now && end - now <= LONGEST_MS);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

function readDay(text: string): number | undefined {
  const date = text.replace(DAY_FIRST, '$3-$2-$1');
  return parseTime(DAY.test(date) ? `${date}T00:00` : text);
}
