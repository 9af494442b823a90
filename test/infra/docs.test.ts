import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withParameterTable } from '../../infra/parameter-table.ts';

test('docs/operations.md has the current table of parameters (npm run docs writes it)', () => {
  const page = readFileSync('docs/operations.md', 'utf8');
  expect(page).toBe(withParameterTable(page));
});

test('a page without the marks is refused', () => {
  expect(() => withParameterTable('# Nothing')).toThrow(/put both where the table belongs/);
});
