import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { PAGES, pageOf } from './pages.ts';

/** Links of a page to places in the project, without those in code. */
function linksOf(page: string): string[] {
  const text = pageOf(page).replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^(https?:|mailto:|\.\.\/\.\.\/issues)/.test(link));
}

/** The anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(page: string): string[] {
  const text = pageOf(page).replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor = ''] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== '' && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
}

test.each(PAGES)('every link in %s leads to a file, and to a section of it', (page) => {
  expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
});

test('every page of the docs is linked from another page', () => {
  const linked = PAGES.flatMap((page) =>
    linksOf(page).map((link) => join(dirname(page), link.split('#')[0] ?? '')),
  );
  const pages = PAGES.filter((page) => page.startsWith('docs/'));
  expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
});

test('the index of the docs names every page of them', () => {
  const named = linksOf('docs/README.md').map((link) => join('docs', link.split('#')[0] ?? ''));
  const pages = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  expect(pages.filter((page) => !named.includes(page))).toEqual([]);
});
