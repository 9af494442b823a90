import { systemClock } from '../functions/monitor/system-clock.ts';
import { runCli } from './program.ts';
import { Interrupted } from './terminal.ts';

const interrupt = new AbortController();
const signals = { SIGINT: 130, SIGTERM: 143 } as const;
for (const [name, exitCode] of Object.entries(signals)) {
  // Listens until the end. Without a listener, the library that restores the cursor would end the process.
  process.on(name, () => {
    if (interrupt.signal.aborted) process.exit(exitCode);
    interrupt.abort(new Interrupted(exitCode));
  });
}
// A reader that stops early (`| head`) is not a failure: the exit code stays.
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
