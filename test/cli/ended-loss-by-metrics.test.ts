import { expect, onTestFinished, test } from 'vitest';
import type { Scenario } from '../../simulator/scenarios.ts';
import { startSimulator } from '../../simulator/server.ts';
import { cli } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { UNMETERED } from '../support/printed-check.ts';

const ELEVEN = Date.UTC(2026, 10, 18, 11);
const MINUTE = 60_000;

/** All events of acme are lost until the hour begins. */
const LOSS: Scenario = {
  description: 'a loss of an hour',
  eventsPerSecond: 1,
  incidents: [
    {
      start: ELEVEN - 60 * MINUTE,
      end: ELEVEN,
      status: UNMETERED,
      statusDescription: 'no price plan',
      account: 'acme',
      share: 1,
    },
  ],
  backlogs: [],
};

/** A check with a Togai that counts whole hours only. */
async function endSeenAt(minutesPastEleven: number): Promise<string | null> {
  const now = ELEVEN + minutesPastEleven * MINUTE;
  const simulator = await startSimulator({
    scenario: LOSS,
    now: () => now,
    quota: 1e6,
    switches: { metricsRange: 'widened' },
  });
  onTestFinished(() => simulator.close());
  const rules = ['--thresholds', 'unmetered >= 10', '--max-requests-per-second', '100'];
  const { stdout } = await cli(
    ['check', '--togai-base-url', simulator.url, '--counting', 'metrics', '--json', ...rules],
    { env: { TOGAI_TOKEN: simulator.token }, clock: createJumpingClock(now) },
  );
  return JSON.parse(stdout).evaluations[0].resolvedAt;
}

test('a loss of the last hour is not over three minutes later, although hours are counted whole', async () => {
  expect(await endSeenAt(3)).toBeNull();
});

test('a loss is over once 15 minutes have passed without it', async () => {
  expect(await endSeenAt(30)).toBe('2026-11-18T11:00:00.000Z');
});
