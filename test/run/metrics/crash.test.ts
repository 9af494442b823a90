import { expect, test } from 'vitest';
import { piecesOf } from '../../../functions/monitor/counting/join-sources.ts';
import { lost, metricsMonitor } from '../../support/metrics-monitor.ts';
import { at, MINUTE, notifiedBy, type TestMonitor } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

/** A monitor one run before its incident opens. */
async function prepared(): Promise<TestMonitor> {
  const monitor = metricsMonitor([
    ...traffic('08:00', '12:00'),
    ...lost(6, '10:03'),
    ...lost(6, '10:07'),
  ]);
  await monitor.runFrom('10:00', '10:05');
  return monitor;
}

async function lostBy({ store }: TestMonitor): Promise<number> {
  const { buckets, looks } = await store.readCounts({ start: at('00:00'), end: at('23:00') });
  const { list } = piecesOf(buckets, looks, at('23:00'));
  return list.reduce(
    (sum, { counts }) => sum + (counts.byStatus.get('INGESTION_COMPLETED_EVENT_NOT_METERED') ?? 0),
    0,
  );
}

test('after a run that is killed at any step the next ones count each event once, and notify of one incident and its end', async () => {
  const undisturbed = await prepared();
  const steps: string[] = [];
  undisturbed.onStep = (step) => void steps.push(step);
  await undisturbed.runAt('10:10');
  expect(steps).toContain('after writeLook');

  for (let killedAt = 0; killedAt < steps.length; killedAt++) {
    const monitor = await prepared();
    let step = 0;
    monitor.onStep = () => {
      if (step++ === killedAt) throw new Error('killed');
    };
    await monitor.runAt('10:10').catch(() => {});
    monitor.onStep = () => {};
    monitor.clock.advance(3 * MINUTE);
    await monitor.runFrom('10:15', '10:40');
    const where = `killed ${steps[killedAt]}, step ${killedAt}`;
    expect(await lostBy(monitor), where).toBe(12);
    expect([...new Set(notifiedBy(monitor))], where).toEqual([
      'opened unmetered >= 10',
      'resolved unmetered >= 10',
    ]);
    // A message is sent again only where it is not known whether it has arrived.
    const ids = new Set(monitor.notified.map(({ id }) => id));
    expect(ids.size, where).toBe(2);
  }
});
