import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withParameterTable } from './parameters-for-docs.ts';

const page = fileURLToPath(new URL('../docs/reference.md', import.meta.url));
writeFileSync(page, withParameterTable(readFileSync(page, 'utf8')));
