import { describe, expect, test } from 'vitest';
import { countRange } from '../../../functions/monitor/counting/metrics/count-range.ts';
import type { MetricQuery } from '../../../functions/monitor/events/metrics-answer.ts';
import type { Range } from '../../../functions/monitor/timeline/time.ts';
import { usageEvent } from '../../support/events.ts';
import { IN_PROGRESS } from '../../support/looks.ts';
import { type MetricsTraits, metricsOf } from '../../support/memory-metrics.ts';
import { lost } from '../../support/metrics-monitor.ts';
import { at, HOUR } from '../../support/monitor.ts';
import { traffic } from '../../support/traffic.ts';

const EVENTS = [
  ...traffic('08:00', '12:00'),
  ...lost(3, '09:10'),
  ...lost(4, '10:40', { accountId: 'globex' }),
  usageEvent({ createdAt: at('10:50'), status: IN_PROGRESS }),
];
const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);

async function counted(
  start: string | number,
  end: string,
  traits: MetricsTraits = {},
  ignored: readonly string[] = [],
  now = '12:00',
) {
  const ranges: Range[] = [];
  const result = await countRange(
    {
      metrics(range: Range, queries: readonly MetricQuery[]) {
        ranges.push(range);
        return Promise.resolve(metricsOf(EVENTS, range, queries, at(now), traits));
      },
    },
    {
      range: { start: typeof start === 'number' ? start : at(start), end: at(end) },
      thresholds: [],
      ignoreLists: { accounts: new Set(ignored), schemas: new Set() },
      now: at(now),
      signal: new AbortController().signal,
    },
  );
  return {
    ...result,
    requests: ranges.length,
    pieces: result.pieces.map((piece) => [
      `${time(piece.start)}-${time(piece.end)}`,
      piece.counts.total,
    ]),
    all: result.pieces,
  };
}

test('a range of full hours is counted hour by hour', async () => {
  expect((await counted('09:00', '11:00')).pieces).toEqual([
    ['09:00-10:00', 363],
    ['10:00-11:00', 365],
  ]);
});

test('events in progress are part of it', async () => {
  const { all } = await counted('10:00', '11:00');
  expect(all[0]?.counts.byStatus.get(IN_PROGRESS)).toBe(1);
});

test('accounts have names', async () => {
  const { all } = await counted('10:00', '11:00');
  expect([...(all[0]?.counts.accounts.byName.keys() ?? [])]).toEqual(['globex']);
});

test('ignored accounts are left out', async () => {
  const { all } = await counted('10:00', '11:00', {}, ['globex']);
  expect(all[0]?.counts).toMatchObject({ total: 361, ignored: 4 });
});

describe('a range that begins or ends within an hour', () => {
  test('is counted as it is where Togai heeds it', async () => {
    expect((await counted('09:30', '10:45')).pieces).toEqual([
      ['09:30-10:00', 180],
      ['10:00-10:45', 274],
    ]);
  });

  test('is counted in whole hours where Togai widens it, and says so', async () => {
    const { range, pieces } = await counted('09:30', '10:45', { ends: 'widened' });
    expect([time(range.start), time(range.end), pieces]).toEqual([
      '09:00',
      '11:00',
      [
        ['09:00-10:00', 363],
        ['10:00-11:00', 365],
      ],
    ]);
  });

  test('ends now, not at the end of its last hour', async () => {
    const { pieces } = await counted('10:30', '11:45', { ends: 'widened' }, [], '11:50');
    expect(pieces.map(([piece]) => piece)).toEqual(['10:00-11:00', '11:00-11:50']);
  });

  test('with hours from half past is as long as these hours', async () => {
    const { range } = await counted('09:15', '10:45', { ends: 'widened', zoneMinutes: 30 });
    expect([time(range.start), time(range.end)]).toEqual(['08:30', '11:30']);
  });
});

test('an answer with 300 points is asked for in parts', async () => {
  const traits = { isZeroFilled: true, isCutAt300: true };
  const { pieces } = await counted(at('12:00') - 20 * HOUR, '12:00', traits);
  expect(pieces.reduce((sum, [, events]) => sum + Number(events), 0)).toBe(4 * 360 + 8);
});

test('a range that needs too many questions is not counted in part', async () => {
  const traits = { isZeroFilled: true, isCutAt300: true };
  const years = at('12:00') - 366 * 24 * HOUR;
  await expect(counted(years, '12:00', traits)).rejects.toMatchObject({ failure: 'uncountable' });
});
