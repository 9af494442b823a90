import { planMetrics } from '../counting/metrics/metric-queries.ts';
import { SettingError } from '../errors.ts';
import type { IgnoreLists } from '../events/counts.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import type { Counting } from '../timeline/timeline.ts';

/** The limits of counting by Togai metrics. Counting by events has none of them. */

/** Minutes. Togai metrics have no counts finer than an hour. */
export const LEAST_METRICS_WINDOW = 60;

/** @throws SettingError for a window that is shorter than an hour, when counting by Togai metrics */
export function checkWindow(minutes: number, counting: Counting): number {
  if (counting === 'events' || minutes >= LEAST_METRICS_WINDOW) return minutes;
  throw new SettingError(
    `counting by Togai metrics needs a window of 60 minutes or more, not ${minutes}, because Togai counts by the hour; choose a longer window, or count events`,
  );
}

/** @throws SettingError for ignored schemas, when counting by Togai metrics */
export function checkSchemas(
  schemas: ReadonlySet<string>,
  counting: Counting,
): ReadonlySet<string> {
  if (counting === 'metrics') planMetrics([], { accounts: new Set(), schemas });
  return schemas;
}

/** @throws SettingError for a rule that the answers of Togai metrics cannot evaluate */
export function checkRules(
  rules: Threshold[],
  counting: Counting,
  ignoreLists: IgnoreLists,
): Threshold[] {
  if (counting === 'metrics') planMetrics(rules, ignoreLists);
  return rules;
}
