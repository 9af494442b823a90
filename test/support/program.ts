import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { emptyFolder } from './folder.ts';

/** The program as it is started with `node`. */
export const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** No program here has to wait for anything. */
const LIMIT_MS = 15_000;

export interface ProgramResult {
  /** `null` where it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Beside PATH, which every program gets. */
  readonly env?: NodeJS.ProcessEnv;
  /** @default an empty folder */
  readonly cwd?: string;
}

/** Any program as a process of its own; it ends with the test, or after fifteen seconds. */
export function startProgram(
  command: string,
  args: readonly string[],
  { env = {}, cwd = emptyFolder() }: ProgramOptions = {},
) {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = once(child, 'close').then(async ([exitCode]): Promise<ProgramResult> => {
    const [stdout, stderr] = await output;
    return { exitCode: exitCode as number | null, stdout, stderr };
  });
  return { child, ended };
}

/** Runs Node with a script and its arguments. */
export function runNode(args: readonly string[], options?: ProgramOptions): Promise<ProgramResult> {
  return startProgram(process.execPath, args, options).ended;
}
