import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAGES } from './pages.ts';
import { fencesOf } from './shell.ts';

/** Code without the indentation of its place. */
const flat = (code: string): string => code.replaceAll(/^[ \t]+/gm, '').trim();

const examples = globSync('examples/**/*.ts', { exclude: ['**/node_modules/**'] }).map((file) =>
  flat(readFileSync(file, 'utf8')),
);

const snippets = PAGES.flatMap((page) =>
  fencesOf(page)
    .filter(({ language }) => language === 'ts')
    .map(({ text }) => [page, flat(text)] as const),
);

test.each(snippets)(
  'code in %s is a part of an example, which is compiled and tested: %s',
  (_, code) => {
    expect(examples.filter((example) => example.includes(code))).not.toEqual([]);
  },
);
