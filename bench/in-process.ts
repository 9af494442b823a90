import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What a process of its own measured; `peakMb` is its peak resident memory. */
export async function inProcess<T>(
  script: string,
  options: object,
): Promise<T & { readonly peakMb: number }> {
  const child = spawn(
    process.execPath,
    // As the command line is run: V8 otherwise lets garbage pile up where there is room for it.
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

/** Ends a script that runs in a process of its own. */
export function tell(measured: object): void {
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  process.stdout.write(JSON.stringify({ ...measured, peakMb }));
}
