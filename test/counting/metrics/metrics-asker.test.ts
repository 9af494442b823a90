import { describe, expect, test } from 'vitest';
import { MetricsAsker } from '../../../functions/monitor/counting/metrics/metrics-asker.ts';
import type { MetricsAnswer } from '../../../functions/monitor/events/metrics-answer.ts';
import type { Range } from '../../../functions/monitor/timeline/time.ts';
import { at, HOUR, MINUTE } from '../../support/monitor.ts';

const { signal } = new AbortController();
const query = (id: string) => ({ id, statuses: ['PROCESSED'] });
const inHours = ({ start, end }: Range) => [
  (start - at('00:00')) / HOUR,
  (end - at('00:00')) / HOUR,
];

/** Asks; each query has so many points in each hour of an answer, and one event in each. */
async function ask(
  wanted: Range,
  {
    ids = ['a'],
    pointsAnHour = 1,
    isWidened = false,
    requests = 9,
    latest = undefined as number | undefined,
    zone = 0,
  } = {},
) {
  const asked: { hours: number[]; ids: string[] }[] = [];
  const asker = new MetricsAsker(
    {
      metrics: (range, queries): Promise<MetricsAnswer> => {
        asked.push({ hours: inHours(range), ids: queries.map(({ id }) => id) });
        const labels: number[] = [];
        for (let label = Math.floor(range.start / HOUR) * HOUR + zone; label < range.end; ) {
          labels.push(label);
          label += HOUR;
        }
        const hours = new Map(labels.map((label) => [label, 1]));
        const series = new Map(queries.map(({ id }) => [id, [{ group: 'g', hours }]]));
        const points = labels.length * queries.length * pointsAnHour;
        return Promise.resolve({ series, points: Math.min(300, points) });
      },
    },
    { requests, latest, signal },
  );
  const observed = await asker.ask({ wanted, isWidened, queries: ids.map(query) });
  const labels = [...(observed.get(ids[0] ?? '')?.hours.keys() ?? [])];
  return {
    asked,
    complete: ids.map((id) => observed.get(id)?.complete),
    hours: labels.map((label) => (label - at('00:00')) / HOUR).sort((a, b) => a - b),
    mayAsk: asker.mayAsk,
  };
}

const RANGE = { start: at('09:00'), end: at('12:00') };

describe('a range', () => {
  test('is asked for as it is', async () => {
    expect((await ask(RANGE)).asked).toEqual([{ hours: [9, 12], ids: ['a'] }]);
  });

  test('is asked for with an hour more at both ends', async () => {
    expect((await ask(RANGE, { isWidened: true })).asked[0]?.hours).toEqual([8, 13]);
  });

  test('with more hours gives those that were wanted', async () => {
    expect((await ask(RANGE, { isWidened: true })).hours).toEqual([9, 10, 11]);
  });

  test('with hours from half past gives those that overlap it', async () => {
    const { hours } = await ask(RANGE, { isWidened: true, zone: 30 * MINUTE });
    expect(hours).toEqual([8.5, 9.5, 10.5, 11.5]);
  });

  test('ends at the latest time of a run that is played again', async () => {
    const { asked } = await ask(RANGE, { isWidened: true, latest: at('11:30') });
    expect(asked[0]?.hours).toEqual([8, 11.5]);
  });

  test('that lies behind the latest time is still none that ends before it begins', async () => {
    const { asked } = await ask(RANGE, { latest: at('08:30') });
    const [start = 0, end = 0] = asked[0]?.hours ?? [];
    expect(start).toBeLessThan(end);
  });
});

describe('queries', () => {
  test('go five in a request', async () => {
    const { asked } = await ask(RANGE, { ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
    expect(asked.map(({ ids }) => ids.length)).toEqual([5, 2]);
  });

  test('whose answer is full are asked one by one', async () => {
    const { asked } = await ask(RANGE, { ids: ['a', 'b'], pointsAnHour: 60 });
    expect(asked.map(({ ids }) => ids.join())).toEqual(['a,b', 'a', 'b']);
  });

  test('that were asked one by one are complete', async () => {
    const { complete } = await ask(RANGE, { ids: ['a', 'b'], pointsAnHour: 60 });
    expect(complete).toEqual([true, true]);
  });

  test('whose own answer is full are asked for half the range', async () => {
    const { asked } = await ask(RANGE, { pointsAnHour: 120 });
    expect(asked.map(({ hours }) => hours)).toEqual([
      [9, 12],
      [9, 10],
      [10, 12],
    ]);
  });

  test('about two halves give all hours', async () => {
    expect(await ask(RANGE, { pointsAnHour: 120 })).toMatchObject({
      hours: [9, 10, 11],
      complete: [true],
    });
  });

  test('about an hour whose answer is full are incomplete', async () => {
    const { complete, asked } = await ask(
      { start: at('09:00'), end: at('10:00') },
      { pointsAnHour: 300 },
    );
    expect([complete, asked.length]).toEqual([[false], 1]);
  });

  test('with 299 points are complete', async () => {
    const { complete } = await ask({ start: at('09:00'), end: at('10:00') }, { pointsAnHour: 299 });
    expect(complete).toEqual([true]);
  });

  test('are incomplete where half the range is', async () => {
    const { complete } = await ask({ start: at('09:00'), end: at('11:00') }, { pointsAnHour: 300 });
    expect(complete).toEqual([false]);
  });

  test('are incomplete where the older half of the range is', async () => {
    let asked = 0;
    const metrics = (): Promise<MetricsAnswer> => {
      asked++;
      // The whole range, and its older half.
      return Promise.resolve({ series: new Map([['a', []]]), points: asked <= 2 ? 300 : 1 });
    };
    const asker = new MetricsAsker({ metrics }, { requests: 9, signal });
    const range = { start: at('09:00'), end: at('11:00') };
    const answers = await asker.ask({ wanted: range, isWidened: false, queries: [query('a')] });
    expect(answers.get('a')?.complete).toBe(false);
  });

  test('are not asked in parts once a run has asked enough', async () => {
    const { complete, asked, mayAsk } = await ask(RANGE, { pointsAnHour: 120, requests: 1 });
    expect([complete, asked.length, mayAsk]).toEqual([[false], 1, false]);
  });
});

describe('an answer', () => {
  const answered = (answer: Partial<MetricsAnswer>) => {
    const metrics = () => Promise.resolve({ series: new Map(), points: 0, ...answer });
    const asker = new MetricsAsker({ metrics }, { requests: 9, signal });
    return asker.ask({ wanted: RANGE, isWidened: false, queries: [query('a'), query('b')] });
  };
  const series = (...hours: [number, number][]) => [{ group: 'g', hours: new Map(hours) }];

  test('without the result of a query is not readable', async () => {
    await expect(answered({ series: new Map([['a', []]]) })).rejects.toMatchObject({
      failure: 'unreadable',
      message: expect.stringMatching(/without the results of 1 of 2 queries/),
    });
  });

  test.each([0.5, Number.NaN, 2 ** 60])('with %s events is not readable', async (events) => {
    const all = new Map([
      ['a', series([at('10:00'), events])],
      ['b', []],
    ]);
    await expect(answered({ series: all })).rejects.toMatchObject({ failure: 'unreadable' });
  });

  test('that has a group twice has the sum of both', async () => {
    const twice = [...series([at('10:00'), 2]), ...series([at('10:00'), 3])];
    const observed = await answered({
      series: new Map([
        ['a', twice],
        ['b', []],
      ]),
    });
    expect(observed.get('a')?.hours.get(at('10:00'))?.get('g')).toBe(5);
  });
});
