import type { Invariant } from './invariants.ts';

/** A small change of the product that makes it wrong. The proving worlds, or a test, must notice it. */
export interface Sabotage {
  readonly id: string;
  /** The end of "the product is changed so that". */
  readonly what: string;
  readonly file: string;
  /** It stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** The worlds that notice it (no invariant breaks in them otherwise), or the test file that does. */
  readonly caughtBy:
    | {
        readonly seeds: readonly number[];
        /** They are worlds with a plot. @default false */
        readonly plots?: boolean;
        /** The invariant that breaks first. @default any */
        readonly breaks?: Invariant;
      }
    | { readonly test: string };
}

const COUNTING = 'functions/monitor/counting';

export const SABOTAGES: readonly Sabotage[] = [
  {
    id: 'stale-answer',
    what: 'an old answer is taken for fewer events',
    file: `${COUNTING}/metrics/changes-of-totals.ts`,
    from: 'if (sum >= levels.sumOf(label) || levels.staleLooks(label) >= DISBELIEVED_LOOKS) return true;',
    to: 'if (sum >= 0) return true;',
    caughtBy: { test: 'test/counting/metrics/changes-of-totals.test.ts' },
  },
  {
    id: 'healed-stays-metered',
    what: 'events that healed count as new metered ones',
    file: `${COUNTING}/metrics/look-counts.ts`,
    from: '  let left = healed;',
    to: '  let left = 0;',
    caughtBy: { test: 'test/counting/metrics/look-counts.test.ts' },
  },
  {
    id: 'ignored-returns',
    what: 'an account that is ignored no more counts from the days when it was',
    file: `${COUNTING}/metrics/take-look.ts`,
    from: 'exceptionsFor(ignoreLists, before?.exceptions ?? [], request.end)',
    to: 'exceptionsFor(ignoreLists, [], request.end)',
    caughtBy: { seeds: [194], breaks: 'look-counts-from' },
  },
  {
    id: 'source-change',
    what: 'listed counts stand alone where the counting source changes',
    file: `${COUNTING}/join-sources.ts`,
    from: 'else if (near.every(Boolean))',
    to: 'else if (near.length > 0)',
    caughtBy: { test: 'test/counting/join-sources.test.ts' },
  },
  {
    id: 'list-by-the-sender',
    what: 'every list is taken for one by createdAt',
    file: `${COUNTING}/choose-source.ts`,
    from: 'if (!isListProven) {',
    to: 'if (!isListProven && at < 0) {',
    caughtBy: { seeds: [12], breaks: 'list-is-proven' },
  },
  {
    id: 'increments',
    what: 'increases are added up, and not compared with levels',
    file: `${COUNTING}/metrics/levels.ts`,
    from: 'const by = before === undefined ? 0 : to - before;',
    to: 'const by = from === undefined ? 0 : to - from;',
    caughtBy: { test: 'test/counting/metrics/levels.test.ts' },
  },
  {
    id: 'same-bucket',
    what: 'a second look of the same five minutes is compared with the first one',
    file: `${COUNTING}/look-at-metrics.ts`,
    from: 'const earlier = looks.filter((each) => each.end < end);',
    to: 'const earlier = looks.filter((each) => each.end <= end);',
    caughtBy: { test: 'test/run/metrics/same-bucket.test.ts' },
  },
  {
    id: 'cut-hour',
    what: 'an hour that the range has cut is used',
    file: `${COUNTING}/metrics/metrics-asker.ts`,
    from: 'const margin = isWidened ? HOUR_MS : 0;',
    to: 'const margin = isWidened ? 0 : 0;',
    caughtBy: { test: 'test/counting/metrics/take-look.test.ts' },
  },
];
