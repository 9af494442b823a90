import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The command line runs with this option. Without it V8 keeps garbage as long as there is memory. */
const OF_THE_COMMAND_LINE = ['--optimize-for-size'];
/** As AWS Lambda starts a function of 512 MB: a tenth is for new objects, in two halves. */
export const OF_THE_FUNCTION = ['--max-semi-space-size=25', '--max-old-space-size=461'];

/** Runs a script in a process of its own. @returns its figures, with its peak resident memory in MB */
export async function inProcess<T>(
  script: string,
  options: object,
  nodeOptions: readonly string[] = OF_THE_COMMAND_LINE,
): Promise<T & { readonly peakMb: number }> {
  const child = spawn(
    process.execPath,
    [...nodeOptions, fileURLToPath(new URL(script, import.meta.url)), JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [stdout, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (exitCode !== 0) throw new Error(`${script} ended with ${exitCode}`);
  return JSON.parse(stdout);
}

/** Prints the figures of a script that runs in a process of its own. */
export function printMeasured(measured: object): void {
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  process.stdout.write(JSON.stringify({ ...measured, peakMb }));
}
