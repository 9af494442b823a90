import { createDynamoDbStore } from '../functions/monitor/storage/dynamodb-store.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { createTable } from '../test/support/create-table.ts';
import { createMemoryStore } from '../test/support/memory-store.ts';
import { connectDynamoDb, startDynamoDb } from './dynamodb.ts';
import { inProcess, OF_THE_FUNCTION } from './in-process.ts';
import { createManyAccounts, longIncident } from './many-accounts.ts';
import { monitored } from './monitored.ts';
import { median } from './rolling.ts';
import { NOW } from './served.ts';

/**
 * The cost of runs over the state that a day of runs left. The window has 24 hours, and 200 of
 * 5,000 accounts lose events.
 */

const STEP_MS = 5 * MINUTE_MS;
const OUTAGES = 3;
export const TEXTS = { windowMinutes: '1440' } as const;

/** The costs that a process prints about its runs, see `run-child.ts`. */
export interface RunCosts {
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  /** Bytes that DynamoDB sent in a run, with heads and Base64. */
  readonly bytesRead: readonly number[];
  readonly requests: readonly number[];
}

export interface DayCosts {
  /** Medians of a run every five minutes. */
  readonly usual: { readonly ms: number; readonly cpuMs: number; readonly bytesRead: number };
  /** The first run after an outage of a day, in a new process. */
  readonly afterOutage: { readonly cpuMs: number; readonly peakMb: number };
  readonly looks: number;
}

export async function measureDay(): Promise<DayCosts> {
  const day = await playDay();
  const dynamoDb = await startDynamoDb();
  const client = connectDynamoDb(dynamoDb.endpoint);
  const tableOf = async (name: string) => {
    await createTable(client, name);
    const store = createDynamoDbStore(client, name);
    for (const look of day.looks) await store.writeLook(look);
    for (const bucket of day.buckets) await store.writeBucket(bucket);
    if (day.state) await store.writeState(day.state, undefined);
    return name;
  };
  const runIn = async (table: string, times: readonly number[]) =>
    inProcess<RunCosts>(
      'run-child.ts',
      { endpoint: dynamoDb.endpoint, table, times },
      OF_THE_FUNCTION,
    );
  try {
    const times = Array.from({ length: 10 }, (_, run) => NOW + (run + 1) * STEP_MS);
    const usual = await runIn(await tableOf('usual'), times);
    const outages: { cpuMs: number; peakMb: number }[] = [];
    for (let outage = 0; outage < OUTAGES; outage++) {
      const { cpuMs, peakMb } = await runIn(await tableOf(`outage-${outage}`), [NOW + DAY_MS]);
      outages.push({ cpuMs: cpuMs[0] ?? Number.NaN, peakMb });
    }
    // The first runs of a process compile.
    const warm = (costs: readonly number[]) => median(costs.slice(3));
    return {
      looks: day.looks.length,
      usual: { ms: warm(usual.ms), cpuMs: warm(usual.cpuMs), bytesRead: warm(usual.bytesRead) },
      afterOutage: {
        cpuMs: median(outages.map(({ cpuMs }) => cpuMs)),
        peakMb: Math.max(...outages.map(({ peakMb }) => peakMb)),
      },
    };
  } finally {
    client.destroy();
    dynamoDb.close();
  }
}

/** Runs a day, and gives the stored counts and state. */
async function playDay() {
  const store = createMemoryStore();
  const monitor = monitored(store, (now) => createManyAccounts(longIncident(NOW), now), TEXTS);
  for (let now = NOW - DAY_MS + STEP_MS; now <= NOW; now += STEP_MS) await monitor.runAt(now);
  const range = { start: NOW - DAY_MS - HOUR_MS, end: NOW };
  return { ...(await store.readCounts(range)), state: await store.readState() };
}
