import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

test('cron mails that events are not billed, while they are not', async () => {
  const simulator = spawn('npx', ['unmetered-events-monitor', 'simulate', '--port', '0'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(simulator.stdout.setEncoding('utf8'), 'data');
    const [address] = /http:\/\/\S+?:\d+/.exec(line) ?? [];
    const env = { ...process.env, TOGAI_TOKEN: 'simulated-token', TOGAI_BASE_URL: address };
    // It exits with 3 while a threshold is breached.
    await assert.rejects(run('./watch.sh', { env }), { code: 3, stdout: /not billed/i });
    // Cron mails nothing while there is no news.
    await assert.rejects(run('./watch.sh', { env }), { code: 3, stdout: '', stderr: '' });
  } finally {
    process.kill(-simulator.pid);
  }
});
