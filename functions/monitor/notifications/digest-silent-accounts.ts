import { longEnough, type WeekSums } from './digest-week-sums.ts';

/** Days of a week on which an account sends regularly. */
const REGULAR_DAYS = 5;
const LAST_DAY = 6;

/** Accounts that sent events on most days, and none since. An account that rests on weekends did so the week before, too. */
export function silentIn({
  week,
  from,
  coveredMs,
  accounts,
  before,
  isAllNamed,
}: WeekSums): string[] {
  // Time that was not counted is no silence.
  if (!isAllNamed || longEnough(week.end - from - coveredMs) > 0) return [];
  return [...accounts]
    .filter(([name, { days }]) => {
      const last = Math.max(...days);
      const daysBefore = before.accounts.get(name)?.days;
      if (days.size < REGULAR_DAYS || last === LAST_DAY || !daysBefore) return false;
      for (let day = last + 1; day <= LAST_DAY; day++) if (!daysBefore.has(day)) return false;
      return true;
    })
    .map(([name]) => name)
    .sort();
}
