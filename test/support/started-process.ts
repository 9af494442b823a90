import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { emptyFolder } from './folder.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;

export interface ProcessResult {
  /** `null` where it had to be killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process, with a token, in an empty folder. It ends by itself, or is killed when the test ends. */
export function startProcess(
  args: readonly string[],
  { stdio = 'pipe', env }: Pick<SpawnOptions, 'stdio' | 'env'> = {},
): { readonly child: ChildProcess; readonly ended: Promise<ProcessResult> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: emptyFolder(),
    env: { PATH: process.env.PATH, TOGAI_TOKEN: 'secret', ...env },
    stdio,
  });
  // No limit of its own: a busy machine takes twenty times as long, and a test has a limit already.
  onTestFinished(() => void child.kill('SIGKILL'));
  // A test may close a stream, as a reader that goes away does.
  const textOf = (stream: NodeJS.ReadableStream | null) =>
    stream ? text(stream).catch(() => '') : '';
  const output = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const ended = once(child, 'close').then(async ([exitCode]) => {
    const [stdout, stderr] = await output;
    return { exitCode: exitCode as number | null, stdout, stderr };
  });
  return { child, ended };
}
