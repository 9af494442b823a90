/** Writes the list of invariants into docs/reliability.md; run by `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withInvariantTable } from './report/invariant-table.ts';

const page = fileURLToPath(new URL('../docs/reliability.md', import.meta.url));
writeFileSync(page, withInvariantTable(readFileSync(page, 'utf8')));
