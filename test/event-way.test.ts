import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** The files that carry an event from a page to an email, in their order and in four parts, as `docs/architecture.md` has them. */
const PARTS = partsIn(readFileSync('docs/architecture.md', 'utf8'));
const WAY = PARTS.flat();

function partsIn(page: string): string[][] {
  const [, section = ''] = page.split('\n## One event\n');
  const [, diagram = ''] = /```mermaid\n([\s\S]*?)```/.exec(section) ?? [];
  const [, ...parts] = diagram.split('subgraph');
  return parts.map((part) =>
    [...part.matchAll(/\["((?:[\w-]+\/)[^"]*?\.ts)<br\/>/g)].map(
      ([, label = '']) => `functions/monitor/${label.replaceAll('<br/>', '')}`,
    ),
  );
}

/** The files that a file imports for more than their types. */
function importsOf(file: string): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (?!type )[^;]*? from '(\.[^']+)';/gm,
  );
  return [...statements].map(([, name = '']) => relative('.', join(dirname(file), name)));
}

/** Whether imports lead from a file to another one. */
function reaches(from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return importsOf(from).some((file) => file === to || reaches(file, to, seen));
}

test('an event takes at most 15 files from a page to an email, and all of them exist', () => {
  expect(PARTS.length).toBe(4);
  expect(Math.min(...PARTS.map(({ length }) => length))).toBeGreaterThan(1);
  expect(WAY.length).toBeLessThanOrEqual(15);
  expect(WAY.filter((file) => !existsSync(file))).toEqual([]);
  expect(new Set(WAY).size).toBe(WAY.length);
});

test('the event goes one way: no part of the way knows a later one', () => {
  const ahead = PARTS.flatMap((part, index) =>
    PARTS.slice(index + 1)
      .flat()
      .flatMap((later) => part.filter((file) => reaches(file, later)).map((file) => [file, later])),
  );
  expect(ahead).toEqual([]);
});

test('every file of the way is part of a run', () => {
  const outside = WAY.filter(
    (file) => !['run.ts', 'handler.ts'].some((root) => reaches(`functions/monitor/${root}`, file)),
  );
  expect(outside).toEqual([]);
});
