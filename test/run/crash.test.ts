import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { usageEvent } from '../support/events.ts';
import { at, createTestMonitor, MINUTE, type TestMonitor } from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/traffic.ts';

/** Loses events of three subjects from 10:00 on, and is one run before the first or the last message about them. */
async function monitorBefore(time: '10:10' | '10:25'): Promise<TestMonitor> {
  const monitor = createTestMonitor({
    thresholds: 'unmetered >= 10, unmetered by account >= 10 critical, failed >= 5, duplicate >= 1',
    windowMinutes: '10',
  });
  monitor.events.push(...traffic('09:00', '12:00', { from: '10:00', to: '10:05' }));
  const createdAt = at('10:01');
  for (let n = 0; n < 5; n++) {
    monitor.events.push(usageEvent({ createdAt: createdAt + n, status: 'INGESTION_FAILED' }));
  }
  monitor.events.push(usageEvent({ createdAt, status: 'INGESTION_FAILED_DUPLICATE_EVENT' }));
  await monitor.runFrom('09:10', time === '10:10' ? '10:05' : '10:20');
  monitor.messages.length = 0;
  return monitor;
}

describe('a run that is killed at any step', () => {
  test.each([
    ['in which three incidents open', '10:10', '10:15', ['opened', 'opened', 'opened']],
    ['in which two incidents end', '10:25', '10:30', ['resolved', 'resolved']],
  ] as const)(
    'loses no notification and no bucket, and the next run counts no bucket twice: a run %s',
    async (_, time, next, kinds) => {
      const undisturbed = await monitorBefore(time);
      const steps: string[] = [];
      undisturbed.onStep = (step) => void steps.push(step);
      await undisturbed.runAt(time);
      undisturbed.onStep = () => {};
      await undisturbed.runAt(next);
      expect(undisturbed.notified.map(({ kind }) => kind)).toEqual(kinds);
      const expected = undisturbed.notified.map(({ id }) => id).sort();
      expect(steps.length).toBeGreaterThan(15);

      for (let killedAt = 0; killedAt < steps.length; killedAt++) {
        const monitor = await monitorBefore(time);
        let step = 0;
        monitor.onStep = () => {
          if (step++ === killedAt) throw new Error('killed');
        };
        await monitor.runAt(time).catch(() => {});
        monitor.onStep = () => {};
        monitor.clock.advance(3 * MINUTE);
        await monitor.runAt(next);

        const notified = monitor.notified.map(({ id }) => id);
        const where = `killed ${steps[killedAt]}, step ${killedAt}`;
        expect([...new Set(notified)].sort(), where).toEqual(expected);
        // A message may come twice only if its delivery could not be recorded. It has the same id then.
        const repeats = notified.length - expected.length;
        const mayRepeat = /after publish|write(State|Incident)/.test(steps[killedAt] ?? '');
        expect(repeats, where).toBeLessThanOrEqual(mayRepeat ? 1 : 0);
        const stored = await bucketsIn(monitor.store, { start: at('09:05'), end: at(time) });
        expect(
          stored.map(({ counts }) => counts.total),
          where,
        ).toEqual(stored.map(({ start }) => (start === at('10:00') ? 36 : 30)));
        expect(stored.at(-1)?.start, where).toBe(at(time) - 5 * MINUTE);
      }
    },
  );
});

describe('a run that is killed at any step while the monitor itself fails', () => {
  const rejected = { connect: () => Promise.reject(new TogaiError('unauthorized', 'no token')) };

  test.each([
    ['in which the failure is found', '10:10', [rejected, rejected], ['opened']],
    ['in which it is over', '10:15', [rejected, {}, {}], ['opened', 'resolved']],
  ] as const)('loses no message: a run %s', async (_, time, ports, kinds) => {
    /** Runs from 10:10 on. The run at `time` is killed at a step. @returns the steps, and the messages by id */
    const live = async (killedAt: number) => {
      const monitor = createTestMonitor();
      const steps: string[] = [];
      await monitor.runAt('10:05');
      for (const [index, portsOfRun] of ports.entries()) {
        const now = at('10:10') + index * 5 * MINUTE;
        monitor.onStep = (step) => {
          if (now !== at(time)) return;
          steps.push(step);
          if (steps.length - 1 === killedAt) throw new Error('killed');
        };
        await monitor.runAt(now, portsOfRun).catch(() => {});
        monitor.clock.advance(3 * MINUTE);
      }
      return { steps, kinds: new Map(monitor.notified.map(({ id, kind }) => [id, kind])) };
    };
    const { steps } = await live(-1);
    expect(steps.length).toBeGreaterThan(5);
    for (const [killedAt, step] of steps.entries()) {
      const where = `killed ${step}, step ${killedAt}`;
      expect([...(await live(killedAt)).kinds.values()], where).toEqual(kinds);
    }
  });
});
