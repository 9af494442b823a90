import { describe, expect, test } from 'vitest';
import { usageEvent } from '../support/events.ts';
import { at, HOUR, monitorWith, notifiedBy } from '../support/monitor.ts';
import { NOT_METERED, traffic } from '../support/traffic.ts';

const day = () => traffic('08:00', '14:00', { from: '10:00', to: '11:00' });

describe('a loss in the first bucket of a new monitor', () => {
  const older = () => monitorWith(traffic('08:00', '14:00', { from: '08:30', to: '11:00' }));

  test('may have begun earlier, which its messages say', async () => {
    const monitor = older();
    await monitor.runFrom('10:00', '10:05');
    const begun = { onset: '2026-11-18T08:55:00.000Z', onsetOrEarlier: true };
    expect(monitor.notified[0]).toMatchObject({ ...begun, accounts: [begun] });
    expect(monitor.messages[0]?.subject).toContain('not billed since 08:55 UTC or earlier');
  });

  test('may still have when it is over', async () => {
    const monitor = older();
    await monitor.runFrom('10:00', '11:30');
    expect(monitor.messages.at(-1)?.email).toContain('Began at 18 Nov 08:55 UTC or earlier.');
  });

  test('began then, where the bucket before is known to be without loss', async () => {
    const monitor = monitorWith(traffic('08:00', '14:00', { from: '08:55', to: '11:00' }));
    monitor.texts.thresholds = 'unmetered >= 360';
    await monitor.runFrom('09:50', '10:00');
    expect(monitor.notified[0]).toMatchObject({
      onset: '2026-11-18T08:55:00.000Z',
      onsetOrEarlier: false,
    });
  });
});

describe('a day with an incident', () => {
  test('notifies once when it begins and once when it ends', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10', 'resolved unmetered >= 10']);
  });

  test('is notified as soon as its buckets have settled', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    // The bucket from 10:00 to 10:05 has thirty events, and five minutes to settle.
    expect(monitor.notified[0]).toMatchObject({
      at: '2026-11-18T10:10:00.000Z',
      onset: '2026-11-18T10:00:00.000Z',
      value: 30,
      accounts: [{ name: 'acme' }],
    });
  });

  test('is over as soon as its account has sent enough metered events for a quarter of an hour', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    // The buckets from 11:00 to 11:15 have five minutes to settle.
    expect(monitor.notified[1]).toMatchObject({
      at: '2026-11-18T11:20:00.000Z',
      endedAt: '2026-11-18T11:00:00.000Z',
      lost: 360,
    });
  });

  test('has one incidentId from the first message to the last', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '13:55');
    expect(new Set(monitor.notified.map(({ incidentId }) => incidentId)).size).toBe(1);
    expect(monitor.notified[0]?.incidentId).toMatch(/^u-\w+$/);
  });

  test('reminds every RepeatMinutes while it goes on', async () => {
    const monitor = monitorWith(day());
    monitor.texts.repeatMinutes = '20';
    await monitor.runFrom('09:10', '12:30');
    expect(monitor.notified.map(({ kind, at: time }) => `${kind} ${time.slice(11, 16)}`)).toEqual([
      'opened 10:10',
      'reminder 10:30',
      'reminder 10:50',
      'resolved 11:20',
    ]);
  });

  test('is closed when its threshold is removed', async () => {
    const monitor = monitorWith(day());
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.thresholds = 'failed >= 10';
    await monitor.runFrom('10:35', '10:50');
    expect(monitor.notified.slice(1)).toMatchObject([
      {
        kind: 'closed',
        threshold: 'unmetered >= 10',
        reason: expect.stringMatching(/rule was removed/),
      },
    ]);
  });

  test('is closed when its account is ignored', async () => {
    const monitor = monitorWith(day(), 'unmetered by account >= 10');
    await monitor.runFrom('09:10', '10:30');
    monitor.texts.ignoredAccounts = 'acme';
    await monitor.runFrom('10:35', '10:50');
    expect(monitor.notified.slice(1)).toMatchObject([
      { kind: 'closed', reason: expect.stringMatching(/is ignored now/) },
    ]);
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
    // By then the buckets after it have no loss.
    expect(monitor.notified).toMatchObject([
      {
        kind: 'resolved',
        threshold: 'unmetered >= 10',
        lost: 12,
        reason: expect.stringMatching(/^It began and ended/),
      },
    ]);
  });

  test('is counted once more if it arrives late', async () => {
    const monitor = monitorWith([]);
    await monitor.runFrom('11:10', '11:20');
    monitor.events.push(...traffic('11:05', '11:10', { from: '11:00', to: '12:00' }));
    await monitor.runFrom('11:25', '11:45');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 10']);
  });
});

