import { expect, test } from 'vitest';
import type { Generation } from '../../simulator/behaviour-switches.ts';
import { doctor } from '../support/doctor.ts';

test.each<[Generation, string]>([
  ['2022', 'events that change their status later than half a window.'],
  ['2024', 'events that come more than a day late, or change their status after more than a day.'],
])('%s: doctor names the events that the monitor does not see', async (api, events) => {
  const { stdout, exitCode } = await doctor({ api });
  expect(stdout).toContain(`✓ Not seen: ${events}\n`);
  expect(exitCode).toBe(0);
});

test('doctor says once that a list by the time of the sender lacks late events', async () => {
  const { stdout } = await doctor({
    switches: { timeFilter: 'timestamp', metricsAccess: 'refused' },
  });
  expect(stdout).toContain("! Late events: listed by the sender's time, they are not seen.");
  expect(stdout).not.toContain('Not seen:');
});
