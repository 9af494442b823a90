import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { checkSubscriptions } from '../../functions/monitor/notifications/delivery/check-subscriptions.ts';
import type { RunResult } from '../../functions/monitor/run.ts';
import { logLineOf, metricsOf } from '../../functions/monitor/run-report.ts';
import { at, createTestMonitor, HOUR, MINUTE } from '../support/monitor.ts';
import { fakeSubscriptions } from '../support/subscriptions.ts';

const missingIn = (result: RunResult): number | undefined =>
  metricsOf(result).find(({ name }) => name === 'SubscriptionsMissing')?.value;

const measured = (result: RunResult, metric: string): number | undefined =>
  metricsOf(result).find(({ name }) => name === metric)?.value;

const lineOf = (result: RunResult): string => JSON.stringify(logLineOf(at('10:00'), result));

describe('the subscriptions that are missing', () => {
  test.each([
    ['none: everybody who was configured has confirmed', 3, 3, 0],
    ['one: an address was unsubscribed, or the Slack channel was removed', 3, 2, 1],
    ['one: nobody has opened the only link, and it expired', 1, 0, 1],
    ['all of them', 6, 0, 6],
    ['none: somebody subscribed by hand as well', 2, 3, 0],
  ])('are measured: %s', async (_, configured, confirmed, missing) => {
    const { ports } = fakeSubscriptions(configured, confirmed);
    expect(missingIn(await createTestMonitor().runAt('10:00', ports))).toBe(missing);
  });

  test('are in the log line, with how many there should be', async () => {
    const { ports } = fakeSubscriptions(5, 2);
    const line = lineOf(await createTestMonitor().runAt('10:00', ports));
    expect(line).toMatch(/"subscriptions"/i);
    expect(line).toMatch(/"configured":5/);
    expect(line).toMatch(/"confirmed":2/);
  });

  test('are found by the next check after a subscription is lost, and are none once it is back', async () => {
    const monitor = createTestMonitor();
    const subscriptions = fakeSubscriptions(2);
    const missing = new Map<string, number | undefined>();
    const checkAt = async (time: string, confirmed: number) => {
      subscriptions.confirmed = confirmed;
      missing.set(time, missingIn(await monitor.runAt(time, subscriptions.ports)));
    };
    await checkAt('10:00', 2);
    await checkAt('11:00', 1);
    await checkAt('12:00', 2);
    expect(Object.fromEntries(missing)).toEqual({ '10:00': 0, '11:00': 1, '12:00': 0 });
  });

  test('are measured also by a run that cannot count', async () => {
    const { ports } = fakeSubscriptions(2, 1);
    const result = await createTestMonitor().runAt('10:00', {
      ...ports,
      connect: () => Promise.reject(new TogaiError('unreachable', 'no connection')),
    });
    expect(result.outcome).toBe('failed');
    expect(missingIn(result)).toBe(1);
  });

  test('make no run fail: they have an alarm of their own', async () => {
    const { ports } = fakeSubscriptions(2, 0);
    const result = await createTestMonitor().runAt('10:00', ports);
    expect(missingIn(result)).toBe(2);
    expect(result.outcome).toBe('finished');
    expect(measured(result, 'RunSucceeded')).toBe(1);
  });
});

describe('SNS is asked for them', () => {
  test('once an hour, though a run starts every five minutes', async () => {
    const monitor = createTestMonitor();
    const subscriptions = fakeSubscriptions(1);
    for (let time = at('10:00'); time < at('12:00'); time += 5 * MINUTE) {
      await monitor.runAt(time, subscriptions.ports);
    }
    expect(subscriptions.asked).toBe(2);
  });

  test('once an hour by all processes together', async () => {
    const first = createTestMonitor();
    const subscriptions = fakeSubscriptions(1, 0);
    await first.runAt('10:00', subscriptions.ports);
    const second = createTestMonitor({}, first.store);
    const result = await second.runAt('10:05', subscriptions.ports);
    expect(subscriptions.asked).toBe(1);
    // Nothing, or the number of the last check: no zero by a run that did not look.
    expect(missingIn(result) ?? 1).toBe(1);
  });

  test('again by the next run where it did not answer, and the log line says so', async () => {
    const monitor = createTestMonitor();
    const subscriptions = fakeSubscriptions(2, 1);
    subscriptions.failure = new Error('AuthorizationError: not allowed');
    const refused = await monitor.runAt('10:00', subscriptions.ports);
    expect(refused.outcome).toBe('finished');
    expect(missingIn(refused)).toBeUndefined();
    expect(lineOf(refused)).toMatch(/subscriptions.*AuthorizationError: not allowed/i);

    subscriptions.failure = undefined;
    expect(missingIn(await monitor.runAt('10:05', subscriptions.ports))).toBe(1);
    expect(subscriptions.asked).toBe(2);
  });

  test('where the last check was made while the clock was a day ahead', async () => {
    const subscriptions = fakeSubscriptions(1, 0);
    const session = {
      state: { ...NEW_STATE, subscriptionsCheckedAt: at('10:00') + 24 * HOUR },
      change: () => {},
    };
    const { clock } = createTestMonitor();
    const request = { scheduledTime: at('10:00'), signal: new AbortController().signal };
    const port = subscriptions.ports.subscriptions;
    expect(await checkSubscriptions(session, { subscriptions: port, clock }, request)).toEqual({
      configured: 1,
      confirmed: 0,
    });
  });

  test('for five seconds, and then the run goes on', async () => {
    const monitor = createTestMonitor();
    const result = await monitor.runAt('10:00', {
      subscriptions: {
        configured: 1,
        countConfirmed: (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      },
    });
    expect(result.outcome).toBe('finished');
    expect(lineOf(result)).toMatch(/subscriptions.*it took more than 5 s/);
  });

  test('by no run that is late', async () => {
    const monitor = createTestMonitor();
    const subscriptions = fakeSubscriptions(1);
    await monitor.runAt('11:00', subscriptions.ports);
    expect(subscriptions.asked).toBe(1);
    await monitor.runAt('09:00', subscriptions.ports);
    expect(subscriptions.asked).toBe(1);
  });

  test('by no run of a stack that configures none', async () => {
    const subscriptions = fakeSubscriptions(0);
    const result = await createTestMonitor().runAt('10:00', subscriptions.ports);
    expect(subscriptions.asked).toBe(0);
    expect(missingIn(result)).toBeUndefined();
  });

  test('by no run without a topic, such as one of the command line', async () => {
    const result = await createTestMonitor().runAt('10:00');
    expect(missingIn(result)).toBeUndefined();
    expect(lineOf(result)).not.toMatch(/subscriptions/i);
  });
});
