import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { RenderedMessage } from '../../functions/monitor/notifications/formats/message.ts';
import { usageEvent } from '../support/events.ts';
import { at, MINUTE, monitorWith, notifiedBy, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

describe('a message that cannot be delivered', () => {
  test('does not hold up other messages, and is delivered later', async () => {
    const monitor = monitorWith(
      traffic('09:00', '12:00', { from: '10:00', to: '12:00' }),
      'unmetered >= 10, total >= 10',
    );
    const publish = (message: RenderedMessage) =>
      message.attributes.subject === 'total'
        ? Promise.reject(new Error('SNS is down'))
        : Promise.resolve(void monitor.messages.push(message));
    await monitor.runAt('10:10', { channels: [{ name: 'sns', publish }] });
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
    await monitor.runAt('10:15');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10', 'opened total >= 10']);
  });

  test('is delivered by the next run, even if that cannot count', async () => {
    const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
    withSnsDown(monitor, '10:00', '10:15');
    await monitor.runFrom('09:10', '10:10');
    expect(monitor.notified).toEqual([]);
    const connect = () => Promise.reject(new TogaiError('unavailable', 'Togai is down'));
    expect((await monitor.runAt('10:15', { connect })).outcome).toBe('failed');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
  });

  test('is delivered by the next run, even if its thresholds cannot be read', async () => {
    const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
    withSnsDown(monitor, '10:00', '10:15');
    await monitor.runFrom('09:10', '10:10');
    monitor.texts.thresholds = 'unmeterd >= 10';
    await monitor.runAt('10:15');
    expect(notifiedBy(monitor)).toContain('opened unmetered >= 10');
  });
});

/** SNS refuses messages from one time to another. With `lost` it takes them, and its answers get lost. */
function withSnsDown(
  monitor: TestMonitor,
  from: string,
  to: string,
  how: 'down' | 'lost' = 'down',
) {
  const step = how === 'down' ? 'before publish' : 'after publish';
  monitor.onStep = (name) => {
    const now = monitor.clock.now();
    if (name === step && now >= at(from) && now < at(to)) throw new Error('SNS is down');
  };
}

describe('an incident whose end could not be delivered', () => {
  /** Six events are lost at 10:00: it is over at 10:20. */
  const brief = () =>
    monitorWith(traffic('08:00', '15:00', { from: '10:00', to: '10:01' }), 'unmetered >= 5');

  test('is told to be over later, once', async () => {
    const monitor = brief();
    withSnsDown(monitor, '10:20', '10:40');
    await monitor.runFrom('09:10', '11:30');
    expect(monitor.notified).toMatchObject([
      { kind: 'opened' },
      { kind: 'resolved', at: '2026-11-18T10:40:00.000Z', endedAt: '2026-11-18T10:05:00.000Z' },
    ]);
  });

  test('has one id for this message, even if it arrives each time and every answer is lost', async () => {
    const monitor = brief();
    withSnsDown(monitor, '10:20', '10:40', 'lost');
    await monitor.runFrom('09:10', '11:30');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual([
      'opened',
      ...Array(4).fill('resolved'),
    ]);
    expect(new Set(monitor.notified.map(({ id }) => id)).size).toBe(2);
  });
});

/** Without those that messages could not be delivered for some time. */
const aboutEvents = ({ notified }: TestMonitor) =>
  notified.filter(({ subject }) => subject !== 'monitor');

describe('an incident that ends before anybody could be notified', () => {
  const brief = () => monitorWith(traffic('08:00', '14:00', { from: '10:00', to: '10:05' }));

  test('is one message, with its loss and its end', async () => {
    const monitor = brief();
    withSnsDown(monitor, '10:00', '12:00');
    await monitor.runFrom('09:10', '12:30');
    expect(aboutEvents(monitor)).toMatchObject([
      { kind: 'resolved', worst: 30, lost: 30, endedAt: '2026-11-18T10:05:00.000Z' },
    ]);
  });

  test('has another id for this message than for the one that may have arrived', async () => {
    const monitor = brief();
    withSnsDown(monitor, '10:00', '12:00', 'lost');
    await monitor.runFrom('09:10', '12:30');
    const notified = new Map(aboutEvents(monitor).map(({ id, kind }) => [id, kind]));
    expect([...notified.values()]).toEqual(['opened', 'resolved']);
  });

  test('shows its current state if it has begun again', async () => {
    const monitor = monitorWith(
      [
        ...traffic('08:00', '11:15', { from: '10:00', to: '10:01' }),
        ...traffic('11:15', '14:00', { from: '11:15', to: '14:00' }),
      ],
      'unmetered >= 5',
    );
    withSnsDown(monitor, '10:00', '11:40');
    await monitor.runFrom('09:10', '11:40');
    expect(aboutEvents(monitor)).toMatchObject([{ kind: 'opened', endedAt: null }]);
    expect(aboutEvents(monitor)[0]?.value).toBeGreaterThanOrEqual(30);
  });
});

describe('a first message when the newest window cannot be evaluated', () => {
  const pileUp = (from: string) => {
    const pending: UsageEvent[] = [];
    for (let time = at(from); time < at('12:00'); time += MINUTE) {
      pending.push(usageEvent({ createdAt: time + 2, status: 'INGESTION_IN_PROGRESS' }));
    }
    return pending;
  };
  const sparse = () =>
    traffic('08:00', '12:00', { from: '10:00', to: '10:15' }).filter((_, index) => index % 3 === 0);

  test.each<[string, string, (monitor: TestMonitor) => Promise<void>]>([
    [
      'after a silence',
      '10:15',
      async (monitor) => {
        await monitor.silence({ subject: 'unmetered' }, '09:00', 112 * MINUTE);
        await monitor.runFrom('09:10', '11:00');
      },
    ],
    [
      'after an outage',
      '10:15',
      async (monitor) => {
        await monitor.runFrom('09:10', '10:00');
        await monitor.runFrom('11:20', '11:25');
      },
    ],
  ])('has the loss from its beginning on: %s', async (_, from, live) => {
    const monitor = monitorWith([...sparse(), ...pileUp(from)]);
    await live(monitor);
    expect(monitor.notified.filter(({ kind }) => kind !== 'notice')).toMatchObject([
      { kind: 'opened', lost: 30, onset: '2026-11-18T10:00:00.000Z', worst: 30 },
    ]);
  });
});
