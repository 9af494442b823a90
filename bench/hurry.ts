import { fileURLToPath } from 'node:url';
import { median } from './rolling.ts';
import { NOW, serve, steady } from './served.ts';
import { lifeMs, PROGRAM } from './start.ts';

/** `check` of a quiet hour against a script that follows `nextToken`, each from the start of its process to its end. */

const ROUNDS = 7;
const HOUR_MS = 3_600_000;
const LOOP = fileURLToPath(new URL('hurry-loop.ts', import.meta.url));

export interface Hurry {
  readonly checkMs: number;
  readonly loopMs: number;
}

export async function measureHurry(): Promise<Hurry> {
  const served = await serve({ scenario: steady(100, HOUR_MS), quota: 10, latencyMs: 150 });
  const from = new Date(NOW - HOUR_MS).toISOString();
  const to = new Date(NOW).toISOString();
  const check = [PROGRAM, 'check', '--from', from, '--to', to, '--togai-base-url', served.url];
  const loop = [LOOP, served.url, String(NOW - HOUR_MS), String(NOW)];
  const times = { check: [] as number[], loop: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const checkMs = await lifeMs(check, served.token);
    const loopMs = await lifeMs(loop, served.token);
    // The first round fills the compile cache.
    if (round === 0) continue;
    times.check.push(checkMs);
    times.loop.push(loopMs);
  }
  await served.close();
  return { checkMs: median(times.check), loopMs: median(times.loop) };
}
