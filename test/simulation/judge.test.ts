import { expect, test } from 'vitest';
import type { Entry } from './history.ts';
import { type Invariant, Oracle } from './oracle.ts';
import type { Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { createTraffic } from './traffic.ts';
import { createWorld } from './world.ts';

/** A day on which messages are sent; without faults, so that nothing excuses anything. */
const SCENARIO: Scenario = { ...createWorld(5, 2), faults: [] };

/** What the judge says of a history that was tampered with. */
async function judged(tamper: (entry: Entry) => readonly Entry[]): Promise<Invariant | undefined> {
  const events = createTraffic(SCENARIO);
  const oracle = new Oracle(SCENARIO, events);
  await simulate(SCENARIO, events, (entry) => {
    for (const seen of tamper(entry)) oracle.note(seen);
  });
  oracle.finish();
  return oracle.violations[0]?.invariant;
}

const same = (entry: Entry) => [entry];

/** What was done to the history, and which invariant that breaks. */
const TAMPERED: readonly [string, (entry: Entry) => readonly Entry[], Invariant][] = [
  ['a message is lost', (entry) => (entry.type === 'published' ? [] : [entry]), 'told'],
  [
    'a message comes twice',
    (entry) => (entry.type === 'published' ? [entry, entry] : [entry]),
    'no noise',
  ],
  [
    'a message says another number',
    (entry) =>
      entry.type === 'published'
        ? [{ ...entry, told: { ...entry.told, value: (entry.told.value ?? 0) + 1 } }]
        : [entry],
    'no noise',
  ],
  [
    'a bucket holds one event more',
    (entry) =>
      entry.type === 'bucket' && entry.bucket.tally.total > 3
        ? [{ ...entry, bucket: { ...entry.bucket, tally: oneMore(entry.bucket.tally) } }]
        : [entry],
    'counted',
  ],
  [
    'a bucket is given up',
    (entry) =>
      entry.type === 'bucket'
        ? [{ ...entry, bucket: { ...entry.bucket, partial: true } }]
        : [entry],
    'counted',
  ],
  [
    'every request is sent eleven times',
    (entry) => (entry.type === 'sent' ? Array.from({ length: 11 }, () => entry) : [entry]),
    'polite',
  ],
  [
    'a run leaves a timer behind',
    (entry) => (entry.type === 'ended' ? [{ ...entry, sleepers: 1 }] : [entry]),
    'safe',
  ],
  [
    'a run fails',
    (entry) => (entry.type === 'ended' ? [{ ...entry, outcome: 'threw' }] : [entry]),
    'told',
  ],
  [
    'a run keeps its lease',
    (entry) =>
      entry.type === 'state'
        ? [{ ...entry, state: { ...entry.state, leaseUntil: entry.time + 1_000 } }]
        : [entry],
    'bounded',
  ],
];

test('the judge has nothing against a day without faults', async () => {
  expect(await judged(same)).toBeUndefined();
});

test.each(TAMPERED)('the judge notices that %s', async (_, tamper, invariant) => {
  expect(await judged(tamper)).toBe(invariant);
});

test('a world that breaks nothing is not made smaller', async () => {
  expect(await shrink(SCENARIO, 'told')).toBe(SCENARIO);
});

function oneMore<T extends { readonly total: number }>(tally: T): T {
  return { ...tally, total: tally.total + 1 };
}
