import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { startCli } from '../support/program.ts';
import { serveAnswers } from '../support/server.ts';

/** Starts `unmetered simulate`, and reads the address and the token that it prints. */
async function startSimulate(...args: readonly string[]) {
  const { child, ended } = startCli(['simulate', '--quota', '1000', ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [announcement] = await once(child.stdout, 'data');
  const url = /http:\S+:\d+/.exec(String(announcement))?.[0] ?? '';
  const token = /TOGAI_TOKEN=(\S+)/.exec(String(announcement))?.[1] ?? '';
  return { child, ended, url, token, announcement: String(announcement) };
}

test('simulate serves until it is interrupted, and check finds the incident there', async () => {
  const { child, ended, url, token } = await startSimulate();
  const args = ['check', '--since', '15m', '--json', '--max-requests-per-second', '100'];
  const check = await startCli([...args, '--togai-base-url', url], { TOGAI_TOKEN: token }).ended;
  expect(check.exitCode).toBe(3);
  expect(JSON.parse(check.stdout).topAccounts[0].name).toBe('acme');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
});

test('simulate serves a generation of the API with its own switches', async () => {
  const { url, token } = await startSimulate(
    ...['--api', '2024-oldest', '--order', 'newest-first', '--metrics-access', 'refused'],
  );
  const headers = { authorization: `Bearer ${token}` };
  const list = await fetch(`${url}/events?start_time=0&end_time=1`, { headers });
  const { events } = (await list.json()) as { events: { createdAt: string }[] };
  const times = events.map(({ createdAt }) => createdAt);
  expect(times).toHaveLength(50);
  expect(times).toEqual([...times].sort().reverse());
  const metrics = await fetch(`${url}/metrics`, { method: 'POST', body: '{}', headers });
  expect(metrics.status).toBe(403);
});

test('simulate says by the clock of the machine when the incident began, and when it ends', async () => {
  const { announcement } = await startSimulate();
  expect(announcement).toContain(
    'Its events have the times of your clock, in UTC. The incident began 40 minutes ago, and ends in 30 minutes.',
  );
});

test('simulate without an incident says nothing of its end', async () => {
  const { announcement } = await startSimulate('--scenario', 'quiet');
  expect(announcement).toMatch(/^Its events have the times of your clock, in UTC\.$/m);
});

test('simulate has no second clock that a reader would have to know', async () => {
  const { announcement } = await startSimulate();
  const { stdout } = await startCli(['simulate', '--help']).ended;
  expect(announcement + stdout).not.toMatch(/\b\d\d:\d\d\b|scripted/);
});

test('each example of simulate begins with npx', async () => {
  const { stdout } = await startCli(['simulate', '--help']).ended;
  const examples = stdout.match(/^ {2}\$ .*/gm) ?? [];
  expect(examples.filter((line) => !line.includes('npx unmetered'))).toEqual([]);
  expect(examples.length).toBeGreaterThan(2);
});

test('simulate names a generation that it does not know', async () => {
  const { exitCode, stderr } = await startCli(['simulate', '--api', '2023']).ended;
  expect(stderr).toMatch(/--api.*2023.*2024-created/);
  expect(exitCode).toBe(2);
});

test('simulate refuses a port that is taken', async () => {
  const { url } = await serveAnswers({ body: {} });
  const { exitCode, stderr } = await startCli(['simulate', '--port', new URL(url).port]).ended;
  expect(stderr).toMatch(/^unmetered: --port: port \d+ is taken; choose another one/);
  expect(exitCode).toBe(2);
});
