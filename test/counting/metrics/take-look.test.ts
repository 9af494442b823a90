import { describe, expect, test } from 'vitest';
import { Levels } from '../../../functions/monitor/counting/metrics/levels.ts';
import {
  type LookRequest,
  takeLook,
} from '../../../functions/monitor/counting/metrics/take-look.ts';
import { TogaiError } from '../../../functions/monitor/errors.ts';
import type { MetricQuery } from '../../../functions/monitor/events/metrics-answer.ts';
import type { Range } from '../../../functions/monitor/timeline/time.ts';
import { firstLook } from '../../support/first-look.ts';
import { lookAt } from '../../support/looks.ts';
import { type MetricsTraits, metricsOf } from '../../support/memory-metrics.ts';
import { lost } from '../../support/metrics-monitor.ts';
import { at, HOUR } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

interface Options extends Partial<LookRequest> {
  readonly traits?: MetricsTraits;
  readonly refuse?: (queries: readonly MetricQuery[]) => boolean;
  /** For these, Togai shows no event. */
  readonly hidden?: (range: Range, queries: readonly MetricQuery[]) => boolean;
  readonly rules?: string;
}

const EVENTS = [...traffic('08:00', '10:05'), ...lost(6, '10:02')];

/** The first look at five past ten. */
async function look({
  traits = {},
  refuse,
  hidden,
  rules = 'unmetered >= 10',
  ...fields
}: Options = {}) {
  const asked: MetricQuery[][] = [];
  const ranges: Range[] = [];
  const taken = await takeLook(
    {
      metrics(range, queries) {
        asked.push([...queries]);
        ranges.push(range);
        if (refuse?.(queries)) throw new TogaiError('refused', 'POST /metrics: 400');
        return Promise.resolve(
          metricsOf(hidden?.(range, queries) ? [] : EVENTS, range, queries, at('10:05'), traits),
        );
      },
    },
    { ...firstLook(rules), ...fields },
  );
  return { ...taken, asked, ranges, ids: asked.map((queries) => queries.map(({ id }) => id)) };
}

describe('the first look', () => {
  test('begins with the first hour that it counts', async () => {
    expect((await look()).record).toMatchObject({ isFirst: true, since: at('09:00') });
  });

  test('without any event begins with the hour of the window', async () => {
    const { record } = await look({ traits: { visibleFrom: () => at('11:00') } });
    expect(record.since).toBe(at('09:00'));
  });

  test('has moved if there is an event', async () => {
    expect((await look()).hasMoved).toBe(true);
  });

  test('has moved if there are events before the window only', async () => {
    expect((await look({ newFrom: at('11:00') })).hasMoved).toBe(true);
  });

  test('has not moved if there is none', async () => {
    expect((await look({ traits: { visibleFrom: () => at('11:00') } })).hasMoved).toBe(false);
  });

  test('after an outage has not moved if nothing but the number of ignored events is new', async () => {
    const { record } = await look();
    const levels = Levels.of([{ ...record, runNumber: 1 }]);
    const ignoreLists = { accounts: new Set(['acme']), schemas: new Set<string>() };
    expect((await look({ levels, ignoreLists })).hasMoved).toBe(false);
  });
});

test('a later look begins with the end of the look before', async () => {
  const before = lookAt('10:00');
  const levels = Levels.of([before]);
  expect((await look({ before, levels })).record).toMatchObject({
    isFirst: false,
    since: at('10:00'),
  });
});

test('a look that finds beginnings only has not moved', async () => {
  const before = lookAt('10:00', [], { asked: [] });
  const taken = await look({ before, levels: Levels.of([before]), newFrom: at('11:00') });
  expect(taken.hasMoved).toBe(false);
});

