import { toIncidentItem } from '../functions/monitor/storage/dynamodb-incidents.ts';
import { HOUR_MS, MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { createMemoryStore } from '../test/support/memory-store.ts';
import { createManyAccounts } from './many-accounts.ts';
import { monitored } from './monitored.ts';
import { add } from './results.ts';
import { NOW } from './served.ts';

/** Runs while 5,000 accounts begin to lose every event at the same moment. */

const STEP_MS = 5 * MINUTE_MS;
const WORLD = {
  accounts: 5_000,
  losing: 5_000,
  losesFrom: NOW,
  eventsPerSecond: 50,
  firstEvent: NOW - 3 * STEP_MS,
};

/** For each counting source: by name, all accounts are only known from a list. */
export async function addAllBreak(): Promise<void> {
  for (const [counting, name] of [
    ['listing', 'listing'],
    ['metrics', 'by Togai metrics'],
  ] as const) {
    const { cpuMs, jsonBytes, itemBytes, incidents } = await measureAllBreak(counting);
    add(
      `the longest run while 5,000 accounts lose every event from one moment on, ${name}: CPU without that of Togai; the largest item of an incident`,
      '≤ 2 s, ≤ 100 KB, one incident',
      `${(cpuMs / 1_000).toFixed(2)} s, ${kilobytes(itemBytes)} (${kilobytes(jsonBytes)} of JSON), ${incidents} incident${incidents === 1 ? '' : 's'}`,
      cpuMs <= 2_000 && itemBytes <= 100_000 && incidents === 1,
    );
  }
}

async function measureAllBreak(counting: string) {
  const store = createMemoryStore();
  const monitor = monitored(store, (now) => createManyAccounts(WORLD, now), {
    counting,
    maxRequestsPerSecond: '50',
  });
  let cpuMs = 0;
  let jsonBytes = 0;
  let itemBytes = 0;
  let incidents = 0;
  for (let now = NOW - 3 * STEP_MS; now <= NOW + HOUR_MS; now += STEP_MS) {
    const run = await monitor.runAt(now);
    if (now <= NOW) continue;
    cpuMs = Math.max(cpuMs, run.cpuMs);
    const stored = await store.readIncidents((await store.readState())?.incidentIds ?? []);
    incidents = Math.max(incidents, stored.length);
    for (const incident of stored) {
      const { content } = await toIncidentItem(incident, 1);
      itemBytes = Math.max(itemBytes, content?.B?.length ?? 0);
      jsonBytes = Math.max(jsonBytes, JSON.stringify(incident).length);
    }
  }
  return { cpuMs, jsonBytes, itemBytes, incidents };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(0)} KB`;
}
