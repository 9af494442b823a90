import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { usageEvent } from '../support/events.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { at, HOUR, MINUTE, monitorWith, type TestMonitor } from '../support/monitor.ts';
import { NOT_METERED, traffic } from '../support/traffic.ts';

/** Twenty metered events on each of the nine days before. */
function history(accountId = 'acme'): UsageEvent[] {
  return Array.from({ length: 9 * 20 }, (_, index) => {
    const day = Math.floor(index / 20) + 1;
    return usageEvent({ accountId, createdAt: at('09:00') - day * 24 * HOUR + index });
  });
}

/** Each event costs one half. All are lost from 10:00 on. */
function lossOfAcme(thresholds = 'unmetered >= 10'): TestMonitor {
  const monitor = monitorWith(
    [...history(), ...traffic('09:00', '13:00', { from: '10:00', to: '11:00' })],
    thresholds,
  );
  monitor.priceOf = () => 0.5;
  return monitor;
}

/** The times of the runs that ask for revenue. */
function revenueAsked(monitor: TestMonitor, fails: () => boolean = () => false): string[] {
  const times: string[] = [];
  monitor.onStep = (step) => {
    if (step !== 'before revenue') return;
    times.push(new Date(monitor.clock.now()).toISOString().slice(11, 16));
    if (fails()) throw new Error('Togai is down');
  };
  return times;
}

describe('a loss is worth', () => {
  test('its events, each by the average of its account', async () => {
    const monitor = lossOfAcme();
    await monitor.runFrom('09:10', '10:10');
    expect(monitor.notified).toMatchObject([
      { kind: 'opened', lost: 30, worth: { amount: 15, accounts: 1, of: 1 } },
    ]);
  });

  test('by the average at its opening, also when prices change', async () => {
    const monitor = lossOfAcme();
    await monitor.runFrom('09:10', '10:10');
    monitor.priceOf = () => 7;
    await monitor.runFrom('10:15', '11:30');
    expect(monitor.notified.at(-1)).toMatchObject({
      kind: 'resolved',
      lost: 360,
      worth: { amount: 180 },
    });
  });

  test('the sum of those accounts whose average is known', async () => {
    const monitor = lossOfAcme();
    for (let second = 1; second <= 30; second++) {
      const createdAt = at('10:00') + second * 1_000;
      monitor.events.push(usageEvent({ createdAt, accountId: 'new', status: NOT_METERED }));
    }
    await monitor.runFrom('09:10', '10:10');
    expect(monitor.notified[0]?.worth).toEqual({ amount: 15, accounts: 1, of: 2 });
  });

  test('also the events of accounts that join', async () => {
    const monitor = lossOfAcme();
    monitor.events.push(...history('globex'));
    for (let second = 0; second < 1_800; second += 10) {
      const createdAt = at('10:15') + second * 1_000;
      monitor.events.push(usageEvent({ createdAt, accountId: 'globex', status: NOT_METERED }));
    }
    await monitor.runFrom('09:10', '10:50');
    expect(monitor.notified.map(({ kind, worth }) => [kind, worth])).toEqual([
      ['opened', { amount: 15, accounts: 1, of: 1 }],
      ['changed', { amount: expect.any(Number), accounts: 2, of: 2 }],
    ]);
  });

  test('nothing that is known, where its events would bring no revenue', async () => {
    const monitor = lossOfAcme('failed >= 10');
    for (let second = 1; second <= 30; second++) {
      const createdAt = at('10:00') + second * 1_000;
      monitor.events.push(usageEvent({ createdAt, status: 'INGESTION_FAILED' }));
    }
    const asked = revenueAsked(monitor);
    await monitor.runFrom('09:10', '10:10');
    expect([asked, monitor.notified[0]?.worth]).toEqual([[], null]);
  });

  test('nothing that is said, with ShowWorth = false', async () => {
    const monitor = lossOfAcme();
    monitor.texts.showWorth = 'false';
    const asked = revenueAsked(monitor);
    await monitor.runFrom('09:10', '10:10');
    expect([asked, monitor.notified[0]?.worth]).toEqual([[], null]);
  });
});

describe('Togai is asked for revenue', () => {
  test('once for an incident', async () => {
    const monitor = lossOfAcme();
    monitor.texts.repeatMinutes = '20';
    const asked = revenueAsked(monitor);
    await monitor.runFrom('09:10', '11:30');
    expect(asked).toEqual(['10:10']);
  });

  test('once more with the next notification, and not before, if it did not answer', async () => {
    const monitor = lossOfAcme();
    monitor.texts.repeatMinutes = '20';
    let answers = 0;
    const asked = revenueAsked(monitor, () => answers++ === 0);
    await monitor.runFrom('09:10', '10:55');
    expect(asked).toEqual(['10:10', '10:30']);
    expect(monitor.notified.map(({ kind, worth }) => [kind, worth === null])).toEqual([
      ['opened', true],
      ['reminder', false],
      ['reminder', false],
    ]);
  });

  test('for five seconds, before the message goes out without its worth', async () => {
    const monitor = lossOfAcme();
    await monitor.runFrom('09:10', '10:05');
    const begun = at('10:10');
    const revenue = (_: unknown, __: unknown, signal: AbortSignal) =>
      monitor.clock.sleep(60 * MINUTE, signal).then(() => Promise.reject(new Error('never')));
    await monitor.runAt('10:10', {
      connect: () => Promise.resolve({ ...togaiOf(monitor), revenue }),
    });
    expect(monitor.notified).toMatchObject([{ kind: 'opened', worth: null }]);
    expect(monitor.clock.now() - begun).toBeLessThan(6_000);
  });

  test('once for all channels', async () => {
    const monitor = lossOfAcme();
    const asked = revenueAsked(monitor);
    const names = ['sns', 'events'];
    const channels = names.map((name) => ({ name, publish: () => Promise.resolve() }));
    await monitor.runAt('10:10', { channels });
    expect(asked).toEqual(['10:10']);
  });
});
