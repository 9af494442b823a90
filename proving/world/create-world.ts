import { createCounting, createCountingFaults } from './create-counting.ts';
import { createFaults } from './create-faults.ts';
import { createGenerations } from './create-generations.ts';
import { createIncidents, createSeries } from './create-incidents.ts';
import { createSettings, weighted } from './create-settings.ts';
import { ACCOUNTS, CHANNELS, PAGER, SCHEMAS } from './names.ts';
import { createRandom, type Random } from './random.ts';
import { BUCKET, DAY, HOUR, MINUTE, type Scenario } from './scenario.ts';

/** A Tuesday. */
const START = Date.UTC(2026, 2, 3);
/** More events than this do not fit into the memory of a thread. */
const MOST_EVENTS = 300_000;

/** A world with many faults and incidents: the same for the same seed and length. */
export function createWorld(seed: number, days: number): Scenario {
  const random = createRandom(seed, 'world');
  const start = START + random.whole(0, 23) * HOUR + random.whole(0, 59) * MINUTE;
  const span = { start, end: start + days * DAY };
  const settings = createSettings(createRandom(seed, 'settings'), start);
  const counting = createCounting(createRandom(seed, 'counting'), span);
  const generations = createGenerations(createRandom(seed, 'generations'), span);
  const pager = createPager(createRandom(seed, 'pager'), span);
  const faults = [
    ...pager.faults,
    ...createFaults(createRandom(seed, 'faults'), span, days),
    ...createCountingFaults(
      createRandom(seed, 'counting faults'),
      span,
      settings.maxCatchUpHours,
      counting,
    ),
  ];
  const isListed = mayBeListed({ counting, generations, faults });
  const { perBucket, weight } = createVolume(createRandom(seed, 'volume'), days, isListed);
  return {
    seed,
    ...span,
    settings: weighted(settings, weight),
    counting,
    nameless: random.chance(0.5) ? 'left out' : 'empty',
    perBucket,
    weight,
    accounts: ACCOUNTS.slice(0, random.whole(2, ACCOUNTS.length)) as [string, ...string[]],
    schemas: SCHEMAS.slice(0, random.whole(1, SCHEMAS.length)) as [string, ...string[]],
    generations,
    bounds: random.chance(0.3) ? 'exclusive' : 'inclusive',
    latencyMs: random.pick([20, 80, 300]),
    paging: random.chance(0.4) ? 'number' : 'position',
    incidents: [
      ...createIncidents(createRandom(seed, 'incidents'), span, days),
      ...createSeries(createRandom(seed, 'series'), span),
    ],
    faults,
    silences: [],
    channels: pager.isThere ? [...CHANNELS, PAGER] : [...CHANNELS],
  };
}

/** In every second world there is a pager, and in some of them it is away for a while. */
function createPager(random: Random, { start, end }: Pick<Scenario, 'start' | 'end'>) {
  const isThere = random.chance(0.5);
  const from = start + Math.floor(random.next() * (end - start));
  const to = from + random.pick([40, 300]) * MINUTE;
  const away = {
    id: 'pager-away',
    from,
    to,
    kind: 'publish-refused',
    share: 1,
    channel: PAGER,
  } as const;
  return { isThere, faults: isThere && random.chance(0.5) ? [away] : [] };
}

/** Whether there are times in which only a list can count: no list can be read at any volume. */
function mayBeListed({
  counting,
  generations,
  faults,
}: Pick<Scenario, 'counting' | 'generations' | 'faults'>): boolean {
  return (
    counting.some(({ how }) => how === 'listing') ||
    generations.some(
      ({ generation: { metricsAccess, metricsGrouping } }) =>
        metricsAccess === 'refused' || metricsGrouping === 'ignored',
    ) ||
    faults.some(({ kind }) => kind.startsWith('grouping') || kind === 'result-missing')
  );
}

/** The average number of events in a bucket, and how many each of them stands for. */
const VOLUMES: readonly (readonly [perBucket: number, weight: number])[] = [
  [1 / 12, 1],
  [1, 1],
  [5, 1],
  [10, 1],
  [15, 1],
  [20, 1],
  [30, 1],
  [45, 1],
  [150, 1],
  [9_000, 1],
  [45, 20],
  [90, 500],
  [150, 20_000],
];
const MOST_LISTED = 150;

/** From one event an hour to 10,000 a second. */
function createVolume(
  random: Random,
  days: number,
  isListed: boolean,
): Pick<Scenario, 'perBucket' | 'weight'> {
  const most = MOST_EVENTS / (days * (DAY / BUCKET));
  const possible = VOLUMES.filter(
    ([perBucket, weight]) => !isListed || perBucket * weight <= MOST_LISTED,
  );
  const [perBucket = 1, weight = 1] = possible[random.whole(0, possible.length - 1)] ?? [];
  return { perBucket: Math.min(perBucket, most), weight };
}
