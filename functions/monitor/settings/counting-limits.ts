import { planMetrics } from '../counting/metrics/metrics.ts';
import { SettingError } from '../errors.ts';
import type { IgnoreLists } from '../events/counts.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import type { Counting } from '../timeline/timeline.ts';

/** Minutes: an hour is the finest that Togai counts. */
export const LEAST_METRICS_WINDOW = 60;

/** @throws SettingError where a window is shorter than what Togai counts */
export function checkWindow(minutes: number, counting: Counting): number {
  if (counting === 'events' || minutes >= LEAST_METRICS_WINDOW) return minutes;
  throw new SettingError(
    `Togai counts by the hour, so counting by Togai metrics takes windows of 60 minutes or more, not of ${minutes}; choose a longer one, or count events`,
  );
}

/** @throws SettingError where schemas are to be ignored and cannot be */
export function checkSchemas(
  schemas: ReadonlySet<string>,
  counting: Counting,
): ReadonlySet<string> {
  if (counting === 'metrics') planMetrics([], { accounts: new Set(), schemas });
  return schemas;
}

/** @throws SettingError where a rule cannot be evaluated by what Togai counts */
export function checkRules(
  rules: Threshold[],
  counting: Counting,
  ignoreLists: IgnoreLists,
): Threshold[] {
  if (counting === 'metrics') planMetrics(rules, ignoreLists);
  return rules;
}
