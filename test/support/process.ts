import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { dependsOn } from './depends-on.ts';
import { emptyFolder } from './folder.ts';

const MAIN = resolve('cli/main.ts');
dependsOn(() => import('../../cli/main.ts'));

/** Node.js compiles the sources once for all processes, which saves two thirds of a start. */
const COMPILE_CACHE = resolve('node_modules/.cache/unmetered-tests');

export interface Ended {
  /** `null` after a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line in a process of its own, in an empty folder, until the test ends. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawnCli(args, env, emptyFolder());
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, ended: endOf(child) };
}

export function spawnCli(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string) {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
  });
}

export async function endOf(child: ReturnType<typeof spawnCli>): Promise<Ended> {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}
