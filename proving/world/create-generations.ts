import { FIRST_GENERATION, type Generation } from './generation.ts';
import type { Random } from './random.ts';
import { HOUR, MINUTE, type Scenario } from './scenario.ts';

type Lists = Pick<Generation, 'timeFilter' | 'orderBy' | 'order'>;

/** The kinds of lists, each with its weight. */
const LISTS: readonly (readonly [weight: number, Lists])[] = [
  [8, { timeFilter: 'createdAt', orderBy: 'createdAt', order: 'newest-first' }],
  [2, { timeFilter: 'createdAt', orderBy: 'timestamp', order: 'newest-first' }],
  [2, { timeFilter: 'timestamp', orderBy: 'createdAt', order: 'newest-first' }],
  [1, { timeFilter: 'timestamp', orderBy: 'timestamp', order: 'oldest-first' }],
  [4, { timeFilter: 'ignored', orderBy: 'timestamp', order: 'newest-first' }],
  [3, { timeFilter: 'ignored', orderBy: 'createdAt', order: 'newest-first' }],
  [1, { timeFilter: 'ignored', orderBy: 'createdAt', order: 'oldest-first' }],
];

type Stretch = Partial<Generation>;

/** The ways in which Togai changes for a time, without notice, each with its weight. */
const STRETCHES: readonly (readonly [weight: number, (random: Random, from: number) => Stretch])[] =
  [
    [3, (random) => drawLists(random)],
    [3, () => ({ metricsAccess: 'refused' })],
    [2, () => ({ metricsGrouping: 'ignored' })],
    [3, (random) => ({ metricsStaleMinutes: random.pick([3, 12, 40]) })],
    [2, (_, from) => ({ metricsStalledAt: from })],
    [1, (random) => ({ metricsRange: random.pick(['exact', 'widened']) })],
    [1, (random) => ({ metricsZeros: random.pick(['left-out', 'filled']) })],
    [1, (random) => ({ metricsCut: random.pick(['query', 'answer']) })],
  ];

/** How Togai answers from the start on, and the stretches of time in which it answers in another way. */
export function createGenerations(
  random: Random,
  { start, end }: { readonly start: number; readonly end: number },
): Scenario['generations'] {
  const usual: Generation = {
    ...FIRST_GENERATION,
    ...drawLists(random),
    metricsTime: random.chance(0.4) ? 'timestamp' : 'createdAt',
    metricsRange: random.chance(0.4) ? 'widened' : 'exact',
    metricsHours: random.chance(0.25) ? 'half' : 'full',
    metricsZeros: random.chance(0.3) ? 'filled' : 'left-out',
    metricsCut: random.chance(0.4) ? 'answer' : 'query',
  };
  const generations = [{ from: start, generation: usual }];
  let from = start;
  for (let stretches = random.pick([0, 0, 1, 2, 4]); stretches > 0; stretches--) {
    from += Math.floor(random.next() * 0.5 * (end - start));
    const to = from + Math.ceil(random.pick([20, 90, 240, 800]) * MINUTE * (0.5 + random.next()));
    const changed = { ...usual, ...drawFrom(random, STRETCHES)(random, from) };
    generations.push({ from, generation: changed }, { from: to, generation: usual });
    from = to + HOUR;
  }
  return generations.filter((one) => one.from < end);
}

function drawLists(random: Random): Lists {
  return drawFrom(random, LISTS);
}

function drawFrom<T>(random: Random, weighted: readonly (readonly [number, T])[]): T {
  const all = weighted.flatMap(([weight, one]) => Array.from({ length: weight }, () => one));
  return random.pick(all as [T, ...T[]]);
}
