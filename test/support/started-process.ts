import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { emptyFolder } from './folder.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;

/** Longer than any command here takes. A process that hangs is killed then, and has no exit code. */
const MAX_RUN_MS = 12_000;

export interface ProcessResult {
  /** `null` where it had to be killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process, with a token, in an empty folder. It ends by itself, or is killed after a few seconds. */
export function startProcess(
  args: readonly string[],
  { stdio = 'pipe', env }: Pick<SpawnOptions, 'stdio' | 'env'> = {},
): { readonly child: ChildProcess; readonly ended: Promise<ProcessResult> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: emptyFolder(),
    env: { PATH: process.env.PATH, TOGAI_TOKEN: 'secret', ...env },
    stdio,
  });
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(kill, MAX_RUN_MS);
  onTestFinished(kill);
  // A test may close a stream, as a reader that goes away does.
  const textOf = (stream: NodeJS.ReadableStream | null) =>
    stream ? text(stream).catch(() => '') : '';
  const output = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const ended = once(child, 'close').then(async ([exitCode]) => {
    clearTimeout(timer);
    const [stdout, stderr] = await output;
    return { exitCode: exitCode as number | null, stdout, stderr };
  });
  return { child, ended };
}
