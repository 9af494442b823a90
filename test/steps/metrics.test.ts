import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../functions/monitor/settings.ts';
import {
  hoursOf,
  type MetricSeries,
  planMetrics,
  tallyOfMetrics,
} from '../../functions/monitor/steps/metrics.ts';
import { parseThresholds } from '../../functions/monitor/steps/threshold.ts';

const NOBODY = { accounts: new Set<string>(), schemas: new Set<string>() };
const DEFAULT = parseThresholds(SETTINGS.thresholds.defaultText);
const HOUR = Date.UTC(2026, 10, 18, 12);
const MINUTE = 60_000;

describe('the hours of a range', () => {
  test.each([
    ['one closed hour', [0, 60], [[0, 60]]],
    ['a window that begins in an hour begins with that hour', [30, 60], [[0, 60]]],
    [
      'the open hour ends where the range does',
      [50, 75],
      [
        [0, 60],
        [60, 75],
      ],
    ],
  ])('%s', (_, [start = 0, end = 0], expected) => {
    const hours = hoursOf({ start: HOUR + start * MINUTE, end: HOUR + end * MINUTE });
    expect(hours.map((hour) => [(hour.start - HOUR) / MINUTE, (hour.end - HOUR) / MINUTE])).toEqual(
      expected,
    );
  });
});

describe('an hour is asked for', () => {
  const sizes = (rules: string, waived = NOBODY) =>
    planMetrics(parseThresholds(rules), waived).requests.map((queries) => queries.length);

  test('in one request of five queries by default', () => {
    expect(planMetrics(DEFAULT, NOBODY).requests.map((queries) => queries.length)).toEqual([5]);
  });

  test('by every status that Togai documents, for without a filter those in progress are left out', () => {
    const [byStatus] = planMetrics(DEFAULT, NOBODY).requests[0] ?? [];
    expect(byStatus?.groupBy).toBe('RAW_EVENT_STATUS');
    expect(byStatus?.statuses).toContain('INGESTION_IN_PROGRESS');
  });

  test('in two requests where rules tell more statuses apart, or accounts are ignored', () => {
    expect(sizes('unmetered by account >= 5%, failed by account >= 10')).toEqual([5, 2]);
    expect(sizes('unmetered >= 10', { ...NOBODY, accounts: new Set(['acme']) })).toEqual([5, 3]);
  });

  test.each([
    [
      'rules that tell too many statuses apart',
      'failed by account >= 1, duplicate by schema >= 1, in_progress by account >= 5%, metered by schema >= 1',
      NOBODY,
      /tell too many statuses apart.*count events/,
    ],
    [
      'ignored schemas',
      'unmetered >= 10',
      { ...NOBODY, schemas: new Set(['api_call']) },
      /IgnoredSchemas cannot be left out.*count events/,
    ],
  ])('but not with %s', (_, rules, waived, reason) => {
    expect(() => planMetrics(parseThresholds(rules), waived)).toThrow(reason);
  });
});

describe('the tally of an hour', () => {
  const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
  const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
  const tallyOf = (
    series: Record<string, Record<string, number>>,
    { points = 10, waived = NOBODY } = {},
  ) => {
    const plan = planMetrics(DEFAULT, waived);
    const lines = Object.entries(series).map(([id, groups]): [string, MetricSeries[]] => [
      id,
      Object.entries(groups).map(([group, events]) => ({ group, events })),
    ]);
    const answers = plan.requests.map(() => ({ series: new Map(lines), points }));
    return tallyOfMetrics(plan, answers, waived);
  };

  test('has what each query counted', () => {
    const tally = tallyOf({
      'by-status': { [METERED]: 90, [UNMETERED]: 10 },
      [`account-${METERED}`]: { acme: 60, globex: 30 },
      [`account-${UNMETERED}`]: { acme: 10 },
    });
    expect(tally.total).toBe(100);
    expect(tally.accounts.counts.get('acme')).toEqual({
      byStatus: new Map([
        [METERED, 60],
        [UNMETERED, 10],
      ]),
      exact: true,
    });
    expect(tally.accounts.cut).toBe(false);
  });

  test('leaves ignored accounts out of every number but their own', () => {
    const tally = tallyOf(
      {
        'by-status': { [METERED]: 90, [UNMETERED]: 10 },
        'waived-by-status': { [UNMETERED]: 8 },
        [`account-${UNMETERED}`]: { acme: 8, globex: 2 },
        [`schema-${UNMETERED}`]: { api_call: 10 },
        [`waived-schema-${UNMETERED}`]: { api_call: 8 },
      },
      { waived: { ...NOBODY, accounts: new Set(['acme']) } },
    );
    expect([tally.total, tally.ignored]).toEqual([92, 8]);
    expect([...tally.accounts.counts.keys()]).toEqual(['globex']);
    expect(tally.schemas.counts.get('api_call')?.byStatus.get(UNMETERED)).toBe(2);
  });

  test('is cut, and its groups lower bounds, where an answer holds as many points as it may', () => {
    const { accounts } = tallyOf({ [`account-${UNMETERED}`]: { acme: 10 } }, { points: 300 });
    expect([accounts.cut, accounts.counts.get('acme')?.exact]).toEqual([true, false]);
  });

  test('is none where the answers contradict each other', () => {
    expect(() =>
      tallyOf(
        { 'by-status': { [METERED]: 1 }, 'waived-by-status': { [METERED]: 2 } },
        { waived: { ...NOBODY, accounts: new Set(['acme']) } },
      ),
    ).toThrow(/counted more events of ignored accounts \(2\) than of all accounts \(1\)/);
  });
});
