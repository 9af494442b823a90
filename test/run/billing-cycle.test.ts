import { describe, expect, test } from 'vitest';
import type { EventDetails } from '../../functions/monitor/events/event-details.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { at, HOUR, monitorWith, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const DAY = 24 * HOUR;
const isoDate = (time: number) => new Date(time).toISOString().slice(0, 19);

/** A Togai that shows the price plan of some events. `asked` has the ids of the events that it was asked for. */
function lossOfAcme(cycleEnd: string, hasPlan: (event: { status: string }) => boolean) {
  const events = traffic('09:00', '13:00', { from: '10:00', to: '12:00' });
  const monitor = monitorWith(events.map((event, index) => ({ ...event, id: `e-${index}` })));
  const asked: string[] = [];
  const event = (id: string): Promise<EventDetails[]> => {
    asked.push(id);
    const found = monitor.events.filter((one) => one.id === id);
    return Promise.resolve(
      found.map(({ status }) => ({
        status,
        statusDescription: undefined,
        pipeline: {
          usageMeters: [],
          pricePlans: hasPlan({ status }) ? [{ name: 'pro', cycleEnd }] : [],
        },
      })),
    );
  };
  const connect = () => Promise.resolve({ ...togaiOf(monitor), event });
  return { monitor, asked, ports: { connect } };
}

async function runFrom(
  { monitor, ports }: { monitor: TestMonitor; ports: object },
  first: string,
  last: string,
) {
  for (let time = at(first); time <= at(last); time += HOUR / 12) await monitor.runAt(time, ports);
}

const anyEvent = () => true;

describe('the billing cycle', () => {
  test('is that of a lost event, if this has a price plan', async () => {
    const loss = lossOfAcme('2026-11-30T18:30:00', anyEvent);
    await runFrom(loss, '09:10', '10:10');
    expect(loss.monitor.notified).toMatchObject([
      { kind: 'opened', severity: 'warning', cycleEnd: '2026-11-30T18:30:00.000Z' },
    ]);
    expect(loss.asked).toHaveLength(1);
  });

  test('is that of an event that was metered before, if the lost ones have no price plan', async () => {
    const loss = lossOfAcme('2026-11-30', ({ status }) => status === METERED);
    await runFrom(loss, '09:10', '10:10');
    expect(loss.monitor.notified[0]?.cycleEnd).toBe('2026-11-30T00:00:00.000Z');
    expect(loss.asked).toHaveLength(2);
  });

  test('is not known without any price plan, and is asked for again with the next news only', async () => {
    const loss = lossOfAcme('2026-11-30', () => false);
    loss.monitor.texts.repeatMinutes = '20';
    await runFrom(loss, '09:10', '11:00');
    expect(loss.monitor.notified.map(({ kind, cycleEnd }) => [kind, cycleEnd])).toEqual([
      ['opened', null],
      ['reminder', null],
      ['reminder', null],
    ]);
    expect(loss.asked).toHaveLength(2);
  });

  test('is asked for again with a reminder, if Togai did not answer', async () => {
    const loss = lossOfAcme('2026-11-30', anyEvent);
    loss.monitor.texts.repeatMinutes = '20';
    const fails = { connect: () => Promise.resolve(togaiOf(loss.monitor)) };
    await runFrom({ monitor: loss.monitor, ports: fails }, '09:10', '10:10');
    await runFrom(loss, '10:15', '10:30');
    expect(loss.monitor.notified.map(({ kind, cycleEnd }) => [kind, cycleEnd])).toEqual([
      ['opened', null],
      ['reminder', '2026-11-30T00:00:00.000Z'],
    ]);
  });
});

describe('a loss whose billing cycle closes soon', () => {
  const soon = isoDate(at('10:10') + 2 * DAY);

  test('is critical from its first message on', async () => {
    const loss = lossOfAcme(soon, anyEvent);
    await runFrom(loss, '09:10', '10:30');
    expect(loss.monitor.notified).toMatchObject([
      { id: expect.stringMatching(/\.1\.opened\.critical$/), severity: 'critical' },
    ]);
    expect(loss.monitor.notified[0]?.reason).toContain('The billing cycle closes on 20 Nov.');
  });

  test('has the same id in a message that is repeated after a crash', async () => {
    const loss = lossOfAcme(soon, anyEvent);
    await runFrom(loss, '09:10', '10:05');
    loss.monitor.onStep = (step) => {
      if (step === 'after publish') throw new Error('killed');
    };
    await loss.monitor.runAt('10:10', loss.ports).catch(() => {});
    loss.monitor.onStep = () => {};
    // Togai does not show the event again.
    await loss.monitor.runAt('10:15');
    expect(loss.monitor.notified).toHaveLength(2);
    expect(new Set(loss.monitor.notified.map(({ id }) => id)).size).toBe(1);
  });

  test('is an escalation, if people were notified before it came so close', async () => {
    const loss = lossOfAcme(isoDate(at('11:00') + 3 * DAY), anyEvent);
    await runFrom(loss, '09:10', '11:30');
    expect(loss.monitor.notified).toMatchObject([
      { kind: 'opened', severity: 'warning' },
      {
        kind: 'escalated',
        severity: 'critical',
        at: '2026-11-18T11:00:00.000Z',
        reason: 'The billing cycle closes on 21 Nov.',
      },
    ]);
  });
});
