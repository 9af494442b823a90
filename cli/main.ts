#!/usr/bin/env -S node --optimize-for-size
// The flag: what a page leaves behind is garbage at once, and V8 would rather let that pile up to a hundred
// megabytes than collect it. Time is not scarce here, requests are.
import { systemClock } from '../functions/monitor/system-clock.ts';
import { runCli } from './program.ts';
import { Interrupted } from './terminal.ts';

const interrupt = new AbortController();
const signals = { SIGINT: 130, SIGTERM: 143 } as const;
for (const [name, exitCode] of Object.entries(signals)) {
  // Stays until the end: where nobody listens, what restores the terminal's cursor kills the process.
  process.on(name, () => {
    if (interrupt.signal.aborted) process.exit(exitCode);
    interrupt.abort(new Interrupted(exitCode));
  });
}
// A reader that has seen enough (`| head`) is no failure, and changes nothing of the exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  folder: process.cwd(),
  clock: systemClock,
  signal: interrupt.signal,
});
