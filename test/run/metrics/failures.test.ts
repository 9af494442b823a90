import { describe, expect, test } from 'vitest';
import { TogaiError, type TogaiFailure } from '../../../functions/monitor/errors.ts';
import { looksBy, lost, metricsMonitor, windowOf } from '../../support/metrics-monitor.ts';
import type { TestMonitor } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

/** A monitor that has run until ten past ten; lost events come at twelve and at seventeen past. */
async function prepared(texts: TestMonitor['texts'] = {}): Promise<TestMonitor> {
  const monitor = metricsMonitor(
    [...traffic('08:00', '14:00'), ...lost(3, '10:12'), ...lost(4, '10:17')],
    { thresholds: 'unmetered >= 10', ...texts },
  );
  await monitor.runFrom('10:05', '10:10');
  return monitor;
}

function failing(monitor: TestMonitor, failure: TogaiFailure): void {
  monitor.onStep = (step) => {
    if (step === 'before metrics') throw new TogaiError(failure, `POST /metrics: ${failure}`);
  };
}

describe('while Togai metrics cannot be reached', () => {
  test('runs fail, and say why', async () => {
    const monitor = await prepared();
    failing(monitor, 'unavailable');
    expect(await monitor.runAt('10:15')).toMatchObject({
      outcome: 'failed',
      error: { message: 'POST /metrics: unavailable' },
    });
  });

  test('nothing is stored', async () => {
    const monitor = await prepared();
    failing(monitor, 'unavailable');
    await monitor.runFrom('10:15', '10:20');
    expect(await looksBy(monitor)).toHaveLength(2);
  });

  test('the next look counts the events that came meanwhile', async () => {
    const monitor = await prepared();
    failing(monitor, 'unavailable');
    await monitor.runFrom('10:15', '10:20');
    monitor.onStep = () => {};
    const result = await monitor.runAt('10:25');
    expect([result.backlogMs, windowOf(result)?.unmetered]).toEqual([0, 7]);
  });
});

describe('with Counting auto', () => {
  test('a passing failure does not change the source', async () => {
    const monitor = await prepared({ counting: 'auto' });
    failing(monitor, 'unavailable');
    expect(await monitor.runAt('10:15')).toMatchObject({ outcome: 'failed', source: 'metrics' });
  });

  test('numbers that cannot be read are none: events are listed', async () => {
    const monitor = await prepared({ counting: 'auto' });
    failing(monitor, 'unreadable');
    const results = await monitor.runFrom('10:15', '10:25');
    expect(results.map(({ source }) => source)).toEqual(['listing', 'listing', 'listing']);
    expect(results.map((result) => windowOf(result)?.unmetered)).toEqual([0, 3, 7]);
  });

  test('Togai metrics count again an hour later, each event once', async () => {
    const monitor = await prepared({ counting: 'auto' });
    failing(monitor, 'unreadable');
    await monitor.runAt('10:15');
    monitor.onStep = () => {};
    monitor.events.push(...lost(2, '11:07'));
    const results = await monitor.runFrom('10:20', '11:20');
    const last = results.at(-1);
    expect([last?.source, last && windowOf(last)]).toEqual([
      'metrics',
      // The time since the look before is one piece, so the window holds all of it.
      { window: '10:10-11:20', unmetered: 9, metered: 420 },
    ]);
  });
});

test('with Counting metrics a lasting failure fails each run', async () => {
  const monitor = await prepared();
  failing(monitor, 'forbidden');
  const results = await monitor.runFrom('10:15', '10:25');
  expect(results.map(({ outcome, source }) => [outcome, source])).toEqual([
    ['failed', 'metrics'],
    ['failed', 'metrics'],
    ['failed', 'metrics'],
  ]);
});

test('a run without time for its questions says that Togai is slow', async () => {
  const monitor = await prepared();
  const deadline = new AbortController();
  monitor.onStep = (step) => {
    if (step !== 'before metrics') return;
    deadline.abort(new Error('over'));
    throw deadline.signal.reason;
  };
  const result = await monitor.runAt('10:15', {}, deadline.signal);
  expect(result.error?.message).toMatch(/^POST \/metrics was not answered in the time of a run/);
});
