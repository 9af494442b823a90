import type { TogaiFailure } from '../errors.ts';
import { DAY_MS, HOUR_MS } from '../timeline/time.ts';

/** Failures that another request would not change, and the time after which Togai metrics are asked again. */
const REST_MS: ReadonlyMap<TogaiFailure, number> = new Map([
  ['forbidden', DAY_MS],
  ['refused', DAY_MS],
  ['unreadable', HOUR_MS],
  ['uncountable', HOUR_MS],
]);

/** How long Togai metrics are not asked after a failure, in ms. @returns `undefined` for a failure that passes: the next run asks again */
export function restAfter(failure: TogaiFailure): number | undefined {
  return REST_MS.get(failure);
}
