import { globSync, readFileSync } from 'node:fs';

/** The pages that people read, from the root of the project. */
export const PAGES = globSync(['*.md', 'docs/**/*.md', 'examples/*.md', 'bench/*.md']);

export const pageOf = (name: string): string => readFileSync(name, 'utf8');

/** The first cells of the tables of a section, each without its code marks; a cell may name several things. */
export function namesInTables(page: string, heading: string): string[] {
  const [, rest = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  return [...section.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)[^`]*`/g)].map(([, name = '']) => name),
  );
}
