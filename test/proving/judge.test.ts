import { expect, test } from 'vitest';
import type { Entry } from '../../proving/history.ts';
import { simulate } from '../../proving/in-memory/simulate.ts';
import { INVARIANTS, type Invariant } from '../../proving/invariants.ts';
import { Judge } from '../../proving/judge/judge.ts';
import { createTraffic } from '../../proving/world/create-traffic.ts';
import { createWorld } from '../../proving/world/create-world.ts';
import { FIRST_GENERATION } from '../../proving/world/generation.ts';
import type { Counting, Scenario } from '../../proving/world/scenario.ts';
import { TAMPERED_COUNTS } from './tampered/counts.ts';
import { TAMPERED_LOOKS } from './tampered/looks.ts';
import { TAMPERED_REQUESTS } from './tampered/requests.ts';
import { TAMPERED_RUNS } from './tampered/runs.ts';

const TAMPERED = [...TAMPERED_COUNTS, ...TAMPERED_LOOKS, ...TAMPERED_REQUESTS, ...TAMPERED_RUNS];

/** The history of a day with messages, and without faults that could excuse anything. */
async function recorded(seed: number, how: Counting) {
  const created = createWorld(seed, 1);
  const { start } = created;
  const world: Scenario = {
    ...created,
    faults: [],
    counting: [{ from: start, how }],
    generations: [{ from: start, generation: FIRST_GENERATION }],
  };
  const events = createTraffic(world);
  const history: Entry[] = [];
  await simulate(world, events, (entry) => history.push(entry));
  return { world, events, history };
}

const listing = recorded(5, 'listing');
const metrics = recorded(2, 'metrics');

test.each([
  ['the listing', listing],
  ['Togai metrics', metrics],
])('the judge has nothing against a day without faults, with %s', async (_, history) => {
  const { world, events, history: entries } = await history;
  const judge = new Judge(world, events);
  for (const entry of entries) judge.note(entry);
  judge.finish();
  expect(judge.violations).toEqual([]);
});

test.each(TAMPERED)('the judge notices that $what', async ({ breaks, ...tampering }) => {
  const { world, events, history } = await (tampering.counting ? metrics : listing);
  const judge = new Judge(tampering.judgedAs?.(world) ?? world, events);
  const tamper = tampering.tamper(world);
  for (const entry of history) for (const seen of tamper(entry)) judge.note(seen);
  judge.finish();
  const [first] = judge.violations;
  const complaints = judge.violations.filter(({ time }) => time === first?.time);
  expect([...new Set(complaints.map(({ invariant }) => invariant))]).toEqual(breaks);
});

/** What the judge says of runs that use all their time for a list without a time filter, and fail. */
async function saidOfLongLists(maxRequestsPerSecond: number, isStopped: boolean) {
  const { world, events, history } = await listing;
  const newestFirst = {
    timeFilter: 'ignored',
    orderBy: 'createdAt',
    order: 'newest-first',
  } as const;
  const judge = new Judge(
    {
      ...world,
      settings: { ...world.settings, maxRequestsPerSecond },
      generations: [{ from: world.start, generation: { ...FIRST_GENERATION, ...newestFirst } }],
    },
    events,
  );
  for (const entry of history) {
    judge.note(entry.type === 'ended' ? { ...entry, outcome: 'failed' } : entry);
    const { time, run, type } = entry;
    if (type === 'begun' && isStopped)
      judge.note({ type: 'stopping', how: 'soft deadline', time, run });
  }
  judge.finish();
  return judge.violations.map(({ invariant }) => invariant);
}

test('a list that takes longer than a run may be read by no run', async () => {
  expect(await saidOfLongLists(0.001, true)).not.toContain('clear-run-finishes');
});

test.each([
  ['at a rate that suffices', 1e6, true],
  ['before its time is over', 0.001, false],
])('a run that fails %s is no run that had too long a list', async (_, rate, isStopped) => {
  expect(await saidOfLongLists(rate, isStopped)).toContain('clear-run-finishes');
});

test('every invariant is broken by a history that was tampered with', () => {
  // Tests of their own break these: main.test.ts, agreement.test.ts, sources.test.ts, and those in incidents/.
  const elsewhere: readonly Invariant[] = [
    'repeated-only-after-a-crash',
    'cause-notified',
    'ended-in-time',
    'not-ended-early',
    'messages-in-order',
    'one-cause-one-incident',
    'each-channel',
    'pager-critical-only',
    'onset-true',
    'lost-true',
    'no-false-open',
    'failure-has-a-cause',
    'failure-notified',
    'gap-told-once',
    'digest-told-once',
    'digest-true',
    'no-unhandled-rejection',
    'sources-agree',
    'metrics-where-much-is-due',
    'silence-kept',
    'silence-over',
    'silence-told',
  ];
  const broken = new Set([...TAMPERED.flatMap(({ breaks }) => breaks), ...elsewhere]);
  expect([...broken].sort()).toEqual(Object.keys(INVARIANTS).sort());
});
