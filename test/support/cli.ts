import { Writable } from 'node:stream';
import { runCli } from '../../cli/program.ts';
import type { Output, Surroundings } from '../../cli/terminal.ts';
import { createJumpingClock } from './clock.ts';
import { emptyFolder } from './folder.ts';

export const TOKEN = 'tgi-secret/0123456789abcdef';
/** The current time of every command here, a Wednesday. */
export const NOW = Date.UTC(2026, 10, 18, 12);

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions extends Partial<Omit<Surroundings, 'stdout' | 'stderr'>> {
  /** Show a terminal of this width instead of pipes. */
  readonly terminalColumns?: number;
}

/** Runs the command line in this process, with real HTTP, without waiting. Its output is captured. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { terminalColumns, ...given } = options;
  const stdout = capture(terminalColumns);
  const stderr = capture(terminalColumns);
  const around = { ...surroundings(given.folder), ...given };
  const exitCode = await runCli(args, { ...around, stdout: stdout.output, stderr: stderr.output });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

/** An empty folder, a token and a clock that jumps. The output goes nowhere. */
export function surroundings(folder = emptyFolder()): Surroundings {
  return {
    stdout: capture(undefined).output,
    stderr: capture(undefined).output,
    env: { TOGAI_TOKEN: TOKEN },
    folder,
    clock: createJumpingClock(NOW),
    signal: new AbortController().signal,
  };
}

function capture(columns: number | undefined): { output: Output; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const terminal = {
    isTTY: true,
    columns,
    rows: 50,
    hasColors: (env: NodeJS.ProcessEnv) => !env.NO_COLOR,
  };
  const output = Object.assign(stream, columns === undefined ? {} : terminal) as Output;
  return { output, text: () => text };
}
