import { DAY_MS } from '../timeline/time.ts';
import type { WeekSums } from './digest-week-sums.ts';

/** A name says nothing new before so much was compared. */
const LEAST_COMPARED_MS = 6 * DAY_MS;

/** Names that were seen for the first time. */
export interface FreshNames {
  readonly comparedDays: number;
  /** Accounts that sent events; where only losses have accounts, those that lost some. */
  readonly accounts: readonly string[];
  readonly isOfLosses: boolean;
  readonly schemas: readonly string[];
  readonly statuses: readonly string[];
}

export function freshIn(sums: WeekSums): FreshNames | undefined {
  const { week, earliest, before, accounts, statuses, schemas, isAllNamed } = sums;
  if (week.start - earliest < LEAST_COMPARED_MS) return undefined;
  const names = [...accounts].filter(([name, { lost }]) => {
    const known = before.accounts.get(name);
    return isAllNamed ? known === undefined : lost > 0 && !known?.hasLost;
  });
  return {
    comparedDays: Math.round((week.start - earliest) / DAY_MS),
    accounts: names.map(([name]) => name).sort(),
    isOfLosses: !isAllNamed,
    schemas: [...schemas].filter((name) => !before.schemas.has(name)).sort(),
    statuses: [...statuses].filter((status) => !before.statuses.has(status)).sort(),
  };
}