describe('a look asks', () => {
  test('for the states and for each status', async () => {
    const statuses = (await look()).asked[0]?.[0]?.statuses;
    expect(statuses?.slice(0, 3)).toEqual(['PROCESSED', 'UNPROCESSED', 'IN_PROGRESS']);
    expect(statuses).toContain('INGESTION_FAILED_EVENT_INVALID');
  });

  test('for names in one more request, and for all events of the accounts in another', async () => {
    expect((await look()).ids).toEqual([
      ['all'],
      [
        'account INGESTION_COMPLETED_EVENT_NOT_METERED',
        'schema INGESTION_COMPLETED_EVENT_NOT_METERED',
      ],
      ['* account'],
    ]);
  });

  test('for no names where nothing of a class changed', async () => {
    const { ids } = await look({ traits: { statusAt: () => 'INGESTION_COMPLETED_EVENT_METERED' } });
    expect(ids).toEqual([['all']]);
  });

  test('for no names where events are listed', async () => {
    expect((await look({ withNames: false })).ids).toEqual([['all']]);
  });

  test('for all events of an account where a share needs them', async () => {
    const { asked } = await look({ rules: 'unmetered by account >= 10%' });
    expect(asked[2]).toMatchObject([
      { id: '* account', groupBy: 'ACCOUNT_ID', accounts: ['acme'] },
    ]);
  });

  test('for all events of an account that lost some earlier', async () => {
    const followed = { account: ['globex'], schema: [] };
    const { asked } = await look({ rules: 'unmetered by account >= 10%', followed });
    expect(asked[2]?.[0]?.accounts).toEqual(['acme', 'globex']);
  });

  test('for all events of no account without a name', async () => {
    const followed = { account: ['', 'globex'], schema: [] };
    const { asked } = await look({ rules: 'unmetered by account >= 10%', followed });
    expect(asked[2]?.[0]?.accounts).toEqual(['acme', 'globex']);
  });

  test('for all events of no ignored account', async () => {
    const followed = { account: ['test', 'globex'], schema: [] };
    const ignoreLists = { accounts: new Set(['test']), schemas: new Set<string>() };
    const { asked } = await look({ rules: 'unmetered by account >= 10%', followed, ignoreLists });
    expect(asked.at(-1)?.[0]?.accounts).toEqual(['acme', 'globex']);
  });

  test('for 149 accounts at most', async () => {
    const account = Array.from({ length: 200 }, (_, index) => `a-${index}`);
    const followed = { account, schema: [] };
    const { asked } = await look({ rules: 'unmetered by account >= 10%', followed });
    expect(asked[2]?.[0]?.accounts).toHaveLength(149);
  });

  test('for ignored events, once with the filter and once to check it', async () => {
    const ignoreLists = { accounts: new Set(['test']), schemas: new Set<string>() };
    const { asked } = await look({ ignoreLists });
    expect(asked.slice(0, 2).map((queries) => queries.at(-1))).toMatchObject([
      { groupBy: 'RAW_EVENT_STATUS', accounts: ['test'] },
      { groupBy: 'ACCOUNT_ID', accounts: ['test'] },
    ]);
  });
});

describe('a Togai that takes known statuses only', () => {
  const refuse = (queries: readonly MetricQuery[]) =>
    queries.some(({ statuses }) => statuses.includes('PROCESSED'));

  test('is asked for these', async () => {
    const { record } = await look({ refuse });
    expect([record.lacksUnknown, record.changes.length]).toEqual([true, 7]);
  });

  test('is not asked for others by later looks', async () => {
    const before = { ...lookAt('10:00'), lacksUnknown: true };
    const { asked } = await look({ refuse, before, levels: Levels.of([before]) });
    expect(asked[0]?.[0]?.statuses).not.toContain('PROCESSED');
  });
});

test('a Togai that refuses to group by account leaves the names of accounts unknown, and those alone', async () => {
  const refuse = (queries: readonly MetricQuery[]) =>
    queries.some(({ groupBy }) => groupBy === 'ACCOUNT_ID');
  const { namesTold } = await look({ refuse });
  expect([...namesTold]).toEqual([
    ['account', false],
    ['schema', true],
  ]);
});

test('a Togai that refuses every question is not counted by', async () => {
  await expect(look({ refuse: () => true })).rejects.toMatchObject({ failure: 'refused' });
});

test('hours of names that were cut are asked for with an hour more at both ends', async () => {
  const ofNames = ({ groupBy }: MetricQuery) => groupBy === 'ACCOUNT_ID';
  const { ranges } = await look({
    hidden: (range, queries) => queries.some(ofNames) && range.end - range.start <= HOUR,
    newFrom: at('10:00'),
  });
  expect(ranges.map(({ start, end }) => (end - start) / HOUR)).toEqual([5, 1, 3, 1]);
});

describe('an answer that may lack something', () => {
  const cut = { isCutAt300: true, isZeroFilled: true };
  const day = [{ start: at('09:00'), end: at('09:00') + 24 * HOUR }];

  test('is asked for in parts', async () => {
    expect((await look({ traits: cut, wanted: day })).asked.length).toBeGreaterThan(2);
  });

  test('is not used where no more may be asked', async () => {
    await expect(look({ traits: cut, wanted: day, requests: 1 })).rejects.toMatchObject({
      failure: 'uncountable',
    });
  });

  test('is not used where it is about ignored events', async () => {
    const ignoreLists = { accounts: new Set(['test']), schemas: new Set(['a', 'b', 'c']) };
    const wanted = [{ start: at('09:00'), end: at('09:00') + 12 * HOUR }];
    await expect(look({ traits: cut, wanted, requests: 7, ignoreLists })).rejects.toMatchObject({
      failure: 'uncountable',
    });
  });

  test('about older hours is left for another time', async () => {
    const wanted = [{ start: at('09:00'), end: at('12:00') }, ...day];
    const { record } = await look({ traits: cut, wanted, requests: 2, withNames: false });
    expect(record.asked).toEqual([
      { scope: 'all', start: at('09:00'), end: at('12:00'), complete: true },
    ]);
  });

  test('leaves older hours out of the time that is counted', async () => {
    const wanted = [
      { start: at('09:00'), end: at('12:00') },
      { start: at('00:00'), end: at('09:00') },
    ];
    const newFrom = at('00:00') - 15 * HOUR;
    const { record } = await look({ wanted, newFrom, requests: 1, withNames: false });
    expect(record.since).toBe(at('09:00'));
  });
});
