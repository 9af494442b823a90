/** Counts so many events over HTTP, as fast as it can. */
import { count } from '../functions/monitor/count.ts';
import { bucketsOf } from '../functions/monitor/steps/bucket.ts';
import { tell } from './in-process.ts';
import { connect, NOW, serve, steady } from './served.ts';

const WINDOW_MS = 3_600_000;
/** Far above what can be reached: nothing waits for the pacer. */
const RATE = 100_000;

const { events }: { events: number } = JSON.parse(process.argv[2] ?? '');
const served = await serve({ scenario: steady(events, WINDOW_MS), quota: RATE });
const togai = await connect(served, RATE);
const begun = performance.now();
const { complete, stopped } = await count(togai, {
  buckets: bucketsOf({ start: NOW - WINDOW_MS, end: NOW }),
  waived: { accounts: new Set(), schemas: new Set() },
  lanes: 6,
  signal: new AbortController().signal,
});
const seconds = (performance.now() - begun) / 1_000;
if (stopped) throw stopped;
await served.close();
tell({
  seconds,
  events: complete.reduce((sum, { tally }) => sum + tally.total, 0),
  requests: togai.stats().requests,
});