describe('a warning and a critical rule about the same subject', () => {
  test('are one incident, which is critical, from its beginning to its end', async () => {
    const monitor = monitorWith(day(), 'unmetered >= 10, unmetered >= 5% critical');
    await monitor.runFrom('09:10', '13:55');
    expect(notifiedBy(monitor)).toEqual([
      'opened unmetered >= 5% critical',
      'resolved unmetered >= 5% critical',
    ]);
  });

  test('are one incident if one is about all events and the other about accounts', async () => {
    const monitor = monitorWith(day(), 'unmetered >= 10, unmetered by account >= 10 critical');
    await monitor.runFrom('09:10', '10:30');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered by account >= 10 critical']);
  });

  test('are one incident that escalates once', async () => {
    const monitor = monitorWith(day(), 'unmetered >= 10, unmetered >= 100 critical');
    await monitor.runFrom('09:10', '11:00');
    expect(monitor.notified).toMatchObject([
      { kind: 'opened', severity: 'warning', threshold: 'unmetered >= 10' },
      { kind: 'escalated', severity: 'critical', threshold: 'unmetered >= 100 critical' },
    ]);
  });
});

describe('an incident that was critical for an hour, and a small loss for four more', () => {
  /** Thirty events of each bucket are lost from 04:00 to 05:00, and two of each until 09:00. */
  const slowEnd = () =>
    monitorWith(
      [
        ...traffic('00:00', '13:00', { from: '04:00', to: '05:00' }),
        ...traffic('05:00', '09:00', { from: '05:00', to: '09:00' }).filter(
          (_, index) => index % 15 === 0,
        ),
      ],
      'unmetered >= 10, unmetered >= 300 critical',
    );

  test('is one message if it began and ended in an outage, critical and with all of its loss', async () => {
    const monitor = slowEnd();
    await monitor.runFrom('02:00', '02:10');
    await monitor.runAt('12:30');
    expect(monitor.notified).toMatchObject([
      {
        kind: 'resolved',
        severity: 'critical',
        lost: 456,
        onset: '2026-11-18T04:00:00.000Z',
        endedAt: '2026-11-18T09:00:00.000Z',
      },
    ]);
  });

  test('is notified at the end of a silence that covered the greater loss', async () => {
    const monitor = slowEnd();
    await monitor.silence({ all: true }, '03:00', 5 * HOUR);
    await monitor.runFrom('03:00', '12:00');
    expect(notifiedBy(monitor)).toEqual([
      'notice silence',
      'opened unmetered >= 300 critical',
      'notice silence',
      'resolved unmetered >= 300 critical',
    ]);
  });
});

test.each([
  ['a loss', 'unmetered by account >= 10%', NOT_METERED],
  ['a level', 'duplicate by account >= 10%', 'INGESTION_FAILED_DUPLICATE_EVENT'],
])('%s of an account with a long name ends like any other', async (_, rule, status) => {
  const events = traffic('01:00', '06:00', { from: '02:00', to: '02:30' });
  const monitor = monitorWith(
    events.map((event) => ({
      ...event,
      accountId: 'x'.repeat(300),
      status: event.status === NOT_METERED ? status : event.status,
    })),
    rule,
  );
  await monitor.runFrom('01:30', '05:00');
  expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
});
