import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { RenderedMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Channel } from '../../functions/monitor/ports.ts';
import { usageEvent } from '../support/events.ts';
import {
  at,
  createTestMonitor,
  MINUTE,
  monitorWith,
  type TestMonitor,
} from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

/** A channel that remembers its messages about events. While `fail` returns an error, nothing reaches it. */
function channel(name: string, fail: () => Error | undefined = () => undefined) {
  const ids: string[] = [];
  const publish = ({ id, attributes }: RenderedMessage) => {
    const error = fail();
    if (error) return Promise.reject(error);
    if (attributes.subject !== 'monitor') ids.push(id.replace(/^\w-\w+\./, ''));
    return Promise.resolve();
  };
  return { name, ids, publish };
}

async function runThrough(
  monitor: TestMonitor,
  [first, last]: readonly [string, string],
  channels: readonly Channel[],
): Promise<void> {
  for (let time = at(first); time <= at(last); time += 5 * MINUTE) {
    await monitor.runAt(time, { channels });
  }
}

/** Twelve incidents: an event of each of twelve statuses in the bucket from 10:00 to 10:05. */
function manyIncidents(): TestMonitor {
  const statuses = [...'ABCDEFGHIJKL'].map((letter) => `INGESTION_FAILED_${letter}`);
  const monitor = createTestMonitor({
    thresholds: statuses.map((status) => `${status}* >= 1`).join(', '),
  });
  monitor.events.push(
    ...statuses.map((status) => usageEvent({ createdAt: at('10:01'), status })),
    ...traffic('09:00', '10:30'),
  );
  return monitor;
}

describe('two channels', () => {
  const incident = () => monitorWith(traffic('09:00', '13:00', { from: '10:00', to: '10:30' }));

  test('each get all messages of an incident once', async () => {
    const channels = [channel('sns'), channel('pager')];
    await runThrough(incident(), ['09:10', '11:30'], channels);
    const expected = ['1.opened.warning', '2.resolved.warning'];
    expect(channels.map(({ ids }) => ids)).toEqual([expected, expected]);
  });

  test('get nothing twice where one is down for an hour, and that one gets the messages that it lacks', async () => {
    const monitor = incident();
    const isDown = () => monitor.clock.now() < at('11:10');
    const down = channel('sns', () => (isDown() ? new Error('SNS is down') : undefined));
    const up = channel('pager');
    await runThrough(monitor, ['09:10', '11:30'], [down, up]);
    expect([down.ids, up.ids]).toEqual([
      ['1.resolved.warning'],
      ['1.opened.warning', '2.resolved.warning'],
    ]);
  });

  test('each get a notice once, even if one is down at first', async () => {
    const monitor = createTestMonitor({ maxCatchUpHours: '6' });
    let isDown = true;
    const channels = [channel('sns', () => (isDown ? new Error('down') : undefined)), channel('b')];
    await monitor.runAt('01:00', { channels });
    await monitor.runAt('12:10', { channels });
    isDown = false;
    await runThrough(monitor, ['12:15', '12:25'], channels);
    const gap = ['gap-20261118T0055-20261118T0605'];
    expect(channels.map(({ ids }) => ids)).toEqual([gap, gap]);
    expect((await monitor.store.readState())?.notices).toEqual([]);
  });

  test('do not wait for each other: where the first hangs, the second gets its messages in the same run', async () => {
    const monitor = manyIncidents();
    const hanging = channel('sns', () => {
      monitor.clock.advance(15_000);
      return new Error('no answer');
    });
    const second = channel('pager');
    await monitor.runAt('10:10', { channels: [hanging, second] });
    expect(second.ids).toHaveLength(12);
  });
});

describe('a channel that hangs until the hard deadline', () => {
  /** A run that ends while the first of its channels waits for an answer. */
  async function cutShort() {
    const monitor = monitorWith(traffic('09:00', '13:00', { from: '10:00', to: '12:00' }));
    const second = channel('pager');
    await runThrough(monitor, ['09:10', '10:00'], [channel('sns'), second]);
    const deadline = new AbortController();
    const hanging = {
      name: 'sns',
      publish: async () => {
        await once(deadline.signal, 'abort');
        throw new Error('no answer');
      },
    };
    monitor.onStep = (step) => {
      // The message to the other channel is recorded by then.
      if (step === 'after writeIncident' && second.ids.length > 0) {
        setImmediate(() => deadline.abort(new Error('cut short')));
      }
    };
    const run = monitor.runAt('10:10', { channels: [hanging, second] }, undefined, deadline.signal);
    await expect(run).rejects.toThrow('cut short');
    monitor.onStep = () => {};
    return { monitor, second };
  }

  test('keeps no message from another one', async () => {
    const { second } = await cutShort();
    expect(second.ids).toEqual(['1.opened.warning']);
  });

  test('gets its message in the next run, and the other one nothing twice', async () => {
    const { monitor, second } = await cutShort();
    const first = channel('sns');
    await runThrough(monitor, ['10:15', '10:20'], [first, second]);
    expect([first.ids, second.ids]).toEqual([['1.opened.warning'], ['1.opened.warning']]);
  });
});

test('records of channels that answer together are written one after the other', async () => {
  const monitor = manyIncidents();
  let underWay = 0;
  let most = 0;
  monitor.onStep = (step) => {
    if (!/write(State|Incident)$/.test(step)) return;
    underWay += step.startsWith('before') ? 1 : -1;
    most = Math.max(most, underWay);
    return new Promise((resolve) => setImmediate(resolve));
  };
  const channels = [channel('sns'), channel('events'), channel('pager')];
  await monitor.runAt('10:10', { channels });
  expect(channels.map(({ ids }) => ids.length)).toEqual([12, 12, 12]);
  expect(most).toBe(1);
});

test('messages are at least 200 ms apart, so that SNS suspends no email subscription', async () => {
  const monitor = manyIncidents();
  const times: number[] = [];
  monitor.onStep = (step) => {
    if (step === 'before publish') times.push(monitor.clock.elapsed());
  };
  await monitor.runAt('10:10');
  expect(times).toHaveLength(12);
  expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) >= 200)).toBe(true);
});

test('a run counts although its messages take long to fail', async () => {
  const monitor = manyIncidents();
  monitor.onStep = (step) => {
    if (step !== 'before publish' || monitor.clock.now() >= at('10:15')) return;
    monitor.clock.advance(15_000);
    throw new Error('no answer');
  };
  const { outcome, undelivered } = await monitor.runAt('10:10');
  // With the first sign of life.
  expect([outcome, undelivered]).toEqual(['finished', 13]);
  expect((await monitor.runAt('10:15')).outcome).toBe('finished');
  expect(monitor.notified).toHaveLength(12);
});
