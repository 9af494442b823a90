/** Counts `events` events of an hour over HTTP, as fast as it can. */
import { count } from '../functions/monitor/counting/listing/count-buckets.ts';
import { countAllHours } from '../functions/monitor/counting/metrics/count-hours.ts';
import { SETTINGS } from '../functions/monitor/settings/table.ts';
import { bucketsOf } from '../functions/monitor/timeline/bucket.ts';
import { type Counting, hoursOf } from '../functions/monitor/timeline/timeline.ts';
import { printMeasured } from './in-process.ts';
import { connect, NOW, serve, steady } from './served.ts';

const WINDOW_MS = 3_600_000;
/** Requests a second: so high that no request waits for the rate limiter. */
const RATE = 100_000;

const { events, counting }: { events: number; counting: Counting } = JSON.parse(
  process.argv[2] ?? '',
);
const served = await serve({ scenario: steady(events, WINDOW_MS), quota: RATE });
const togai = await connect(served, RATE);
const window = { start: NOW - WINDOW_MS, end: NOW };
const shared = {
  ignoreLists: { accounts: new Set<string>(), schemas: new Set<string>() },
  signal: new AbortController().signal,
};
const begun = performance.now();
const cpuBefore = process.cpuUsage();
const { complete, stopped } =
  counting === 'metrics'
    ? await countAllHours(togai, {
        ...shared,
        hours: hoursOf(window),
        thresholds: SETTINGS.thresholds.parse(SETTINGS.thresholds.defaultText),
      })
    : await count(togai, { ...shared, buckets: bucketsOf(window), workers: 6 });
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - begun) / 1_000;
if (stopped) throw stopped;
await served.close();
printMeasured({
  seconds,
  cpuMs: (user + system) / 1_000,
  events: complete.reduce((sum, { counts }) => sum + counts.total, 0),
  requests: togai.stats().requests,
});
