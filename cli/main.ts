#!/usr/bin/env -S node --optimize-for-size
// The flag: what a page leaves behind is garbage at once, and V8 would rather let that pile up to a hundred
// megabytes than collect it. Time is not scarce here, requests are.
import { systemClock } from '../functions/monitor/adapters/system-clock.ts';
import { Interrupted, runCli } from './program.ts';

const interrupt = new AbortController();
const signals = { SIGINT: 130, SIGTERM: 143 } as const;
for (const [name, exitCode] of Object.entries(signals)) {
  // Once: a second Ctrl-C ends the process whatever it is doing.
  process.once(name, () => interrupt.abort(new Interrupted(exitCode)));
}
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  folder: process.cwd(),
  clock: systemClock,
  signal: interrupt.signal,
});
