import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { dependsOn } from './depends-on.ts';
import { emptyFolder } from './folder.ts';

const ROOT = resolve('.');
/** The command line, as it is started with `node`. */
export const MAIN = resolve('cli/main.ts');
dependsOn(() => import('../../cli/main.ts'));

/** Node.js compiles the sources once for all processes, which saves two thirds of a start. */
const COMPILE_CACHE = resolve('node_modules/.cache/unmetered-tests');

export interface ProgramResult {
  /** `null` after a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** The variables beside PATH, which every program gets. */
  readonly env?: NodeJS.ProcessEnv;
  /** @default an empty folder */
  readonly cwd?: string;
}

/**
 * Starts a program in a process of its own, which ends with the test. It has no limit of its own: a busy machine takes twenty
 * times as long, and a test has a limit.
 */
export function startProgram(
  command: string,
  args: readonly string[],
  { env = {}, cwd = emptyFolder() }: ProgramOptions = {},
) {
  const child = spawnProgram(command, args, { env, cwd });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, ended: endOf(child) };
}

/** Runs Node.js with a script and its arguments. */
export function runNode(args: readonly string[], options?: ProgramOptions): Promise<ProgramResult> {
  return startProgram(process.execPath, args, options).ended;
}

/** Starts the command line in a process of its own, in an empty folder. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return startProgram(process.execPath, [MAIN, ...args], { env });
}

/** A process of the program that nobody ends. Its output is not read. */
export function spawnProgram(
  command: string,
  args: readonly string[],
  { env = {}, cwd }: ProgramOptions = {},
) {
  // A cloned project is gone after its test, so its compiled files are not kept.
  const isOwn = [command, ...args].some((part) => part.startsWith(`${ROOT}/cli/`));
  return spawn(command, args, {
    cwd,
    env: {
      PATH: process.env.PATH,
      ...(isOwn && { NODE_COMPILE_CACHE: COMPILE_CACHE }),
      ...env,
    },
  });
}

/** Reads the output of a process up to its end. */
export async function endOf(child: ReturnType<typeof spawnProgram>): Promise<ProgramResult> {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    // A test may close it, as a reader that goes away does.
    text(child.stdout).catch(() => ''),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}
