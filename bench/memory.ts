/**
 * Peak memory and sent rate of `unmetered check`, by number of events: each count runs in a process of
 * its own against a simulated Togai in this one, over real HTTP, at the highest rate that can be set.
 *
 *   npm run bench:memory            a thousand and a million events, about four minutes
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '../simulator/server.ts';

const RATE = 100;
const WINDOW_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 18, 12);
const CHECK = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const PROBE = new URL('probe.ts', import.meta.url).href;

interface Measured {
  readonly events: number;
  readonly requests: number;
  readonly seconds: number;
  readonly peakMb: number;
  /** The most requests that were sent in any one second. */
  readonly mostInASecond: number;
}

async function measure(events: number): Promise<Measured> {
  const simulator = await startSimulator({
    scenario: {
      description: 'as many events as the bench asks for',
      // Around noon a day's wave is at a third above its mean.
      eventsPerSecond: events / (WINDOW_MS / 1_000) / 1.325,
      incidents: [],
      backlogs: [],
    },
    now: () => NOW,
    quota: 10 * RATE,
  });
  const range = [NOW - WINDOW_MS, NOW].map((time) => new Date(time).toISOString());
  const args = ['--from', range[0], '--to', range[1], '--max-requests-per-second', RATE];
  const child = spawn(
    CHECK,
    ['check', '--json', '--quiet', '--togai-base-url', simulator.url, ...args.map(String)],
    {
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS: `--import=${PROBE}`,
        TOGAI_TOKEN: simulator.token,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  await simulator.close();
  const { total, requests, durationMs } = JSON.parse(stdout);
  const { peakKb, mostInASecond } = JSON.parse(stderr);
  return {
    events: total,
    requests,
    seconds: durationMs / 1_000,
    peakMb: peakKb / 1_024,
    mostInASecond,
  };
}

const rows: Measured[] = [];
for (const events of [1_000, 1_000_000]) {
  const row = await measure(events);
  rows.push(row);
  process.stdout.write(
    `${row.events} events: ${row.requests} requests in ${row.seconds.toFixed(1)} s, peak ${row.peakMb.toFixed(1)} MB, at most ${row.mostInASecond} sent in any second (allowed: ${RATE})\n`,
  );
}
const [few, many] = rows;
if (few && many) {
  const growth = many.peakMb - few.peakMb;
  process.stdout.write(`growth of the peak: ${growth.toFixed(1)} MB\n`);
}
