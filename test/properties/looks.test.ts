import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { piecesOf } from '../../functions/monitor/counting/join-sources.ts';
import {
  ALL,
  type LevelChange,
  type LookRecord,
} from '../../functions/monitor/events/look-record.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { windowAt } from '../../functions/monitor/thresholds/window.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';
import { FAILED, METERED, UNMETERED } from '../support/looks.ts';
import { at, HOUR } from '../support/monitor.ts';
import { holdsAlways } from './cases.ts';

const STATUSES = [METERED, UNMETERED, FAILED];
const FIRST = at('10:00');
const END = FIRST + 40 * BUCKET_MS;

/** Events between two looks: of an hour (how many hours ago), a status and so many. */
interface Step {
  readonly hoursAgo: number;
  readonly status: string;
  readonly events: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  hoursAgo: fc.nat({ max: 4 }),
  status: fc.constantFrom(...STATUSES),
  events: fc.integer({ min: 1, max: 50 }),
});

/** Events between looks that follow each other every five minutes. */
const history = fc.array(fc.array(step, { maxLength: 4 }), { minLength: 2, maxLength: 30 });

type Levels = Map<string, LevelChange>;

/** The looks of a history. Each compares with a look that it knew, which is not always the one before. */
function looksOf(steps: readonly (readonly Step[])[], known: (index: number) => number) {
  const levels: Levels[] = [new Map()];
  const looks: LookRecord[] = [];
  for (const [index, came] of steps.entries()) {
    const end = FIRST + (index + 1) * BUCKET_MS;
    const now = new Map(levels[index]);
    for (const { hoursAgo, status, events } of came) {
      const label = Math.floor((end - 1) / HOUR) * HOUR - hoursAgo * HOUR;
      const key = `${label} ${status}`;
      const to = (now.get(key)?.to ?? 0) + events;
      now.set(key, { label, status, scope: ALL, name: '', from: 0, to });
    }
    levels.push(now);
    const before = levels[Math.max(0, index - known(index))] ?? new Map();
    looks.push(lookOf(end, end - (known(index) + 1) * BUCKET_MS, changesBetween(before, now)));
  }
  return { looks, levels };
}

function changesBetween(before: Levels, now: Levels): LevelChange[] {
  return [...now].flatMap(([key, change]) => {
    const from = before.get(key)?.to ?? 0;
    return from === change.to ? [] : [{ ...change, from }];
  });
}

function lookOf(end: number, since: number, changes: readonly LevelChange[]): LookRecord {
  return {
    end,
    since: Math.max(FIRST, since),
    isFirst: false,
    takenAt: end,
    runNumber: 1,
    asked: [],
    changes,
    exceptions: [],
    stale: [],
    ignoredNames: { accounts: [], schemas: [] },
    lacksUnknown: false,
  };
}

const sumsOf = (pieces: readonly Piece[]) =>
  sorted(mergeCounts(pieces.map(({ counts }) => counts)).byStatus);
const sorted = (sums: ReadonlyMap<string, number>) =>
  [...sums].filter(([, events]) => events > 0).sort();

function sumsOfLevels(levels: Levels | undefined) {
  const sums = new Map<string, number>();
  for (const { status, to } of levels?.values() ?? [])
    sums.set(status, (sums.get(status) ?? 0) + to);
  return sorted(sums);
}

const pieces = (looks: readonly LookRecord[]) => piecesOf([], looks, END).list;

