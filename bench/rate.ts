import { subscribe } from 'node:diagnostics_channel';
import { workersFor } from '../functions/monitor/counting/how-many-workers.ts';
import { count } from '../functions/monitor/counting/listing/count-buckets.ts';
import { bucketsOf } from '../functions/monitor/timeline/bucket.ts';
import { mostInASecond } from './rolling.ts';
import { connect, NOW, type Served, serve, steady } from './served.ts';

/** The use of the allowed rate while there is work, against two simple clients. */

const LATENCY_MS = 150;
const HOUR_MS = 3_600_000;
const RANGE = { start: NOW - HOUR_MS, end: NOW };
/** The work of each client, in seconds of the allowed rate. About a third of a second is lost at the start and at the end. */
const WORK_SECONDS = 32;

const sent: number[] = [];
// Published when the head of a request is written to its socket.
subscribe('undici:client:sendHeaders', () => sent.push(performance.now()));

interface Run {
  readonly eventsPerSecond: number;
  /** Requests that were answered with a page. */
  readonly requestsPerSecond: number;
  /** The share of the answers that are 429, 0–1. */
  readonly throttled: number;
  readonly answers429: number;
  readonly mostSent: number;
  readonly mostArrived: number;
}

interface RateFigures {
  readonly monitor: Run;
  readonly oneByOne: Run;
  readonly twentyWorkers: Run;
}

export async function measureRate(rate: number): Promise<RateFigures> {
  return {
    monitor: await measured(rate, countAll),
    oneByOne: await measured(rate, (served) => followOneByOne(served, 12_000)),
    twentyWorkers: await measured(rate, (served) => followByWorkers(served, 20, 12_000)),
  };
}

interface Work {
  readonly events: number;
  readonly pages: number;
}

async function measured(
  rate: number,
  work: (served: Served, rate: number) => Promise<Work>,
): Promise<Run> {
  const served = await serve({
    scenario: steady(rate * WORK_SECONDS * 50, HOUR_MS),
    quota: rate,
    latencyMs: LATENCY_MS,
  });
  sent.length = 0;
  const begun = performance.now();
  const { events, pages } = await work(served, rate);
  const seconds = (performance.now() - begun) / 1_000;
  const report = await served.close();
  return {
    eventsPerSecond: events / seconds,
    requestsPerSecond: pages / seconds,
    throttled: report.throttled / report.requests,
    answers429: report.throttled,
    mostSent: mostInASecond(sent),
    mostArrived: report.mostInASecond,
  };
}

async function countAll(served: Served, rate: number): Promise<Work> {
  const togai = await connect(served, rate);
  const result = await count(togai, {
    buckets: bucketsOf(RANGE),
    ignoreLists: { accounts: new Set(), schemas: new Set() },
    workers: workersFor(rate),
    signal: new AbortController().signal,
  });
  if (result.stopped) throw result.stopped;
  const { requests, throttled } = togai.stats();
  const events = result.complete.reduce((sum, { counts }) => sum + counts.total, 0);
  return { events, pages: requests - throttled };
}

/** One query, one page after the other, as fast as the answers arrive. */
function followOneByOne(served: Served, forMs: number): Promise<Work> {
  return followPages(served, RANGE, performance.now() + forMs);
}

/** `workers` queries side by side, each as fast as the answers arrive. After a 429 a worker waits, longer each time. */
async function followByWorkers(served: Served, workers: number, forMs: number): Promise<Work> {
  const until = performance.now() + forMs;
  const length = HOUR_MS / workers;
  const all = await Promise.all(
    Array.from({ length: workers }, (_, worker) =>
      followPages(
        served,
        { start: RANGE.start + worker * length, end: RANGE.start + (worker + 1) * length },
        until,
      ),
    ),
  );
  return {
    events: all.reduce((sum, { events }) => sum + events, 0),
    pages: all.reduce((sum, { pages }) => sum + pages, 0),
  };
}

async function followPages(
  { url, token }: Served,
  { start, end }: { start: number; end: number },
  until: number,
): Promise<Work> {
  let events = 0;
  let pages = 0;
  let failures = 0;
  let nextToken: string | undefined;
  while (performance.now() < until) {
    const page = new URL('events', `${url}/`);
    page.searchParams.set('start_time', String(start));
    page.searchParams.set('end_time', String(end));
    if (nextToken !== undefined) page.searchParams.set('nextToken', nextToken);
    const response = await fetch(page, { headers: { authorization: `Bearer ${token}` } });
    const body = await response.text();
    if (response.status === 429) {
      const waitMs = Math.min(8_000, 250 * 2 ** failures++) * Math.random();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      continue;
    }
    failures = 0;
    pages++;
    const json = JSON.parse(body);
    events += json.events?.length ?? 0;
    nextToken = json.nextToken;
    // After the last page it begins again, so there is always work.
  }
  return { events, pages };
}
