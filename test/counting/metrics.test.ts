import { describe, expect, test } from 'vitest';
import {
  countsOfMetrics,
  groupingsIn,
} from '../../functions/monitor/counting/metrics/metric-answers.ts';
import {
  failedKnownByGroup,
  metricsDigest,
  planMetrics,
  requestsOf,
} from '../../functions/monitor/counting/metrics/metric-queries.ts';
import type {
  Grouping,
  MetricSeries,
  MetricsAnswer,
} from '../../functions/monitor/events/metrics-answer.ts';
import { DOCUMENTED_STATUSES } from '../../functions/monitor/events/status-groups.ts';
import { SETTINGS } from '../../functions/monitor/settings/table.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';

const NOBODY = { accounts: new Set<string>(), schemas: new Set<string>() };
const DEFAULT = parseThresholds(SETTINGS.thresholds.defaultText);

describe('the queries for an hour', () => {
  const requests = (rules = DEFAULT, ignoreLists = NOBODY, unknown = new Set<Grouping>()) =>
    requestsOf(planMetrics(rules, ignoreLists), unknown);
  const sizes = (rules: string, ignoreLists = NOBODY) =>
    requests(parseThresholds(rules), ignoreLists).map((queries) => queries.length);

  test('are five in one request by default', () => {
    expect(requests().map((queries) => queries.length)).toEqual([5]);
  });

  test('name every documented status, for an unfiltered answer leaves out events in progress', () => {
    const [byStatus] = requests()[0] ?? [];
    expect(byStatus?.groupBy).toBe('RAW_EVENT_STATUS');
    expect(byStatus?.statuses).toContain('INGESTION_IN_PROGRESS');
  });

  test('subtract ignored events within one request', () => {
    const ignoreLists = { ...NOBODY, accounts: new Set(['acme']) };
    const [first = []] = requests(DEFAULT, ignoreLists);
    expect(first.map(({ id }) => id)).toContain('ignored-by-status');
  });

  test('take two requests if thresholds distinguish more statuses, or if accounts are ignored', () => {
    expect(sizes('unmetered by account >= 5%, failed by account >= 10')).toEqual([5, 2]);
    expect(sizes('unmetered >= 10', { ...NOBODY, accounts: new Set(['acme']) })).toEqual([5, 3]);
  });

  test.each([
    [
      'thresholds that distinguish too many statuses',
      'failed by account >= 1, duplicate by schema >= 1, in_progress by account >= 5%, metered by schema >= 1',
      NOBODY,
      /tell too many statuses apart .*: they take 15 queries, and 10 fit into 2 requests; leave out a rule whose subject no other has, or count events/,
    ],
    [
      'thresholds that need too many queries together with ignored accounts',
      'unmetered by account >= 5%, failed by account >= 10',
      { ...NOBODY, accounts: new Set(['acme']) },
      /: they take 11 queries, and .*; leave one out, ignore no accounts, or count events/,
    ],
    [
      'ignored schemas',
      'unmetered >= 10',
      { ...NOBODY, schemas: new Set(['api_call']) },
      /^schemas cannot be ignored when counting by Togai metrics; clear it,.*count events/,
    ],
  ])('are refused for %s', (_, rules, ignoreLists, reason) => {
    expect(() => planMetrics(parseThresholds(rules), ignoreLists)).toThrow(reason);
  });
});

test('another list of thresholds has another digest', () => {
  const [one, other] = ['unmetered >= 10', 'failed by account >= 10'].map(parseThresholds);
  expect(metricsDigest(one ?? [])).not.toBe(metricsDigest(other ?? []));
});

test.each([
  ['not by the default rules', DEFAULT, false],
  ['by a rule about them', parseThresholds('failed by account >= 10'), true],
])('the failed events of an account are known: %s', (_, rules, known) => {
  expect(failedKnownByGroup('metrics', rules)).toBe(known);
});

describe('a server that does not group by', () => {
  const plan = planMetrics(DEFAULT, NOBODY);

  test('status gets a query for each status', () => {
    const queries = requestsOf(plan, new Set(['RAW_EVENT_STATUS'])).flat();
    const alone = queries.filter(({ groupBy }) => groupBy === undefined);
    expect(alone.map(({ statuses }) => statuses)).toEqual(
      DOCUMENTED_STATUSES.map((name) => [name]),
    );
  });

  test('account gets no such query, and the counts are truncated', () => {
    const unknown = new Set<Grouping>(['ACCOUNT_ID']);
    const queries = requestsOf(plan, unknown).flat();
    expect(queries.map(({ groupBy }) => groupBy)).not.toContain('ACCOUNT_ID');
    const [status = ''] = DOCUMENTED_STATUSES;
    const series = new Map([['by-status', [{ group: status, events: 3 }]]]);
    const { accounts } = countsOfMetrics(plan, [{ series, points: 1 }], NOBODY);
    expect([accounts.truncated, accounts.byName.size]).toEqual([true, 0]);
  });

  test('a name, and answers with one number, is recognised', () => {
    const queries = requestsOf(plan, new Set()).flat();
    const account = queries.find(({ groupBy }) => groupBy === 'ACCOUNT_ID');
    const answer = (events: number) => ({
      series: new Map([[account?.id ?? '', [{ group: undefined, events }]]]),
      points: 1,
    });
    expect(groupingsIn(queries, [answer(7)]).unnamed).toEqual(['ACCOUNT_ID']);
    // Without events there is nothing to group.
    expect(groupingsIn(queries, [answer(0)]).unnamed).toEqual([]);
  });
});

