import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import type { PlainRecord } from '../../functions/monitor/storage/bucket-codec.ts';
import { type CliResult, cli, NOW } from './cli.ts';
import { createJumpingClock } from './clock.ts';
import { eventsOf, serveEvents } from './events-server.ts';
import { emptyFolder } from './folder.ts';
import { NOT_METERED } from './usage-traffic.ts';

const MINUTE = 60_000;

/** The start of the bucket that holds the 20 events that are not metered: 11:40. */
export const BUCKET = NOW - 20 * MINUTE;

/** A state file after the first run, with an open incident. After a change any part of it may be anything. */
export interface Contents {
  state: { -readonly [K in keyof MonitorState]: unknown } & {
    thresholdAlerts: Record<string, unknown>[];
  };
  buckets: Record<string, Partial<PlainRecord> | null> | null;
  /** By their ids. */
  incidents: Record<string, unknown> | null;
}

interface RunsAfter {
  readonly path: string;
  readonly results: readonly CliResult[];
  /** The state file in the end. */
  readonly contents: Contents;
}

/** Runs once, changes the state file, and runs three times more, every five minutes. */
export async function runsAfter(change: (contents: Contents) => void): Promise<RunsAfter> {
  const { url } = await serveEvents(eventsOf(NOT_METERED, BUCKET, 20));
  const path = join(emptyFolder(), 'state.json');
  const runAt = (now: number): Promise<CliResult> => {
    const args = ['run', '--state', path, '--togai-base-url', url];
    const rules = ['--thresholds', 'unmetered >= 10'];
    // A thrown error is a bug, and ends the process with a stack trace.
    return cli([...args, ...rules], { clock: createJumpingClock(now) }).catch((error: Error) => ({
      exitCode: 1,
      stdout: '',
      stderr: String(error.stack),
    }));
  };
  const first = await runAt(NOW);
  if (first.exitCode !== 3) throw new Error(`no incident is open: ${first.stderr}`);
  const contents: Contents = JSON.parse(readFileSync(path, 'utf8'));
  change(contents);
  writeFileSync(path, JSON.stringify(contents));
  const results: CliResult[] = [];
  for (let minutes = 5; minutes <= 15; minutes += 5) {
    results.push(await runAt(NOW + minutes * MINUTE));
  }
  return { path, results, contents: JSON.parse(readFileSync(path, 'utf8')) };
}

/** The texts of the runs that name an item and its removal. */
export function sayingSo(results: readonly CliResult[], item: RegExp): string[] {
  return results
    .map(({ stdout, stderr }) => stdout + stderr)
    .filter((text) => item.test(text) && /remov|drop|forg[eo]t/i.test(text));
}

/** The exit code of each run, and `true` if it finished, otherwise its stderr. */
export function outcomes(results: readonly CliResult[]): [number, true | string][] {
  return results.map(({ exitCode, stderr }) => [exitCode, /finished/.test(stderr) || stderr]);
}