describe('the sum of all pieces is the last level', () => {
  test('if each look knows the one before', async () => {
    await holdsAlways(
      fc.property(history, (steps) => {
        const { looks, levels } = looksOf(steps, () => 0);
        expect(sumsOf(pieces(looks))).toEqual(sumsOfLevels(levels.at(-1)));
      }),
    );
  });

  test('if looks did not know those before them', async () => {
    const known = fc.array(fc.nat({ max: 3 }), { minLength: 30, maxLength: 30 });
    await holdsAlways(
      fc.property(history, known, (steps, behind) => {
        const { looks, levels } = looksOf(steps, (index) => behind[index] ?? 0);
        expect(sumsOf(pieces(looks))).toEqual(sumsOfLevels(levels.at(-1)));
      }),
    );
  });

  test('if looks are lost that a later one has not known', async () => {
    await holdsAlways(
      fc.property(history, fc.nat(), (steps, some) => {
        const lost = some % (steps.length - 1);
        // The look after the lost one compares with the one before it.
        const { looks, levels } = looksOf(steps, (index) => (index === lost + 1 ? 1 : 0));
        const kept = looks.filter((_, index) => index !== lost);
        expect(sumsOf(pieces(kept))).toEqual(sumsOfLevels(levels.at(-1)));
      }),
    );
  });

  test('in any order of writing the looks', async () => {
    await holdsAlways(
      fc.property(
        history.chain((steps) => {
          const { looks, levels } = looksOf(steps, () => 0);
          return fc
            .shuffledSubarray(looks, { minLength: looks.length })
            .map((shuffled) => ({ shuffled, levels }));
        }),
        ({ shuffled, levels }) => {
          expect(sumsOf(pieces(shuffled))).toEqual(sumsOfLevels(levels.at(-1)));
        },
      ),
    );
  });
});

test('with any looks lost, the sum of all pieces is the last level that is known less the first', async () => {
  await holdsAlways(
    fc.property(history, fc.array(fc.boolean(), { minLength: 30 }), (steps, isLost) => {
      const kept = looksOf(steps, () => 0).looks.filter((_, index) => !isLost[index]);
      const known = new Map<string, { status: string; first: number; last: number }>();
      for (const { label, status, from = 0, to } of kept.flatMap(({ changes }) => changes)) {
        const first = known.get(`${label} ${status}`)?.first ?? from;
        known.set(`${label} ${status}`, { status, first, last: to });
      }
      const sums = new Map<string, number>();
      for (const { status, first, last } of known.values()) {
        sums.set(status, (sums.get(status) ?? 0) + last - first);
      }
      expect(sumsOf(pieces(kept))).toEqual(sorted(sums));
    }),
  );
});

test('pieces leave neither a gap nor an overlap, with any looks lost', async () => {
  await holdsAlways(
    fc.property(history, fc.array(fc.boolean(), { minLength: 30 }), (steps, isLost) => {
      const { looks } = looksOf(steps, () => 0);
      const kept = looks.filter((_, index) => index === 0 || !isLost[index]);
      const list = pieces(kept);
      expect(list[0]?.start).toBe(FIRST);
      for (const [index, { start }] of list.slice(1).entries())
        expect(start).toBe(list[index]?.end);
      expect(list.at(-1)?.end).toBe(kept.at(-1)?.end);
    }),
  );
});

test('a window of any length is the sum of the pieces that it says to hold', async () => {
  const length = fc.integer({ min: 1, max: 40 }).map((buckets) => buckets * BUCKET_MS);
  await holdsAlways(
    fc.property(history, length, (steps, windowMs) => {
      const { looks } = looksOf(steps, () => 0);
      const counted = piecesOf([], looks, END);
      const end = looks.at(-1)?.end ?? 0;
      const { window, counts } = windowAt(counted, end, windowMs);
      const inside = counted.list.filter(({ start }) => start >= window.start);
      expect(sorted(counts.byStatus)).toEqual(sumsOf(inside));
      expect(window.start).toBeLessThanOrEqual(end - windowMs);
    }),
  );
});

test('windows that follow each other add up to the window of both', async () => {
  await holdsAlways(
    fc.property(history, fc.nat({ max: 29 }), (steps, some) => {
      const { looks } = looksOf(steps, () => 0);
      const counted = piecesOf([], looks, END);
      const end = looks.at(-1)?.end ?? 0;
      const middle = counted.list[some % counted.list.length]?.end ?? end;
      const all = windowAt(counted, end, end - FIRST).counts.total;
      const first = middle > FIRST ? windowAt(counted, middle, middle - FIRST).counts.total : 0;
      const second = end > middle ? windowAt(counted, end, end - middle).counts.total : 0;
      expect(first + second).toBe(all);
    }),
  );
});
