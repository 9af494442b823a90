import { systemClock } from '../functions/monitor/system-clock.ts';
import { EXIT } from './flags.ts';
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
let unwritten: Error | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that stops early (`| head`) is not a failure: the exit code stays.
  if (error.code !== 'EPIPE') unwritten = error;
});
// If stderr is closed, there is no place left to report it.
process.stderr.on('error', () => {});

const exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  folder: process.cwd(),
  clock: systemClock,
  signal: interrupt.signal,
});
await new Promise((resolve) => process.stdout.write('', resolve));
// A command that failed has said so, and perhaps for this reason.
if (unwritten && exitCode !== EXIT.couldNotCount) {
  process.stderr.write(
    `unmetered: the output could not be written (${unwritten.message}); make room, or send it elsewhere\n`,
  );
}
process.exitCode = unwritten ? EXIT.couldNotCount : exitCode;
