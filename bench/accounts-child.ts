/** Counts a million events of `accounts` accounts in one bucket. */
import { createCounter } from '../functions/monitor/events/counter.ts';
import { printMeasured } from './in-process.ts';

const EVENTS = 1_000_000;

const { accounts }: { accounts: number } = JSON.parse(process.argv[2] ?? '');
const counter = createCounter({ accounts: new Set(), schemas: new Set() });
for (let index = 0; index < EVENTS; index++) {
  const referenceId = `reference-${index}`;
  counter.add({
    identity: referenceId,
    referenceId,
    id: `event-${index}`,
    createdAt: 1_795_000_000_000 + index,
    timestamp: 1_795_000_000_000 + index,
    status: 'INGESTION_COMPLETED_EVENT_METERED',
    statusDescription: 'Usage was recorded.',
    accountId: `account-${(index * 7_919) % accounts}`,
    schemaName: 'api_call',
  });
}
const { total, accounts: named } = counter.finish();
printMeasured({ total, named: named.byName.size });
