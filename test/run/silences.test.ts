import { describe, expect, test } from 'vitest';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { SilenceScope } from '../../functions/monitor/incidents/silence.ts';
import { at, HOUR, MINUTE, monitorWith, notifiedBy, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

const RULES = 'unmetered >= 20, unmetered >= 100 critical';

/** Each account loses six events a minute. */
function losses(accounts: Readonly<Record<string, readonly [from: string, to: string]>>) {
  const events: UsageEvent[] = traffic('08:00', '16:00');
  for (const [accountId, [from, to]] of Object.entries(accounts)) {
    const own = traffic('08:00', '16:00', { from, to });
    events.push(...own.map((event, n) => ({ ...event, accountId, id: `${accountId}-${n}` })));
  }
  return events;
}

const told = ({ notified }: TestMonitor): string[] =>
  notified.map(({ at: time, kind, accounts, severity }) =>
    [time.slice(11, 16), kind, severity, ...accounts.map(({ name }) => name).sort()].join(' '),
  );

const ofIncidents = (monitor: TestMonitor) =>
  told(monitor).filter((line) => !line.includes('notice'));

async function played(
  accounts: Parameters<typeof losses>[0],
  silences: readonly (readonly [SilenceScope, from: string, forMs: number])[],
  to: string,
): Promise<TestMonitor> {
  const monitor = monitorWith(losses(accounts), RULES);
  monitor.texts.windowMinutes = '30';
  monitor.texts.repeatMinutes = '120';
  let next = '09:05';
  for (const [scope, from, forMs] of silences) {
    await monitor.runFrom(next, from);
    await monitor.silence(scope, from, forMs);
    next = new Date(at(from) + 5 * MINUTE).toISOString().slice(11, 16);
  }
  await monitor.runFrom(next, to);
  return monitor;
}

describe('an account that is silenced', () => {
  test('is in no message, and opens as soon as the silence is over', async () => {
    const monitor = await played(
      { acme: ['10:00', '13:00'] },
      [[{ account: 'acme' }, '09:30', 2 * HOUR]],
      '11:30',
    );
    expect(told(monitor)).toEqual([
      '09:35 notice warning',
      '11:30 opened critical acme',
      '11:30 notice warning',
    ]);
  });

  test('leaves the severity and the numbers to the other accounts of the incident', async () => {
    const monitor = await played(
      { acme: ['10:00', '11:00'], globex: ['10:00', '10:05'] },
      [[{ account: 'acme' }, '09:30', 5 * HOUR]],
      '12:30',
    );
    const [opened, resolved] = monitor.notified.filter(({ kind }) => kind !== 'notice');
    expect(opened).toMatchObject({ kind: 'opened', severity: 'warning', lost: 30 });
    expect(resolved).toMatchObject({ kind: 'resolved', severity: 'warning', lost: 30 });
    expect(opened?.accounts.map(({ name }) => name)).toEqual(['globex']);
  });

  test('is named in the message of the others, with its end and its author', async () => {
    const monitor = await played(
      { acme: ['10:00', '11:00'], globex: ['10:00', '11:00'] },
      [[{ account: 'acme' }, '09:30', 3 * HOUR]],
      '10:30',
    );
    const email = monitor.messages.find(({ subject }) => subject.includes('globex'))?.email;
    expect(email).toContain('Silenced: account acme until 18 Nov 12:30 UTC (mira).');
  });

  test('is not told where the others lose too little to breach a rule', async () => {
    const monitor = await played(
      { acme: ['10:00', '11:00'], globex: ['10:00', '10:02'] },
      [[{ account: 'acme' }, '09:30', 5 * HOUR]],
      '12:30',
    );
    expect(ofIncidents(monitor)).toEqual([]);
  });
});

describe('an incident that people know', () => {
  test('is told to be over although it has been silenced since', async () => {
    const monitor = await played(
      { acme: ['10:00', '11:00'] },
      [[{ account: 'acme' }, '10:30', 5 * HOUR]],
      '12:00',
    );
    expect(ofIncidents(monitor).map((line) => line.slice(6))).toEqual([
      'opened warning acme',
      'escalated critical acme',
      'resolved critical acme',
    ]);
  });

  test('has a reminder at the end of a silence, if it goes on', async () => {
    const monitor = await played(
      { acme: ['10:00', '13:00'] },
      [[{ subject: 'unmetered' }, '10:30', HOUR]],
      '12:00',
    );
    expect(ofIncidents(monitor).at(-1)).toBe('11:30 reminder critical acme');
  });
});

test('an incident that begins and ends in a silence is told to nobody, also afterwards', async () => {
  const monitor = await played(
    { acme: ['10:00', '10:30'] },
    [[{ all: true }, '09:30', 2 * HOUR]],
    '13:00',
  );
  expect(notifiedBy(monitor)).toEqual(['notice silence', 'notice silence']);
  expect((await monitor.store.readState())?.notices).toEqual([]);
});

test('a person who has silenced everything hears that the monitor does not work', async () => {
  const monitor = monitorWith([]);
  await monitor.silence({ all: true }, '09:00', 12 * HOUR);
  monitor.texts.thresholds = 'unmeterd >= 1';
  await monitor.runAt('10:00');
  expect(notifiedBy(monitor)).toContain('opened monitor');
});

describe('a run', () => {
  const reads = async (monitor: TestMonitor, time: string) => {
    const steps: string[] = [];
    monitor.onStep = (step) => void steps.push(step);
    await monitor.runAt(time);
    return steps.filter((step) => step === 'before readSilences').length;
  };

  test('reads silences again only if there is something to publish', async () => {
    const monitor = monitorWith(losses({ acme: ['10:00', '13:00'] }), RULES);
    await monitor.runFrom('09:05', '10:05');
    expect(await reads(monitor, '10:10')).toBe(1);
    expect(await reads(monitor, '10:15')).toBe(0);
  });

  test('goes by a silence that was made while it counted', async () => {
    const monitor = monitorWith(losses({ acme: ['10:00', '13:00'] }), RULES);
    await monitor.runFrom('09:05', '10:05');
    monitor.onStep = async (step) => {
      if (step === 'before writeBucket') await monitor.silence({ account: 'acme' }, '10:10', HOUR);
    };
    await monitor.runAt('10:10');
    expect(notifiedBy(monitor)).toEqual([]);
  });

  test('notifies as before if the silences cannot be read again', async () => {
    const monitor = monitorWith(losses({ acme: ['10:00', '13:00'] }), RULES);
    await monitor.runFrom('09:05', '10:05');
    monitor.onStep = (step) => {
      if (step === 'before readSilences') throw new Error('DynamoDB is down');
    };
    const { problems } = await monitor.runAt('10:10');
    expect(notifiedBy(monitor)).toEqual(['opened unmetered >= 20']);
    expect(problems).toEqual(['the silences: DynamoDB is down']);
  });

  test('begins a silence that waits in a state file', async () => {
    const monitor = monitorWith([]);
    await monitor.store.writeSilence({
      ...{ id: 's-1', scope: { all: true }, forMs: HOUR, by: 'mira' },
    });
    await monitor.runAt('10:00');
    const [silence] = await monitor.store.readSilences();
    expect(silence?.from).toBe(at('10:00'));
  });
});

describe('a silence is told', () => {
  test('when it is made, with its author and its reason', async () => {
    const monitor = monitorWith([]);
    await monitor.silence({ account: 'acme' }, '09:58', 2 * HOUR, 'migration');
    await monitor.runFrom('10:00', '10:30');
    expect(monitor.notified.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^Silenced: account acme until 18 Nov 11:58 UTC, by mira \(s-0, reason: migration\)\.\n/,
      ),
    ]);
  });

  test('with the number of events that are lost under it, when it begins and when it is over', async () => {
    const monitor = await played(
      { acme: ['10:00', '13:00'] },
      [[{ account: 'acme' }, '10:30', HOUR]],
      '11:30',
    );
    const reasons = monitor.notified.flatMap(({ topic, reason }) =>
      topic === 'silence' ? [reason] : [],
    );
    expect(reasons).toEqual([
      expect.stringContaining(
        'The monitor still counts.\nLast 30 minutes: 180 of 360 events not billed (50%).\n',
      ),
      'The silence of account acme is over (s-0).\nLast 30 minutes: 180 of 360 events not billed (50%).\nDo: nothing. Messages come again; if it still goes on, one comes now, unless acknowledged.',
    ]);
  });

  test('when a person has ended it', async () => {
    const monitor = monitorWith([]);
    await monitor.silence({ account: 'acme' }, '09:58', 2 * HOUR);
    await monitor.runAt('10:00');
    const [silence] = await monitor.store.readSilences();
    if (silence) {
      await monitor.store.changeSilence({ ...silence, ended: { at: at('10:02'), by: 'tom' } });
    }
    await monitor.runFrom('10:05', '10:30');
    expect(monitor.notified.at(-1)?.reason).toMatch(
      /^The silence of account acme was ended by tom \(s-0\)\.\n/,
    );
    expect(monitor.messages.at(-1)?.email).toContain('\nTime: 18 Nov 09:58 to 10:02 UTC');
  });

  test('when it is over, once', async () => {
    const monitor = monitorWith([]);
    await monitor.silence({ incidentId: 'u-7k2f' }, '09:58', HOUR);
    await monitor.runFrom('10:00', '11:30');
    expect(monitor.notified.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^Acknowledged: no reminders of incident u-7k2f until 18 Nov 10:58 UTC, by mira \(s-0\)\.\n/,
      ),
      'The acknowledgement of incident u-7k2f is over (s-0).\nDo: nothing. Reminders come again.',
    ]);
  });
});
