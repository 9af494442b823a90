import { expect, test } from 'vitest';
import type { Entry, StoredBucket } from '../../proving/history.ts';
import { type Invariant, Oracle } from '../../proving/oracle.ts';
import { ExpectedManners } from '../../proving/oracle-limits.ts';
import { HOUR, MINUTE, type Scenario } from '../../proving/scenario.ts';
import { shrink } from '../../proving/shrink.ts';
import { simulate } from '../../proving/simulate.ts';
import { createTraffic } from '../../proving/traffic.ts';
import { createWorld } from '../../proving/world.ts';

/** A day on which messages are sent; without faults, so that nothing excuses anything. */
const SCENARIO: Scenario = { ...createWorld(5, 2), faults: [] };
/** The same, where Togai counts. */
const BY_METRICS: Scenario = { ...createWorld(12, 2), faults: [] };

/** What the judge says of a history that was tampered with. */
async function judged(
  tamper: (entry: Entry) => readonly Entry[],
  scenario = SCENARIO,
): Promise<Invariant | undefined> {
  const events = createTraffic(scenario);
  const oracle = new Oracle(scenario, events);
  await simulate(scenario, events, (entry) => {
    for (const seen of tamper(entry)) oracle.note(seen);
  });
  oracle.finish();
  return oracle.violations[0]?.invariant;
}

const same = (entry: Entry) => [entry];

/** What was done to the history, and which invariant that breaks. */
const TAMPERED: readonly [string, (entry: Entry) => readonly Entry[], Invariant][] = [
  ['a message is lost', (entry) => (entry.type === 'published' ? [] : [entry]), 'notified'],
  [
    'a message comes twice',
    (entry) => (entry.type === 'published' ? [entry, entry] : [entry]),
    'no noise',
  ],
  [
    'a message says another number',
    (entry) =>
      entry.type === 'published'
        ? [{ ...entry, notified: { ...entry.notified, value: (entry.notified.value ?? 0) + 1 } }]
        : [entry],
    'no noise',
  ],
  [
    'a bucket holds one event more',
    (entry) =>
      entry.type === 'bucket' && entry.bucket.counts.total > 3
        ? [{ ...entry, bucket: { ...entry.bucket, counts: oneMore(entry.bucket.counts) } }]
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
    'notified',
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
  expect(await judged(same, BY_METRICS)).toBeUndefined();
});

/** The same, of hours. */
const TAMPERED_HOURS: readonly [string, (entry: Entry) => readonly Entry[], Invariant][] = [
  [
    'an hour holds one event more',
    changing((bucket) => ({ ...bucket, counts: oneMore(bucket.counts) })),
    'counted',
  ],
  [
    'an open hour is taken for a whole one',
    changing((bucket) => ({ ...bucket, end: bucket.start + HOUR })),
    'counted',
  ],
  [
    'accounts are said to be unknown',
    changing(({ counts, ...bucket }) => {
      const accounts = { byName: new Map(), truncated: true };
      return { ...bucket, counts: { ...counts, accounts } };
    }),
    'counted',
  ],
  ['an open hour is given up', changing((bucket) => ({ ...bucket, partial: true })), 'counted'],
  [
    'a quiet run asks five times',
    (entry) => (entry.type === 'sent' ? Array.from({ length: 5 }, () => entry) : [entry]),
    'polite',
  ],
  [
    'a message names another window',
    (entry) =>
      entry.type === 'published' && entry.notified.window
        ? [
            {
              ...entry,
              notified: { ...entry.notified, window: { ...entry.notified.window, end: '' } },
            },
          ]
        : [entry],
    'no noise',
  ],
];

test.each(TAMPERED_HOURS)('the judge notices that %s', async (_, tamper, invariant) => {
  expect(await judged(tamper, BY_METRICS)).toBe(invariant);
});

test.each(TAMPERED)('the judge notices that %s', async (_, tamper, invariant) => {
  expect(await judged(tamper)).toBe(invariant);
});

/** When the run after the one that was asked to wait 15 minutes sends a request, and whether that is a matter for complaint. */
const AFTER_A_RETRY_AFTER: readonly [string, number, { remembers: boolean }, boolean][] = [
  ['too early', 5 * MINUTE, { remembers: true }, true],
  ['when it is over', 15 * MINUTE, { remembers: true }, false],
  ['a little early, for clocks differ', 14.5 * MINUTE, { remembers: true }, false],
  ['too early, and the run that was asked died', 5 * MINUTE, { remembers: false }, false],
];

test.each(AFTER_A_RETRY_AFTER)(
  'a request of the next run, %s',
  (_, at, { remembers }, expected) => {
    const manners = new ExpectedManners(SCENARIO.settings);
    const complaints: string[] = [];
    const note = (entry: object) =>
      manners.note(entry as Entry, (complaint) => void complaints.push(complaint));
    note({ type: 'sent', time: 0, run: 1 });
    note({ type: 'answered', time: 0, run: 1, status: 429, notBefore: 15 * MINUTE });
    if (remembers) note({ type: 'state', time: 0, run: 1 });
    note({ type: 'ended', time: 0, run: 1 });
    note({ type: 'sent', time: at, run: 2 });
    expect(complaints.length > 0).toBe(expected);
  },
);

test('a world that breaks nothing is not made smaller', async () => {
  expect(await shrink(SCENARIO, 'notified')).toBe(SCENARIO);
});

function changing(change: (bucket: StoredBucket) => StoredBucket) {
  return (entry: Entry): readonly Entry[] =>
    entry.type === 'bucket' ? [{ ...entry, bucket: change(entry.bucket) }] : [entry];
}

function oneMore<T extends { readonly total: number }>(counts: T): T {
  return { ...counts, total: counts.total + 1 };
}
