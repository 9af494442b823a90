import Bottleneck from 'bottleneck';
import PQueue from 'p-queue';
import { workersFor } from '../functions/monitor/counting/how-many-workers.ts';
import { count } from '../functions/monitor/counting/listing/count-buckets.ts';
import { bucketsOf } from '../functions/monitor/timeline/bucket.ts';
import { connect, NOW, type Served, serve, steady } from './served.ts';

/**
 * The rate equals the quota, and the network delays each request by up to 40 ms. So requests that
 * were sent evenly arrive unevenly. The monitor lists an hour, and so do simple clients with a rate
 * limiter of a library.
 */

const RATE = 50;
/** With four requests under way, answers must take less than 4 / 50 s on average. */
const JITTER_MS = 40;
const LATENCY_MS = 25;
/** All clients have as many requests under way. */
const UNDER_WAY = 4;
const WORK_SECONDS = 40;
const HOUR_MS = 3_600_000;
const RANGE = { start: NOW - HOUR_MS, end: NOW };

/** Runs a request when the limiter lets it. */
type Limiter = <T>(request: () => Promise<T>) => Promise<T>;

interface Listing {
  readonly seconds: number;
  readonly events: number;
  /** The share of the answers that are 429, 0–1. */
  readonly throttled: number;
}

export interface LimiterFigures {
  readonly monitor: Listing;
  readonly bottleneck: Listing;
  readonly pQueue: Listing;
}

export async function measureLimiters(): Promise<LimiterFigures> {
  const bottleneck = new Bottleneck({ minTime: 1_000 / RATE, maxConcurrent: UNDER_WAY });
  const pQueue = new PQueue({
    concurrency: UNDER_WAY,
    interval: 1_000,
    intervalCap: RATE,
    strict: true,
  });
  return {
    monitor: await measured(countAll),
    bottleneck: await measured((served) =>
      listAll(served, (request) => bottleneck.schedule(request)),
    ),
    pQueue: await measured((served) => listAll(served, (request) => pQueue.add(request))),
  };
}

async function measured(list: (served: Served) => Promise<number>): Promise<Listing> {
  const served = await serve({
    scenario: steady(RATE * WORK_SECONDS * 50, HOUR_MS),
    quota: RATE,
    latencyMs: LATENCY_MS,
    jitterMs: JITTER_MS,
  });
  const begun = performance.now();
  const events = await list(served);
  const seconds = (performance.now() - begun) / 1_000;
  const { requests, throttled } = await served.close();
  return { seconds, events, throttled: throttled / requests };
}

async function countAll(served: Served): Promise<number> {
  const togai = await connect(served, RATE);
  const result = await count(togai, {
    buckets: bucketsOf(RANGE),
    ignoreLists: { accounts: new Set(), schemas: new Set() },
    workers: workersFor(RATE),
    signal: new AbortController().signal,
  });
  if (result.stopped) throw result.stopped;
  return result.complete.reduce((sum, { counts }) => sum + counts.total, 0);
}

/** All buckets at once, page by page. The limiter alone decides which requests wait. */
async function listAll(served: Served, limiter: Limiter): Promise<number> {
  const lengths = bucketsOf(RANGE).map((bucket) => listBucket(served, bucket, limiter));
  return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0);
}

async function listBucket(
  { url, token }: Served,
  { start, end }: { readonly start: number; readonly end: number },
  limiter: Limiter,
): Promise<number> {
  let events = 0;
  let nextToken: string | undefined;
  for (;;) {
    const page = new URL('events', `${url}/`);
    page.searchParams.set('start_time', String(start));
    // `end_time` is included.
    page.searchParams.set('end_time', String(end - 1));
    if (nextToken !== undefined) page.searchParams.set('nextToken', nextToken);
    const { status, retryAfterMs, body } = await limiter(async () => {
      const response = await fetch(page, { headers: { authorization: `Bearer ${token}` } });
      const retryAfter = Number(response.headers.get('retry-after') ?? 0);
      return {
        status: response.status,
        retryAfterMs: retryAfter * 1_000,
        body: await response.text(),
      };
    });
    if (status === 429) {
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
      continue;
    }
    const json = JSON.parse(body);
    events += json.events?.length ?? 0;
    nextToken = json.nextToken ?? undefined;
    if (nextToken === undefined) return events;
  }
}
