import { expect, test } from 'vitest';
import { pageOf } from './pages.ts';

/** The first part of the runbook, which holds the flowchart and the table of its steps. */
const [, firstMinute = ''] = pageOf('docs/runbook.md').split(/\n## /);

const lettersOf = (pattern: RegExp): string[] =>
  [...new Set([...firstMinute.matchAll(pattern)].map(([, letter = '']) => letter))].sort();

test('each step of the flowchart of the runbook has a row with links, and each row is a step', () => {
  const steps = lettersOf(/(?:"|<br\/>)([A-Z])\. /g);
  expect(steps.length).toBeGreaterThan(4);
  expect(lettersOf(/^\| ([A-Z]) \| .*\]\(#/gm)).toEqual(steps);
});
