import { readFile } from 'node:fs/promises';
import type { PageParts } from '../cli/backtest/bundle-page.ts';

/** The parts of the page as the package brings them. It stands in the place of `cli/backtest/page-parts.ts`. */
export async function pageParts(): Promise<PageParts> {
  // From the bundle of the command line.
  return JSON.parse(await readFile(new URL('../page.json', import.meta.url), 'utf8'));
}
