import { describe, expect, test } from 'vitest';
import { InvalidMessageError } from '../../functions/monitor/errors.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { usageEvent } from '../support/events.ts';
import { at, MINUTE, monitorWith, notifiedBy, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

describe('a message that cannot be delivered', () => {
  test('does not hold up other messages, and is delivered later', async () => {
    const monitor = monitorWith(
      traffic('09:00', '12:00', { from: '10:00', to: '12:00' }),
      'unmetered >= 10, total >= 10',
    );
    const broken = {
      publisher: {
        publish: (message: { attributes: { threshold: string } }) =>
          message.attributes.threshold.startsWith('total')
            ? Promise.reject(new Error('SNS is down'))
            : Promise.resolve(void monitor.messages.push(message as never)),
      },
    };
    await monitor.runAt('10:10', broken);
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 10']);
    await monitor.runAt('10:15');
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 10', 'fired total >= 10']);
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

describe('an alert that fires again before its resolution is known to be delivered', () => {
  const again = () => [
    ...traffic('08:00', '11:15', { from: '10:00', to: '10:01' }),
    ...traffic('11:15', '14:00', { from: '11:15', to: '14:00' }),
  ];

  test('keeps its id and notifies again, because people may have read that it is over', async () => {
    const monitor = monitorWith(again(), 'unmetered >= 5');
    withSnsDown(monitor, '11:15', '11:30', 'lost');
    await monitor.runFrom('09:10', '13:00');
    expect(new Set(monitor.notified.map(({ kind, id }) => `${kind} ${id}`)).size).toBe(3);
    expect(monitor.notified.at(-1)).toMatchObject({
      kind: 'fired',
      reason: 'the threshold is breached again; people may have been notified of its end',
    });
    expect(new Set(monitor.notified.map(({ alertId }) => alertId)).size).toBe(1);
  });

  test('notifies again without the resolution', async () => {
    const monitor = monitorWith(again(), 'unmetered >= 5');
    withSnsDown(monitor, '11:15', '11:30');
    await monitor.runFrom('09:10', '13:00');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'fired']);
  });

  test('notifies its resolution later, even while it is muted', async () => {
    const monitor = monitorWith(
      [
        ...traffic('08:00', '11:15', { from: '10:00', to: '10:01' }),
        ...traffic('11:15', '15:00', { from: '11:15', to: '11:16' }),
      ],
      'unmetered >= 5',
    );
    withSnsDown(monitor, '11:15', '11:30');
    await monitor.runFrom('09:10', '11:20');
    monitor.texts.muteUntil = '2026-11-18T14:00';
    await monitor.runFrom('11:25', '14:30');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
  });

  test('shows its current state if nobody was notified of it', async () => {
    const monitor = monitorWith(again(), 'unmetered >= 5');
    withSnsDown(monitor, '10:00', '11:40');
    await monitor.runFrom('09:10', '11:40');
    expect(monitor.notified).toMatchObject([
      { kind: 'fired', reason: 'the threshold is breached', resolvedAt: null },
    ]);
    expect(monitor.notified[0]?.value).toBeGreaterThanOrEqual(30);
  });
});

describe('a message that is delivered after its alert has resolved', () => {
  const brief = () => traffic('08:00', '14:00', { from: '10:00', to: '10:05' });

  test('shows the alert as it fired, with its end', async () => {
    const monitor = monitorWith(brief());
    withSnsDown(monitor, '10:00', '12:00');
    await monitor.runFrom('09:10', '12:00');
    expect(monitor.notified).toMatchObject([{ kind: 'fired', value: 30 }]);
    expect(monitor.notified[0]?.resolvedAt).toMatch(/T11:15/);
  });

  test('has another id than the message that may have arrived', async () => {
    const monitor = monitorWith(brief());
    withSnsDown(monitor, '10:00', '12:00', 'lost');
    await monitor.runFrom('09:10', '12:00');
    const notified = new Map(monitor.notified.map(({ id, resolvedAt }) => [id, resolvedAt]));
    expect([...notified.values()]).toEqual([null, expect.stringMatching(/T11:15/)]);
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
      'after a mute',
      '11:00',
      async (monitor) => {
        monitor.texts.muteUntil = '2026-11-18T11:22';
        await monitor.runFrom('09:10', '11:30');
      },
    ],
    [
      'after an outage',
      '10:59',
      async (monitor) => {
        await monitor.runFrom('09:10', '10:00');
        await monitor.runFrom('11:20', '11:25');
      },
    ],
  ])('shows the window that was breached: %s', async (_, from, live) => {
    const monitor = monitorWith([...sparse(), ...pileUp(from)]);
    await live(monitor);
    expect(monitor.notified).toMatchObject([
      {
        kind: 'fired',
        reason: expect.stringMatching(/^the threshold was breached at .*cannot be evaluated$/),
      },
    ]);
    expect(monitor.notified[0]?.value).toBeGreaterThanOrEqual(10);
  });
});

test('a message that SNS refuses for its content is sent as one plain line', async () => {
  const monitor = monitorWith(traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
  const lines: string[] = [];
  await monitor.runAt('10:10', {
    publisher: {
      publish: (message) =>
        message.email.includes('\n')
          ? Promise.reject(new InvalidMessageError('too long'))
          : Promise.resolve(void lines.push(message.email)),
    },
  });
  expect(lines).toEqual([
    expect.stringMatching(/^WARNING: 30 unmetered events .*could not be delivered\)$/),
  ]);
  expect((await monitor.store.readState())?.outbox).toEqual([]);
});

test('messages are at least 200 ms apart, so that SNS suspends no email subscription', async () => {
  const monitor = monitorWith(
    traffic('09:00', '12:00', { from: '10:00', to: '12:00' }),
    'unmetered >= 10, total >= 10, metered >= 10, unmetered by account >= 10, total >= 20',
  );
  const times: number[] = [];
  monitor.onStep = (step) => {
    if (step === 'before publish') times.push(monitor.clock.elapsed());
  };
  await monitor.runAt('10:10');
  expect(times).toHaveLength(5);
  expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) >= 200)).toBe(true);
});

test('a run counts although its messages take long to fail', async () => {
  const rules = Array.from({ length: 12 }, (_, index) => `unmetered >= ${index + 10}`);
  const monitor = monitorWith(
    traffic('08:00', '12:00', { from: '10:00', to: '10:30' }),
    rules.join(', '),
  );
  let isHanging = true;
  monitor.onStep = (step) => {
    if (step === 'before page' && monitor.clock.now() > at('10:15')) isHanging = false;
    if (step !== 'before publish' || !isHanging) return;
    monitor.clock.advance(15_000);
    throw new Error('no answer');
  };
  await monitor.runAt('10:10').catch(() => {});
  expect((await monitor.runAt('10:15')).outcome).toBe('finished');
  expect(monitor.notified).toHaveLength(12);
});
