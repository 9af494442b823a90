import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Runs a script in a process of its own. @returns its figures, with its peak resident memory in MB */
export async function inProcess<T>(
  script: string,
  options: object,
): Promise<T & { readonly peakMb: number }> {
  const child = spawn(
    process.execPath,
    // The command line runs with this option. Without it V8 keeps garbage as long as there is memory.
    [
      '--optimize-for-size',
      fileURLToPath(new URL(script, import.meta.url)),
      JSON.stringify(options),
    ],
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
