import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { wireEvent } from '../support/events.ts';
import { at, createTestMonitor, MINUTE } from '../support/monitor.ts';
import { serve } from '../support/server.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { client } from '../support/togai-client.ts';
import { NOT_METERED } from '../support/usage-traffic.ts';

const BUCKET = at('11:05');

/** Not to be compressed to less than DynamoDB takes of an item. */
const HUGE = randomBytes(412_500).toString('base64');

/** An event that is not metered, with one field that may be anything. */
function eventWith(field: string, value: string): Record<string, unknown> {
  const createdAt = new Date(BUCKET + 4 * MINUTE).toISOString();
  const event = wireEvent({ status: NOT_METERED, createdAt });
  const status = event.ingestionStatus as Record<string, unknown>;
  if (field === 'referenceId') return { ...event, referenceId: value };
  if (field in status || field === 'statusDescription') {
    return { ...event, ingestionStatus: { ...status, [field]: value } };
  }
  return { ...event, eventPayload: { ...(event.eventPayload as object), [field]: value } };
}

/** Runs over DynamoDB and HTTP: an event a minute, none of them metered, and the one with a huge field. */
async function runsOver(field: string) {
  const minutes = Array.from({ length: 90 }, (_, index) => at('11:00') + index * MINUTE);
  const events = [
    eventWith(field, HUGE),
    ...minutes.map((time) =>
      wireEvent({ status: NOT_METERED, createdAt: new Date(time).toISOString() }),
    ),
  ];
  const { url } = await serve((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const [start, end] = ['start_time', 'end_time'].map((name) => Number(searchParams.get(name)));
    const page = events.filter(({ createdAt }) => {
      const time = Date.parse(String(createdAt));
      return time >= (start ?? 0) && time <= (end ?? 0);
    });
    response.end(JSON.stringify({ events: page, nextToken: null }));
  });
  const dynamoDb = await startDynamoDb();
  const store = createDynamoDbStore(dynamoDb.client, dynamoDb.table);
  const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' });
  const connect = () => client(url, { clock: monitor.clock });
  const outcomes: string[] = [];
  for (const time of ['11:30', '11:35', '11:40', '11:45']) {
    const { outcome } = await monitor
      .runAt(time, { store, connect })
      .catch((error: Error) => ({ outcome: error.message }));
    outcomes.push(outcome);
  }
  return { outcomes, monitor, store };
}

describe.each(['id', 'referenceId', 'accountId', 'schemaName', 'statusDescription'])(
  'an event with 550,000 characters as its %s',
  (field) => {
    test('stops no run, and people are still notified of the lost events', async () => {
      const { outcomes, monitor } = await runsOver(field);
      expect(outcomes).toEqual(['finished', 'finished', 'finished', 'finished']);
      expect(monitor.notified).toMatchObject([{ kind: 'opened', threshold: 'unmetered >= 10' }]);
    });

    test('is counted, and stored with 512 characters of it at most', async () => {
      const { store } = await runsOver(field);
      const [bucket] = await bucketsIn(store, { start: BUCKET, end: BUCKET + 1 });
      expect(bucket).toMatchObject({ partial: false, counts: { total: 6 } });
      const samples = [...(bucket?.counts.samples.values() ?? [])].flat();
      expect(samples).toHaveLength(5);
      const lengths = samples.flatMap((sample) =>
        Object.values(sample).map((value) => String(value).length),
      );
      expect(Math.max(...lengths)).toBeLessThanOrEqual(512);
    });
  },
);
