import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

interface Row {
  readonly figure: string;
  /** In version 0.1.0; `-` where it had nothing like it. */
  readonly before: string;
  readonly wanted: string;
  readonly measured: string;
  readonly reached: boolean;
}

const rows: Row[] = [];
const begun = performance.now();
const loads: number[] = [];
setInterval(() => loads.push(loadavg()[0] ?? 0), 10_000).unref();

/** Prints a figure, and keeps it for the page. */
export function add(
  figure: string,
  wanted: string,
  measured: string,
  reached: boolean,
  before = '-',
): void {
  rows.push({ figure, before, wanted, measured, reached });
  process.stdout.write(
    `${reached ? 'reached' : 'MISSED '}  ${figure}: ${measured} (wanted: ${wanted})\n`,
  );
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
export const times = (ratio: number): string => `${ratio.toFixed(2)}×`;

/** Writes all figures to `bench/RESULTS.md`. */
export function write(): void {
  const seconds = (performance.now() - begun) / 1_000;
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'an unknown processor';
  const machine = `${processors.length} × ${model}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${process.platform} ${process.arch}, Node.js ${process.version}`;
  const load = `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
  const table = rows.map(
    ({ figure, before, wanted, measured, reached }) =>
      `| ${figure} | ${before} | ${wanted} | ${reached ? '' : '**missed:** '}${measured} |`,
  );
  const page = [
    '# Figures',
    '',
    `Measured by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, in ${seconds.toFixed(0)} s: ${machine}.`,
    `The machine had other work: its load was ${load}. So read the ratios rather than the times. Times are medians. Servers run in processes of their own.`,
    '`before` is the figure of version 0.1.0.',
    '',
    '| figure | before | wanted | measured |',
    '| --- | --- | --- | --- |',
    ...table,
    '',
  ];
  writeFileSync(fileURLToPath(new URL('RESULTS.md', import.meta.url)), page.join('\n'));
}
