import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Summary } from '../../proving/summary.ts';

const MAIN = new URL('../../proving/main.ts', import.meta.url).pathname;

test('seeds of which none counts by metrics are no success of counting by metrics', async () => {
  const child = spawn(process.execPath, [MAIN, '--seeds', '1', '--days', '1', '--by-metrics']);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect(stderr).toBe(
    'None of these seeds makes a world in which Togai counts, so nothing was tried; take more --seeds, or begin --from another one.\n',
  );
  expect([exitCode, stdout]).toEqual([2, '']);
});

test.each([
  [1, '0 worlds of 1 day,'],
  [3, '0 worlds of 3 days,'],
])('worlds of %i days are said to be that long', (days, expected) => {
  expect(new Summary().tables(days, 0)).toContain(expected);
});
