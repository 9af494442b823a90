import { HOUR_MS, MINUTE_MS } from '../functions/monitor/timeline/time.ts';

/** When the scripted incident begins, from the start of the scripted day: at 09:10. */
export const INCIDENT_AT_MS = 9 * HOUR_MS + 10 * MINUTE_MS;
/** It began so long before the start of a simulated Togai, and ends so long after it. */
export const BEGAN_BEFORE_START_MS = 40 * MINUTE_MS;
const ENDS_AFTER_START_MS = 30 * MINUTE_MS;
/** Also on the day that the demonstration shows. */
export const INCIDENT_LASTS_MS = BEGAN_BEFORE_START_MS + ENDS_AFTER_START_MS;
