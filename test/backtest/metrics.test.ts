import { expect, onTestFinished, test } from 'vitest';
import { isProblem } from '../../functions/monitor/events/status-groups.ts';
import { scenarios } from '../../simulator/scenarios.ts';
import { startSimulator } from '../../simulator/server.ts';
import { truthOf } from '../../simulator/truth.ts';
import { cli, NOW } from '../support/cli.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** NOW is after the incident of the scripted day. */
const ORIGIN = NOW - 11.5 * HOUR;

async function backtestOf(...args: readonly string[]) {
  const scenario = scenarios(ORIGIN).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6 });
  onTestFinished(() => simulator.close());
  const togai = ['--togai-base-url', simulator.url, '--max-requests-per-second', '100'];
  const { stdout } = await cli(['backtest', '--counting', 'metrics', ...togai, ...args], {
    env: { TOGAI_TOKEN: simulator.token },
  });
  return { stdout, traffic: simulator.traffic };
}

test('a backtest by Togai metrics knows every lost event of the past', async () => {
  const { stdout, traffic } = await backtestOf('--since', '30h', '--json');
  const range = { start: NOW - 30 * HOUR, end: NOW };
  const { byStatus } = truthOf(traffic, range, 'createdAt', NOW);
  let lost = 0;
  for (const [status, events] of byStatus) if (isProblem(status)) lost += events;
  const { missingMinutes, sets } = JSON.parse(stdout);
  expect(missingMinutes).toBe(0);
  expect(sets[0].lost).toBe(lost);
  expect(sets[0].opened[0].accounts).toContain('acme');
});

test('a backtest by Togai metrics says that it is coarser than the monitor', async () => {
  const { stdout } = await backtestOf('--since', '12h');
  expect(stdout).toContain('Togai counted by the hour, and as of now.');
});

test('the time before the first event is left out, and the report says so', async () => {
  const { stdout } = await backtestOf('--json');
  const { from, missingMinutes, sets } = JSON.parse(stdout);
  const { stdout: report } = await backtestOf();
  const first = from.slice(0, 16).replace('T', ' ');
  expect(report).toContain(`No counts before ${first} UTC: 28 d of the 30 d are left out.`);
  expect([missingMinutes, sets[0].incidents > 0]).toEqual([0, true]);
});

test('a beginning that is known to the hour is told with both of its ends', async () => {
  const { stdout } = await backtestOf('--since', '30h', '--json');
  const [incident] = JSON.parse(stdout).sets[0].opened;
  expect(Date.parse(incident.onsetUntil) - Date.parse(incident.onset)).toBe(HOUR);
  const { stdout: report } = await backtestOf('--since', '30h');
  const [from, to] = [incident.onset, incident.onsetUntil].map((iso: string) =>
    iso.slice(0, 16).replace('T', ' '),
  );
  expect(report).toContain(`began between ${from} and ${to}`);
});
