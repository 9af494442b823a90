/** Counts `events` events of an hour over HTTP, as fast as it can. */
import { count } from '../functions/monitor/counting/listing/count-buckets.ts';
import { countRange } from '../functions/monitor/counting/metrics/count-range.ts';
import type { CountingSource } from '../functions/monitor/events/counting-source.ts';
import { SETTINGS } from '../functions/monitor/settings/all-settings.ts';
import { bucketsOf } from '../functions/monitor/timeline/bucket.ts';
import { printMeasured } from './in-process.ts';
import { connect, NOW, serve, steady } from './served.ts';

const WINDOW_MS = 3_600_000;
/** Requests a second: so high that no request waits for the rate limiter. */
const RATE = 100_000;

const { events, source }: { events: number; source: CountingSource } = JSON.parse(
  process.argv[2] ?? '',
);
const served = await serve({ scenario: steady(events, WINDOW_MS), quota: RATE });
const togai = await connect(served, RATE);
const window = { start: NOW - WINDOW_MS, end: NOW };
const shared = {
  ignoreLists: { accounts: new Set<string>(), schemas: new Set<string>() },
  signal: new AbortController().signal,
};
const thresholds = SETTINGS.thresholds.parse(SETTINGS.thresholds.defaultText);
const begun = performance.now();
const cpuBefore = process.cpuUsage();
const counted =
  source === 'metrics'
    ? await countRange(togai, { ...shared, range: window, thresholds, now: NOW })
    : await listed();
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - begun) / 1_000;
await served.close();
printMeasured({
  seconds,
  cpuMs: (user + system) / 1_000,
  events: counted.pieces.reduce((sum, { counts }) => sum + counts.total, 0),
  requests: togai.stats().requests,
});

async function listed() {
  const buckets = bucketsOf(window);
  const { complete, stopped } = await count(togai, { ...shared, buckets, workers: 6 });
  if (stopped) throw stopped;
  return { pieces: complete };
}
