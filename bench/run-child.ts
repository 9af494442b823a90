/** Runs at some times over a table, and prints the cost of each run. */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { createDynamoDbStore } from '../functions/monitor/storage/dynamodb-store.ts';
import { type RunCosts, TEXTS } from './day.ts';
import { connectDynamoDb } from './dynamodb.ts';
import { printMeasured } from './in-process.ts';
import { createManyAccounts, longIncident } from './many-accounts.ts';
import { monitored } from './monitored.ts';
import { NOW } from './served.ts';

const { endpoint, table, times }: { endpoint: string; table: string; times: number[] } = JSON.parse(
  process.argv[2] ?? '',
);
const sockets = new Set<Socket>();
subscribe('net.client.socket', (message) => {
  sockets.add((message as { socket: Socket }).socket);
});
const received = () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);

const client = connectDynamoDb(endpoint);
const monitor = monitored(
  createDynamoDbStore(client, table),
  (now) => createManyAccounts(longIncident(NOW), now),
  TEXTS,
);
const costs = [];
for (const time of times) {
  const before = received();
  const { ms, cpuMs, requests } = await monitor.runAt(time);
  costs.push({ ms, cpuMs, requests, bytesRead: received() - before });
}
client.destroy();
const measured: RunCosts = {
  ms: costs.map(({ ms }) => ms),
  cpuMs: costs.map(({ cpuMs }) => cpuMs),
  requests: costs.map(({ requests }) => requests),
  bytesRead: costs.map(({ bytesRead }) => bytesRead),
};
printMeasured(measured);
