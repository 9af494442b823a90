import { describe, expect, test } from 'vitest';
import { usageEvent } from '../support/events.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { at, createTestMonitor, MINUTE } from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/traffic.ts';

describe('a run that is killed at any step', () => {
  /** A monitor in the middle of an incident, one run before its alerts fire. */
  async function prepared(store = createMemoryStore()) {
    const monitor = createTestMonitor(
      { thresholds: 'unmetered >= 10, unmetered by account >= 10 critical, failed >= 1' },
      store,
    );
    monitor.events.push(...traffic('09:00', '12:00', { from: '10:00', to: '12:00' }));
    monitor.events.push(usageEvent({ createdAt: at('10:01'), status: 'INGESTION_FAILED' }));
    await monitor.runFrom('09:10', '10:05');
    return monitor;
  }

  test('loses no notification and no bucket, and the next run counts no bucket twice', async () => {
    const undisturbed = await prepared();
    const steps: string[] = [];
    undisturbed.onStep = (step) => void steps.push(step);
    await undisturbed.runAt('10:10');
    undisturbed.onStep = () => {};
    await undisturbed.runAt('10:15');
    const expected = undisturbed.notified.map(({ alertId, kind }) => `${alertId} ${kind}`).sort();
    expect(expected).toHaveLength(3);
    expect(steps.length).toBeGreaterThan(15);

    for (let killedAt = 0; killedAt < steps.length; killedAt++) {
      const monitor = await prepared();
      let step = 0;
      monitor.onStep = () => {
        if (step++ === killedAt) throw new Error('killed');
      };
      await monitor.runAt('10:10').catch(() => {});
      monitor.onStep = () => {};
      monitor.clock.advance(3 * MINUTE);
      await monitor.runAt('10:15');

      const notified = monitor.notified.map(({ alertId, kind }) => `${alertId} ${kind}`);
      const where = `killed ${steps[killedAt]}, step ${killedAt}`;
      expect([...new Set(notified)].sort(), where).toEqual(expected);
      // A message may come twice only if its delivery could not be recorded. It is the same message then.
      const repeats = notified.length - expected.length;
      expect(repeats, where).toBeLessThanOrEqual(
        steps[killedAt] === 'after publish' || /writeState/.test(steps[killedAt] ?? '') ? 1 : 0,
      );
      const stored = await bucketsIn(monitor.store, { start: at('09:05'), end: at('10:10') });
      expect(
        stored.map(({ counts }) => counts.total),
        where,
      ).toEqual(stored.map(({ start }) => (start === at('10:00') ? 31 : 30)));
      expect(stored, where).toHaveLength(13);
    }
  });
});
