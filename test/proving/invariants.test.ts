import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { INVARIANTS } from '../../proving/invariants.ts';
import { withInvariantTable } from '../../proving/report/invariant-table.ts';

/** The source of everything that can complain. */
const SOURCES = globSync('proving/**/*.ts').map((file) => readFileSync(file, 'utf8'));

/** The ids that complaints name, each as often as it is named. */
const NAMED = SOURCES.flatMap((source) =>
  [...source.matchAll(/(?<!function )\bbroken\(\s*('([a-z-]+)')?/g)].map(([, , id]) => id),
);

test('every complaint writes the id of a listed invariant out', () => {
  const listed: readonly string[] = Object.keys(INVARIANTS);
  expect(NAMED.filter((id) => id === undefined || !listed.includes(id))).toEqual([]);
});

test('every listed invariant is named by a complaint', () => {
  expect(Object.keys(INVARIANTS).filter((id) => !NAMED.includes(id))).toEqual([]);
});

test('no complaint is made but by broken()', () => {
  expect(SOURCES.filter((source) => /\binvariant: ?['"`]/.test(source))).toEqual([]);
});

test('an invariant is one sentence', () => {
  const sentences = Object.values(INVARIANTS);
  expect(sentences.filter((text) => !/^[A-Z][^|\n]*[^.]\.$/.test(text))).toEqual([]);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test('docs/reliability.md lists the invariants as they are; npm run docs writes them anew', () => {
  const page = readFileSync('docs/reliability.md', 'utf8');
  expect(page).toBe(withInvariantTable(page));
});

test('a page without the marks is refused', () => {
  expect(() => withInvariantTable('# Nothing')).toThrow(/put both where the table belongs/);
});
