import { readFileSync } from 'node:fs';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { createTestMonitor, notifiedBy } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

/**
 * The items of a table that 0.1.0 itself wrote, in runs every five minutes from 09:00 to 10:15.
 * Account acme lost every event from 10:00 on, and 0.1.0 had notified people at 10:10.
 */
function itemsOf010(counting: string): Record<string, AttributeValue>[] {
  const file = new URL(`./table-of-0.1.0-by-${counting}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (_, value) =>
    value?.base64 === undefined ? value : Buffer.from(value.base64, 'base64'),
  );
}

/** A monitor of this version on that table, with the same events: the loss ends at 11:00. */
async function upgraded(counting: string) {
  const { client, table } = await startDynamoDb();
  for (const Item of itemsOf010(counting)) {
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
  const thresholds = 'unmetered >= 10, unmetered by account >= 50% critical';
  const monitor = createTestMonitor({ thresholds, counting });
  monitor.events.push(...traffic('08:00', '16:00', { from: '10:00', to: '11:00' }));
  const store = createDynamoDbStore(client, table);
  return { monitor, store, runAt: (time: string) => monitor.runAt(time, { store }) };
}

describe.each(['events', 'metrics'])('a table of 0.1.0 that counted by %s', (counting) => {
  test('is read by the first run, which opens an incident of a loss that goes on', async () => {
    const { monitor, runAt } = await upgraded(counting);
    await runAt('10:20');
    await runAt('10:25');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
  });

  test('has its end told once, with every event that was lost', async () => {
    const { monitor, runAt } = await upgraded(counting);
    for (const hour of ['10', '11']) {
      for (let minute = 0; minute < 60; minute += 5) {
        const time = `${hour}:${String(minute).padStart(2, '0')}`;
        if (time >= '10:20') await runAt(time);
      }
    }
    expect(notifiedBy(monitor).filter((line) => line.startsWith('resolved'))).toHaveLength(1);
    expect(JSON.parse(monitor.messages.at(-1)?.json ?? '')).toMatchObject({ lost: 360 });
  });
});
