import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';
import { once } from '../support/once.ts';
import { BUCKET, type Contents, outcomes, runsAfter, sayingSo } from '../support/state-file.ts';
import { NOT_METERED } from '../support/usage-traffic.ts';

const OF_THE_BUCKET = /2026-11-18[T ]11:40/;

const changeBucket = (change: (bucket: Record<string, unknown>) => void) => (file: Contents) =>
  change(file.buckets?.[BUCKET] as Record<string, unknown>);

const changeCounts = (counts: object) =>
  changeBucket((bucket) => Object.assign(bucket.counts as object, counts));

describe.each<[string, (contents: Contents) => void, RegExp]>([
  [
    'buckets that are null',
    (file) => {
      file.buckets = null;
    },
    /buckets/,
  ],
  [
    'a bucket that is null',
    ({ buckets }) => {
      if (buckets) buckets[BUCKET] = null;
    },
    OF_THE_BUCKET,
  ],
  ['a bucket without counts', changeBucket((bucket) => delete bucket.counts), OF_THE_BUCKET],
  [
    'a bucket that names no statuses',
    changeBucket((bucket) => delete (bucket.counts as { byStatus?: unknown }).byStatus),
    OF_THE_BUCKET,
  ],
  ['numbers that are texts', changeCounts({ byStatus: [[NOT_METERED, '20']] }), OF_THE_BUCKET],
  ['numbers that are null', changeCounts({ byStatus: [[NOT_METERED, null]] }), OF_THE_BUCKET],
  ['numbers below zero', changeCounts({ total: -20 }), OF_THE_BUCKET],
  ['statuses that are no list', changeCounts({ byStatus: { [NOT_METERED]: 20 } }), OF_THE_BUCKET],
  ['accounts that are null', changeCounts({ accounts: null }), OF_THE_BUCKET],
  ['samples of a newer version', changeCounts({ samples: { [NOT_METERED]: [] } }), OF_THE_BUCKET],
])('a state file with %s', (_, change, item) => {
  // The tests look at different things in the same runs.
  const runs = once(() => runsAfter(change));

  test('stops no run, and the incident stays open', async () => {
    const { results } = await runs();
    expect(outcomes(results)).toEqual([
      [3, true],
      [3, true],
      [3, true],
    ]);
  });

  test('is notified once, with the item, the file and how to remove it', async () => {
    const { path, results } = await runs();
    const said = sayingSo(results, item);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(path);
  });

  test('is counted right after some runs: the window is whole again, and nothing is counted twice', async () => {
    const { contents } = await runs();
    const counts = contents.buckets?.[BUCKET]?.counts;
    expect(counts).toMatchObject({ total: 20, byStatus: [[NOT_METERED, 20]] });
  });
});

/** All parts of the state but the number of the run, without which it is no state. */
const PARTS = [
  'runId',
  'leaseUntil',
  'coolDownUntil',
  'retryAfter',
  'committedAt',
  'unfinished',
  'unfinishedSince',
  'problem',
  'chosen',
  'timeField',
  'timeFieldProvenAt',
  'watermark',
  'evaluatedTo',
  'voided',
  'alerts',
  'thresholdAlerts',
  'rules',
  'incidentIds',
  'notices',
  'lookedTo',
  'metricsProblem',
  'bucketFailures',
  'knownSilences',
  'ignoreEntries',
  'rejections',
  'gap',
  'subscriptionsCheckedAt',
  'failures',
] as const;

test.each(PARTS)('a state whose %s cannot be read stops no run', async (part) => {
  const { results } = await runsAfter(({ state }) => {
    state[part] = { of: 'a newer version' } as never;
  });
  expect(outcomes(results).map(([, finished]) => finished)).toEqual([true, true, true]);
});

test.each<[unknown]>([[null], ['text'], [[5]], [-5]])(
  'a state in which everything else is %j stops no run',
  async (value) => {
    const { results } = await runsAfter(({ state }) => {
      for (const part of PARTS) state[part] = value as never;
    });
    expect(outcomes(results).map(([, finished]) => finished)).toEqual([true, true, true]);
  },
);

test('a state file whose state is no state is refused in one sentence, with the next step', async () => {
  for (const state of [5, 'text', [], {}, { runNumber: 'seven' }]) {
    const path = join(emptyFolder(), 'state.json');
    writeFileSync(path, JSON.stringify({ version: 2, state, buckets: {} }));
    const { exitCode, stderr } = await cli(['run', '--state', path]).catch((error: Error) => ({
      exitCode: 1,
      stderr: String(error.stack),
    }));
    expect(stderr).toMatch(/^unmetered: the state file .*(--state|remove).*\n$/);
    expect(exitCode).toBe(2);
  }
});
