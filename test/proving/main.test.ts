import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { Outcome } from '../../proving/prove-world.ts';
import { Summary } from '../../proving/report/summary.ts';
import { dependsOn } from '../support/depends-on.ts';

dependsOn(() => import('../../proving/main.ts'));

const PROVING = new URL('../../proving/', import.meta.url);

async function node(...args: readonly string[]) {
  const child = spawn(process.execPath, args);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, exitCode };
}

test('seeds without a world that uses Togai metrics prove nothing about Togai metrics', async () => {
  const main = new URL('main.ts', PROVING).pathname;
  expect(await node(main, '--seeds', '1', '--from', '2', '--days', '1', '--by-metrics')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'None of these seeds makes a world that uses Togai metrics, so nothing was proved. Take more --seeds, or another --from.\n',
  });
});

test('a promise rejection that nobody handles breaks an invariant', async () => {
  // In a process of its own: a test runner fails at such a rejection, too.
  const program = `
    import { proveWorld } from '${PROVING}prove-world.ts';
    import { createWorld } from '${PROVING}world/create-world.ts';
    let isDone = false;
    const { violations } = await proveWorld({ ...createWorld(5, 1), faults: [] }, () => {
      if (!isDone) Promise.reject(new Error('lost'));
      isDone = true;
    });
    console.log(violations.map(({ invariant }) => invariant).join());
  `;
  const { stdout } = await node('--input-type=module', '--eval', program);
  expect(stdout).toBe('no-unhandled-rejection\n');
});

test.each([
  [1, '0 worlds of 1 day,'],
  [3, '0 worlds of 3 days,'],
])('worlds of %i days are said to be that long', (days, expected) => {
  expect(new Summary().tables(days, 0)).toContain(expected);
});

const OUTCOME: Outcome = {
  violations: [],
  byMetrics: false,
  runs: 1,
  clearRuns: 1,
  days: 1,
  killed: 0,
  requests: 1,
  buckets: 1,
  events: 1,
  delivered: new Map(),
  repeated: 0,
  demanded: 0,
  largestState: 0,
  largestBucket: 0,
  struck: new Map(),
};

test('the summary counts broken worlds by the first invariant that each broke', () => {
  const summary = new Summary();
  expect(summary.tables(1, 0)).toContain('none of them broken');
  const late = { invariant: 'ended-in-time', time: 2, text: 'late' } as const;
  const fast = { invariant: 'rate-kept', time: 1, text: 'fast' } as const;
  summary.add(1, OUTCOME);
  summary.add(2, { ...OUTCOME, violations: [fast, late] });
  summary.add(3, { ...OUTCOME, violations: [fast] });
  const tables = summary.tables(1, 0);
  expect(tables).toContain('| `rate-kept` | Requests are sent no faster than');
  expect(tables).toMatch(/`rate-kept` .* \| 2 \|/);
  expect(tables).not.toContain('ended-in-time');
  expect(summary.failures).toEqual([2, 3]);
});

test('a world that lasts longer than asked for is seen in the tables', () => {
  const summary = new Summary();
  summary.add(1, { ...OUTCOME, days: 3 });
  expect(summary.tables(3, 0)).toContain('1 world of 3 days, in');
  summary.add(20, { ...OUTCOME, days: 9 });
  expect(summary.tables(3, 0)).toContain('2 worlds of 3 to 9 days, in');
});
