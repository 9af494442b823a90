import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The parts of the page that are the same for all data. */
export interface PageParts {
  readonly program: string;
  /** The style sheet of the charts. */
  readonly chartStyle: string;
  readonly licence: string;
}

/** @returns the files that the program is made from, besides */
export async function bundlePage(): Promise<PageParts & { readonly inputs: readonly string[] }> {
  const checkout = fileURLToPath(new URL('../..', import.meta.url));
  const [{ outputFiles, metafile }, chartStyle, licence] = await Promise.all([
    build({
      absWorkingDir: checkout,
      entryPoints: ['cli/backtest/page/main.ts'],
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2024',
      write: false,
      metafile: true,
      legalComments: 'none',
      logLevel: 'silent',
    }),
    ofChart('dist/uPlot.min.css'),
    ofChart('LICENSE'),
  ]);
  const program = outputFiles[0]?.text ?? '';
  return { program, chartStyle, licence, inputs: Object.keys(metafile.inputs) };
}

function ofChart(file: string): Promise<string> {
  return readFile(new URL(import.meta.resolve(`uplot/${file}`)), 'utf8');
}
