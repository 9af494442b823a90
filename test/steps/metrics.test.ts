import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../functions/monitor/settings.ts';
import {
  type Grouping,
  groupingsIn,
  type MetricSeries,
  type MetricsAnswer,
  metricsDigest,
  planMetrics,
  requestsOf,
  tallyOfMetrics,
  tellsFailedApart,
} from '../../functions/monitor/steps/metrics.ts';
import { KNOWN_STATUSES } from '../../functions/monitor/steps/status.ts';
import { parseThresholds } from '../../functions/monitor/steps/threshold.ts';

const NOBODY = { accounts: new Set<string>(), schemas: new Set<string>() };
const DEFAULT = parseThresholds(SETTINGS.thresholds.defaultText);

describe('an hour is asked for', () => {
  const requests = (rules = DEFAULT, waived = NOBODY, unknown = new Set<Grouping>()) =>
    requestsOf(planMetrics(rules, waived), unknown);
  const sizes = (rules: string, waived = NOBODY) =>
    requests(parseThresholds(rules), waived).map((queries) => queries.length);

  test('in one request of five queries by default', () => {
    expect(requests().map((queries) => queries.length)).toEqual([5]);
  });

  test('by every status that Togai documents, for without a filter those in progress are left out', () => {
    const [byStatus] = requests()[0] ?? [];
    expect(byStatus?.groupBy).toBe('RAW_EVENT_STATUS');
    expect(byStatus?.statuses).toContain('INGESTION_IN_PROGRESS');
  });

  test('with what is subtracted beside what it is subtracted from', () => {
    const waived = { ...NOBODY, accounts: new Set(['acme']) };
    const [first = []] = requests(DEFAULT, waived);
    expect(first.map(({ id }) => id)).toContain('waived-by-status');
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
      /tell too many statuses apart .*: they take 15 queries, and 10 fit into 2 requests; leave out a rule whose subject no other has, or count events/,
    ],
    [
      'ignored accounts and rules for which the queries are too many only then',
      'unmetered by account >= 5%, failed by account >= 10',
      { ...NOBODY, accounts: new Set(['acme']) },
      /: they take 11 queries, and .*; leave one out, ignore no accounts, or count events/,
    ],
    [
      'ignored schemas',
      'unmetered >= 10',
      { ...NOBODY, schemas: new Set(['api_call']) },
      /^schemas cannot be ignored when counting by metrics; clear it,.*count events/,
    ],
    [
      'a rule about statuses that are not known here',
      'unknown >= 1',
      NOBODY,
      /"unknown >= 1" cannot be judged.*count events/,
    ],
  ])('but not with %s', (_, rules, waived, reason) => {
    expect(() => planMetrics(parseThresholds(rules), waived)).toThrow(reason);
  });
});

test('the answers to another set of rules have another name', () => {
  const [one, other] = ['unmetered >= 10', 'failed by account >= 10'].map(parseThresholds);
  expect(metricsDigest(one ?? [])).not.toBe(metricsDigest(other ?? []));
});

test.each([
  ['not by the default rules', DEFAULT, false],
  ['by a rule about them', parseThresholds('failed by account >= 10'), true],
])('failed events of an account are known by themselves: %s', (_, rules, known) => {
  expect(tellsFailedApart(rules)).toBe(known);
});

describe('a server that does not know', () => {
  const plan = planMetrics(DEFAULT, NOBODY);

  test('statuses as a grouping is asked for each by itself', () => {
    const queries = requestsOf(plan, new Set(['RAW_EVENT_STATUS'])).flat();
    const alone = queries.filter(({ groupBy }) => groupBy === undefined);
    expect(alone.map(({ statuses }) => statuses)).toEqual(KNOWN_STATUSES.map((name) => [name]));
  });

  test('accounts as a grouping is not asked for them, and the tally is cut', () => {
    const unknown = new Set<Grouping>(['ACCOUNT_ID']);
    const queries = requestsOf(plan, unknown).flat();
    expect(queries.map(({ groupBy }) => groupBy)).not.toContain('ACCOUNT_ID');
    const [status = ''] = KNOWN_STATUSES;
    const series = new Map([['by-status', [{ group: status, events: 3 }]]]);
    const { accounts } = tallyOfMetrics(plan, [{ series, points: 1 }], NOBODY);
    expect([accounts.cut, accounts.counts.size]).toEqual([true, 0]);
  });

  test('a grouping, and answers with one number, is found out', () => {
    const queries = requestsOf(plan, new Set()).flat();
    const account = queries.find(({ groupBy }) => groupBy === 'ACCOUNT_ID');
    const answer = (events: number) => ({
      series: new Map([[account?.id ?? '', [{ group: undefined, events }]]]),
      points: 1,
    });
    expect(groupingsIn(queries, [answer(7)]).unnamed).toEqual(['ACCOUNT_ID']);
    // Nothing counted is nothing to group.
    expect(groupingsIn(queries, [answer(0)]).unnamed).toEqual([]);
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
    const answers: MetricsAnswer[] = [{ series: new Map(lines), points }];
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

  test('is cut, and its groups lower bounds, where a full answer lacks events that the statuses have', () => {
    const { accounts } = tallyOf(
      { 'by-status': { [UNMETERED]: 11 }, [`account-${UNMETERED}`]: { acme: 10 } },
      { points: 300 },
    );
    expect([accounts.cut, accounts.counts.get('acme')?.exact]).toEqual([true, false]);
  });

  test('is not cut where a full answer lacks nothing', () => {
    const { accounts } = tallyOf(
      { 'by-status': { [UNMETERED]: 10 }, [`account-${UNMETERED}`]: { acme: 10 } },
      { points: 300 },
    );
    expect([accounts.cut, accounts.counts.get('acme')?.exact]).toEqual([false, true]);
  });

  test('is not cut where an event changed its status between two queries', () => {
    const { accounts } = tallyOf({
      'by-status': { [UNMETERED]: 11 },
      [`account-${UNMETERED}`]: { acme: 10 },
    });
    expect(accounts.cut).toBe(false);
  });

  test('is none where a full answer lacks a status', () => {
    expect(() =>
      tallyOf({ 'by-status': {}, [`account-${UNMETERED}`]: { acme: 10 } }, { points: 300 }),
    ).toThrow(/300 data points.*count events/);
  });

  test('is none where the server seems to ignore for which accounts it is asked', () => {
    const counts = { [METERED]: 100 };
    expect(() =>
      tallyOf(
        {
          'by-status': counts,
          'waived-by-status': counts,
          [`account-${METERED}`]: { acme: 1, globex: 99 },
          [`account-${UNMETERED}`]: {},
        },
        { waived: { ...NOBODY, accounts: new Set(['acme']) } },
      ),
    ).toThrow(/counted 100 events of the ignored accounts by status, and 1 by account/);
  });

  test('has nothing left, not less, of what changed its status between two answers', () => {
    const { byStatus, ignored } = tallyOf(
      { 'by-status': { [METERED]: 1 }, 'waived-by-status': { [METERED]: 2 } },
      { waived: { ...NOBODY, accounts: new Set(['acme']) } },
    );
    expect([[...byStatus], ignored]).toEqual([[], 2]);
  });
});