describe('the counts of an hour', () => {
  const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
  const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
  const countsOf = (
    series: Record<string, Record<string, number>>,
    { points = 10, ignoreLists = NOBODY } = {},
  ) => {
    const plan = planMetrics(DEFAULT, ignoreLists);
    const lines = Object.entries(series).map(([id, groups]): [string, MetricSeries[]] => [
      id,
      Object.entries(groups).map(([group, events]) => ({ group, events })),
    ]);
    const answers: MetricsAnswer[] = [{ series: new Map(lines), points }];
    return countsOfMetrics(plan, answers, ignoreLists);
  };

  test('have the numbers of all queries', () => {
    const counts = countsOf({
      'by-status': { [METERED]: 90, [UNMETERED]: 10 },
      [`account-${METERED}`]: { acme: 60, globex: 30 },
      [`account-${UNMETERED}`]: { acme: 10 },
    });
    expect(counts.total).toBe(100);
    expect(counts.accounts.byName.get('acme')).toEqual({
      byStatus: new Map([
        [METERED, 60],
        [UNMETERED, 10],
      ]),
      exact: true,
    });
    expect(counts.accounts.truncated).toBe(false);
  });

  test('have ignored accounts in no number but their own', () => {
    const counts = countsOf(
      {
        'by-status': { [METERED]: 90, [UNMETERED]: 10 },
        'ignored-by-status': { [UNMETERED]: 8 },
        [`account-${UNMETERED}`]: { acme: 8, globex: 2 },
        [`schema-${UNMETERED}`]: { api_call: 10 },
        [`ignored-schema-${UNMETERED}`]: { api_call: 8 },
      },
      { ignoreLists: { ...NOBODY, accounts: new Set(['acme']) } },
    );
    expect([counts.total, counts.ignored]).toEqual([92, 8]);
    expect([...counts.accounts.byName.keys()]).toEqual(['globex']);
    expect(counts.schemas.byName.get('api_call')?.byStatus.get(UNMETERED)).toBe(2);
  });

  test('are truncated, with groups as lower bounds, if a full answer lacks events', () => {
    const { accounts } = countsOf(
      { 'by-status': { [UNMETERED]: 11 }, [`account-${UNMETERED}`]: { acme: 10 } },
      { points: 300 },
    );
    expect([accounts.truncated, accounts.byName.get('acme')?.exact]).toEqual([true, false]);
  });

  test('are not truncated if a full answer lacks nothing', () => {
    const { accounts } = countsOf(
      { 'by-status': { [UNMETERED]: 10 }, [`account-${UNMETERED}`]: { acme: 10 } },
      { points: 300 },
    );
    expect([accounts.truncated, accounts.byName.get('acme')?.exact]).toEqual([false, true]);
  });

  test('are not truncated if an event changed its status between two queries', () => {
    const { accounts } = countsOf({
      'by-status': { [UNMETERED]: 11 },
      [`account-${UNMETERED}`]: { acme: 10 },
    });
    expect(accounts.truncated).toBe(false);
  });

  test('do not exist if a full answer lacks a status', () => {
    expect(() =>
      countsOf({ 'by-status': {}, [`account-${UNMETERED}`]: { acme: 10 } }, { points: 300 }),
    ).toThrow(/300 data points.*count events/);
  });

  test('do not exist if the server seems to ignore the filter by account', () => {
    const byStatus = { [METERED]: 100 };
    expect(() =>
      countsOf(
        {
          'by-status': byStatus,
          'ignored-by-status': byStatus,
          [`account-${METERED}`]: { acme: 1, globex: 99 },
          [`account-${UNMETERED}`]: {},
        },
        { ignoreLists: { ...NOBODY, accounts: new Set(['acme']) } },
      ),
    ).toThrow(/counted 100 events of the ignored accounts by status, and 1 by account/);
  });

  test('never go below zero if events changed their status between two answers', () => {
    const { byStatus, ignored } = countsOf(
      { 'by-status': { [METERED]: 1 }, 'ignored-by-status': { [METERED]: 2 } },
      { ignoreLists: { ...NOBODY, accounts: new Set(['acme']) } },
    );
    expect([[...byStatus], ignored]).toEqual([[], 2]);
  });
});

test.each([
  ['an empty name is grouped: its events have no account', '', ['ACCOUNT_ID'], []],
  ['no name at all is not grouped', undefined, [], ['ACCOUNT_ID']],
] as const)('an hour whose only line has %s', (_, group, named, unnamed) => {
  const queries = [{ id: 'q', groupBy: 'ACCOUNT_ID', statuses: ['UNKNOWN'] }] as const;
  const answers = [{ series: new Map([['q', [{ group, events: 1 }]]]), points: 1 }];
  expect(groupingsIn(queries, answers)).toEqual({ named, unnamed });
});
