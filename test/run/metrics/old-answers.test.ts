import { describe, expect, test } from 'vitest';
import {
  looksBy,
  lost,
  metricsMonitor,
  unmeteredIn,
  windowOf,
} from '../../support/metrics-monitor.ts';
import { at, MINUTE, type TestMonitor } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

const outcomes = (results: readonly { outcome: string }[]) => results.map(({ outcome }) => outcome);
const ends = async (monitor: TestMonitor) =>
  (await looksBy(monitor)).map(({ end }) => new Date(end).toISOString().slice(11, 16));

/** Between two times Togai answers with the numbers of another time. */
function staleMonitor(from: string, to: string, as: string): TestMonitor {
  const monitor = metricsMonitor([
    ...traffic('08:00', '20:00'),
    ...lost(6, '10:06'),
    ...lost(7, '10:16'),
  ]);
  monitor.metricsTraits = { asOf: (now) => (now >= at(from) && now < at(to) ? at(as) : now) };
  return monitor;
}

describe('numbers that stand still while events come', () => {
  test('are no look: nothing is stored', async () => {
    const monitor = staleMonitor('10:15', '10:20', '10:10');
    await monitor.runFrom('10:05', '10:20');
    expect(await ends(monitor)).toEqual(['10:05', '10:10', '10:20']);
  });

  test('leave the time to the next look, and the run is no failure', async () => {
    const monitor = staleMonitor('10:15', '10:20', '10:10');
    const results = await monitor.runFrom('10:05', '10:20');
    expect(results.map(({ outcome, backlogMs }) => [outcome, backlogMs])).toEqual([
      ['finished', 0],
      ['finished', 0],
      ['finished', 5 * MINUTE],
      ['finished', 0],
    ]);
  });

  test('fail the run after an hour and a quarter', async () => {
    const monitor = staleMonitor('10:15', '12:30', '10:10');
    const results = await monitor.runFrom('10:05', '11:30');
    expect(outcomes(results).lastIndexOf('finished')).toBe(16);
    expect(results.at(-1)?.error?.message).toMatch(
      /^POST \/metrics has counted no new event since 2026-11-18T10:10:00.000Z \(1 h 20 min\), although GET \/events lists newer ones/,
    );
  });

  test('are caught up with, each event once', async () => {
    const monitor = staleMonitor('10:15', '11:00', '10:10');
    const results = await monitor.runFrom('10:05', '11:00');
    expect(unmeteredIn(results).at(-1)).toBe(13);
  });
});

describe('numbers that go back', () => {
  test('are not used, and earlier counts stay', async () => {
    const monitor = staleMonitor('10:15', '10:20', '10:05');
    const results = await monitor.runFrom('10:05', '10:20');
    expect(unmeteredIn(results)).toEqual([0, 6, 6, 13]);
  });

  test('are not counted twice when they come forward again', async () => {
    const monitor = staleMonitor('10:15', '10:20', '10:05');
    const results = await monitor.runFrom('10:05', '10:40');
    expect(unmeteredIn(results).at(-1)).toBe(13);
  });
});

describe('events that were deleted', () => {
  const deletedMonitor = () => metricsMonitor([...traffic('09:00', '10:09'), ...lost(40, '10:11')]);

  test('are believed at the third look in a row', async () => {
    const monitor = deletedMonitor();
    await monitor.runFrom('10:05', '10:15');
    monitor.events.splice(0, 360);
    await monitor.runFrom('10:20', '10:35');
    const stale = (await looksBy(monitor)).map((look) => look.stale.length);
    expect(stale).toEqual([0, 0, 0, 1, 1, 0, 0]);
  });

  test('do not make the next old answer believed at once', async () => {
    const monitor = deletedMonitor();
    await monitor.runFrom('10:05', '10:15');
    monitor.events.splice(0, 360);
    await monitor.runFrom('10:20', '10:30');
    monitor.metricsTraits = { asOf: () => at('10:10') };
    await monitor.runAt('10:35');
    expect((await looksBy(monitor)).at(-1)?.stale).toHaveLength(1);
  });

  test('do not hide events that are lost later', async () => {
    const monitor = deletedMonitor();
    await monitor.runFrom('10:05', '10:15');
    monitor.events.splice(0, 360);
    await monitor.runFrom('10:20', '10:35');
    monitor.events.push(...lost(9, '10:37'));
    const [result] = await monitor.runFrom('10:40', '10:40');
    expect(result && windowOf(result)?.unmetered).toBe(49);
  });
});

describe('without any change', () => {
  test('and without newer events in the list, the time counts as empty', async () => {
    const monitor = metricsMonitor(traffic('09:00', '10:00'));
    const results = await monitor.runFrom('10:05', '11:30');
    expect(results.at(-1)).toMatchObject({ outcome: 'finished', backlogMs: 0 });
    expect(results.at(-1)?.evaluated?.counts.total).toBe(0);
  });

  test('the very first look of an account without events counts as empty', async () => {
    const [result] = await metricsMonitor([]).runFrom('10:05', '10:05');
    expect(result).toMatchObject({ outcome: 'finished', counted: 1, backlogMs: 0 });
  });

  test('the list is asked only then', async () => {
    const monitor = metricsMonitor(traffic('09:00', '10:03'));
    const steps: string[] = [];
    monitor.onStep = (step) => void steps.push(step);
    await monitor.runAt('10:05');
    const before = steps.filter((step) => step === 'before page').length;
    await monitor.runAt('10:10');
    const after = steps.filter((step) => step === 'before page').length;
    expect([before, after]).toEqual([0, 1]);
  });
});
