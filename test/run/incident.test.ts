import { describe, expect, test } from 'vitest';
import { usageEvent } from '../support/events.ts';
import { at, monitorWith, notifiedBy } from '../support/monitor.ts';
import { NOT_METERED, traffic } from '../support/traffic.ts';

describe('a day with an incident', () => {
  const day = () => traffic('08:00', '14:00', { from: '10:00', to: '11:00' });

  test('notifies once when it begins and once when it ends', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 10', 'resolved unmetered >= 10']);
  });

  test('is notified as soon as its buckets have settled', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    // The bucket from 10:00 to 10:05 has thirty events, and five minutes to settle.
    expect(monitor.notified[0]).toMatchObject({ at: '2026-11-18T10:10:00.000Z', value: 30 });
  });

  test('has one alertId from the first message to the last', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    expect(new Set(monitor.notified.map(({ alertId }) => alertId)).size).toBe(1);
  });

  test('reminds every RepeatMinutes while it fires', async () => {
    const monitor = monitorWith(day());
    monitor.texts.repeatMinutes = '60';
    await monitor.runFrom('09:10', '11:30');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'reminder']);
  });

  test('notifies of the critical alert alone, which names the warning', async () => {
    const monitor = monitorWith(day(), 'unmetered >= 10, unmetered >= 5% critical');
    await monitor.runFrom('09:10', '10:30');
    expect(monitor.notified).toMatchObject([
      { kind: 'fired', threshold: 'unmetered >= 5% critical', speaksFor: ['unmetered >= 10'] },
    ]);
  });

  test('is not notified while muted, and is notified afterwards if it still fires', async () => {
    const monitor = monitorWith(day());
    monitor.texts.muteUntil = '2026-11-18T10:32';
    await monitor.runFrom('09:10', '10:30');
    expect(monitor.notified).toEqual([]);
    await monitor.runAt('10:35');
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 10']);
  });

  test('is withdrawn when its threshold is removed', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.thresholds = 'failed >= 10';
    await monitor.runAt('10:35');
    expect(monitor.notified[1]).toMatchObject({ kind: 'withdrawn', threshold: 'unmetered >= 10' });
  });

  test('is withdrawn when its account is ignored', async () => {
    const monitor = monitorWith(day(), 'unmetered by account >= 10');
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.ignoredAccounts = 'acme';
    await monitor.runAt('10:35');
    expect(monitor.notified[1]).toMatchObject({ kind: 'withdrawn' });
  });
});

describe('an event that changes after it was counted', () => {
  test('is notified if it was in progress and is not metered now', async () => {
    const monitor = monitorWith(traffic('10:00', '12:00'));
    const late = Array.from({ length: 12 }, (_, index) =>
      usageEvent({
        createdAt: at('11:00') + index,
        timestamp: at('11:00'),
        status: 'INGESTION_IN_PROGRESS',
      }),
    );
    monitor.events.push(...late);
    await monitor.runFrom('11:10', '11:15');
    expect(monitor.notified).toEqual([]);
    monitor.events.splice(
      -late.length,
      late.length,
      ...late.map((event) => ({ ...event, status: NOT_METERED })),
    );
    await monitor.runFrom('11:20', '11:30');
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 10']);
  });

  test('is counted once more if it arrives late', async () => {
    const monitor = monitorWith([]);
    await monitor.runFrom('11:10', '11:20');
    monitor.events.push(...traffic('11:05', '11:10', { from: '11:00', to: '12:00' }));
    await monitor.runFrom('11:25', '11:45');
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 10']);
  });
});

describe('a warning and a critical alert about the same subject', () => {
  const THRESHOLDS = 'unmetered >= 10, unmetered >= 5% critical';

  test('notify of the end of the critical alert alone', async () => {
    const monitor = monitorWith(
      traffic('08:00', '14:00', { from: '10:00', to: '11:00' }),
      THRESHOLDS,
    );
    await monitor.runFrom('09:10', '13:55');
    expect(notifiedBy(monitor)).toEqual([
      'fired unmetered >= 5% critical',
      'resolved unmetered >= 5% critical',
    ]);
  });

  test('notify of the critical alert alone if both began and ended in an outage', async () => {
    const monitor = monitorWith(
      traffic('00:00', '14:00', { from: '04:00', to: '05:00' }),
      THRESHOLDS,
    );
    await monitor.runFrom('02:00', '02:10');
    await monitor.runAt('12:10');
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 5% critical']);
  });

  test('both notify if the critical one is about an account and the warning about all', async () => {
    const monitor = monitorWith(
      traffic('08:00', '14:00', { from: '10:00', to: '14:00' }),
      'unmetered >= 10, unmetered by account >= 10 critical',
    );
    await monitor.runFrom('09:10', '10:30');
    expect(notifiedBy(monitor).sort()).toEqual([
      'fired unmetered >= 10',
      'fired unmetered by account >= 10 critical',
    ]);
  });
});

describe('a warning that lasts longer than the critical alert', () => {
  const THRESHOLDS = 'unmetered >= 10, unmetered >= 300 critical';
  /** Thirty events of each bucket are lost from 04:00 to 05:00, and two of each until 09:00. */
  const slowEnd = () => [
    ...traffic('00:00', '13:00', { from: '04:00', to: '05:00' }),
    ...traffic('05:00', '09:00', { from: '05:00', to: '09:00' }).filter(
      (_, index) => index % 15 === 0,
    ),
  ];

  test('is notified as well if both began and ended in an outage', async () => {
    const monitor = monitorWith(slowEnd(), THRESHOLDS);
    await monitor.runFrom('02:00', '02:10');
    await monitor.runAt('12:30');
    expect(notifiedBy(monitor).sort()).toEqual([
      'fired unmetered >= 10',
      'fired unmetered >= 300 critical',
    ]);
  });

  test('is notified at the end of a mute that covered both', async () => {
    const monitor = monitorWith(slowEnd(), THRESHOLDS);
    monitor.texts.muteUntil = '2026-11-18T08:00';
    await monitor.runFrom('03:00', '12:00');
    expect(notifiedBy(monitor)).toEqual(['fired unmetered >= 10', 'resolved unmetered >= 10']);
  });
});

test('an alert about an account with a long name resolves like any other', async () => {
  const name = 'x'.repeat(300);
  const monitor = monitorWith(
    traffic('01:00', '06:00', { from: '02:00', to: '02:30' }).map((event) => ({
      ...event,
      accountId: name,
    })),
    'unmetered by account >= 10%',
  );
  await monitor.runFrom('01:30', '05:00');
  expect(monitor.notified.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
});
