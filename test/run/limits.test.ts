import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { RejectionLimiter } from '../../functions/monitor/ports.ts';
import { createDynamoDbStore } from '../../functions/monitor/storage/dynamodb-store.ts';
import { connectTogai } from '../../functions/monitor/togai/client.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { usageEvent } from '../support/events.ts';
import { togaiOf } from '../support/memory-togai.ts';
import {
  at,
  createTestMonitor,
  MINUTE,
  monitorWith,
  type TestMonitor,
} from '../support/monitor.ts';
import { NOT_METERED, traffic } from '../support/traffic.ts';

test('a quiet run asks Togai once', async () => {
  const monitor = monitorWith([]);
  await monitor.runFrom('10:00', '12:00');
  monitor.requests = 0;
  await monitor.runAt('12:05');
  // For the new bucket, and for the bucket that enters the older half of the window.
  expect(monitor.requests).toBe(1);
});

test('a run that follows another at once waits a second, until the requests of the other have left the quota', async () => {
  const monitor = monitorWith(traffic('08:00', '12:00'));
  // Both are late, so the second starts when the first ends.
  monitor.clock.advance(at('10:06') - monitor.clock.now());
  await monitor.runAt('10:00');
  const ended = monitor.clock.now();
  let begun = 0;
  monitor.onStep = (step) => {
    if (step === 'before page') begun ||= monitor.clock.now();
  };
  await monitor.runAt('10:05');
  expect(begun - ended).toBe(1_000);
});

/** Accounts and schemas with the longest names that can be: 512 characters of three bytes. Each loses six events at 10:00. */
function eventsOfLongNames(count: number): UsageEvent[] {
  const name = (letter: number, seed: number) =>
    Array.from({ length: 512 }, (_, index) =>
      String.fromCodePoint(letter + ((seed * 7919 + index * index * 31) % 20_000)),
    ).join('');
  const events: UsageEvent[] = [];
  for (let group = 0; group < count; group++) {
    const [accountId, schemaName] = [name(0x4e00, group), name(0x4e01, group % 60)];
    for (let index = 0; index < 10; index++) {
      const createdAt = at('10:00') + group * 10 + index;
      if (index < 6) {
        events.push(usageEvent({ createdAt, accountId, schemaName, status: NOT_METERED }));
      }
      events.push(usageEvent({ createdAt: createdAt + 10 * MINUTE, accountId, schemaName }));
    }
  }
  return events;
}

test('an incident of 500 accounts with long names fits into an item of DynamoDB, and ends', async () => {
  const { client, table } = await startDynamoDb();
  const monitor = createTestMonitor({
    thresholds: 'unmetered >= 10, unmetered by account >= 10%, unmetered by schema >= 10%',
  });
  monitor.events.push(...eventsOfLongNames(500));
  const store = createDynamoDbStore(client, table);
  const outcomes = new Set<string>();
  for (let time = at('10:00'); time <= at('10:35'); time += 5 * MINUTE) {
    outcomes.add((await monitor.runAt(time, { store })).outcome);
  }
  expect([...outcomes]).toEqual(['finished']);
  expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
});

describe('looking up samples for messages', () => {
  /** A Togai that lists events and takes an hour to show one. `asked` has the ids of the requests. */
  function slowTogai(monitor: TestMonitor) {
    const asked: string[] = [];
    const event = async (id: string, signal: AbortSignal) => {
      asked.push(id);
      await monitor.clock.sleep(60 * MINUTE, signal);
      return [];
    };
    return { asked, connect: () => Promise.resolve({ ...togaiOf(monitor), event }) };
  }
  const incident = () => {
    const events = traffic('08:00', '12:00', { from: '10:00', to: '10:30' });
    // Three incidents: a status and a pattern are subjects of their own.
    const rules = [NOT_METERED, `${NOT_METERED}*`, 'unmetered'].map((name) => `${name} >= 10`);
    return monitorWith(
      events.map((event, index) => ({ ...event, id: `e-${index}` })),
      rules.join(', '),
    );
  };

  test('takes at most five seconds for all messages together', async () => {
    const monitor = incident();
    const { asked, connect } = slowTogai(monitor);
    await monitor.runAt('10:10', { connect });
    expect([asked.length > 0, monitor.notified.length]).toEqual([true, 3]);
    expect(monitor.clock.now() - at('10:10')).toBeLessThan(6_000);
  });

  test('does not begin after the soft deadline', async () => {
    const monitor = incident();
    const { asked, connect } = slowTogai(monitor);
    const softDeadline = new AbortController();
    monitor.onStep = (step) => {
      if (step === 'after writeBucket' && monitor.clock.now() >= at('10:10')) softDeadline.abort();
    };
    await monitor.runFrom('09:10', '10:05');
    await monitor.runAt('10:10', { connect }, softDeadline.signal);
    expect([asked, monitor.notified.length]).toEqual([[], 3]);
  });
});

test.each([2, 10, 13])(
  'a revoked token and wrong ones after it cause four rejected requests in half an hour, at %i requests a second',
  async (rate) => {
    const monitor = createTestMonitor({ maxRequestsPerSecond: String(rate) });
    let secret = 'token-0';
    let sent = 0;
    let rejected = 0;
    const read = () => Promise.resolve(secret);
    const connect = (rejectionLimiter: RejectionLimiter) =>
      connectTogai({
        baseUrl: 'https://togai.test',
        credential: { read, readAgain: read },
        tokenSource: 'the secret',
        requestsPerSecond: rate,
        clock: monitor.clock,
        rejectionLimiter,
        exchange: async (_, { token, signal, onSent }) => {
          onSent();
          sent++;
          if (sent === 3) secret = 'wrong';
          const isGood = token === 'token-0' && sent < 3;
          await monitor.clock.sleep(300, signal);
          if (!isGood) rejected++;
          const status = isGood ? 200 : 401;
          return { status, headers: new Headers(), body: JSON.stringify({ events: [] }) };
        },
      });
    for (let time = at('10:00'); time < at('10:30'); time += 5 * MINUTE) {
      await monitor.runAt(time, { connect });
      secret = `wrong-${time}`;
    }
    expect(rejected).toBe(4);
  },
);
