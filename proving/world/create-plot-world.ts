import { createWorld } from './create-world.ts';
import { FIRST_GENERATION } from './generation.ts';
import { ACCOUNTS } from './names.ts';
import type { Plot } from './plot.ts';
import { PLOTS, type PlotName } from './plots.ts';
import { createRandom } from './random.ts';
import { RARE_PLOTS, type RarePlotName, WEEK_WORLD_DAYS } from './rare-plots.ts';
import { DAY, generationAt, type Incident, type Scenario } from './scenario.ts';
import type { Threshold } from './world-settings.ts';

const NAMES = Object.keys(PLOTS) as [PlotName, ...PlotName[]];
const RARE = Object.keys(RARE_PLOTS) as [RarePlotName, ...RarePlotName[]];
/** More events in a bucket are too many for a list. */
const MOST_LISTED = 150;
/** Every so many seeds have a rare plot. */
const RARE_EVERY = 20;
const UNMETERED: Threshold = {
  subject: 'unmetered',
  operator: '>=',
  limit: 10,
  unit: 'events',
  forMinutes: 0,
  critical: false,
};

/**
 * A world with a plot, the same for the same seed and length. Seeds in a row have one plot after another. In every second
 * round nothing else goes wrong. Every twentieth seed has a rare plot instead.
 */
export function createPlotWorld(seed: number, days: number): Scenario {
  if (seed > 0 && seed % RARE_EVERY === 0) return createRareWorld(seed, days);
  const name = NAMES[seed % NAMES.length] ?? NAMES[0];
  return withPlot(createWorld(seed, days), name, Math.floor(seed / NAMES.length) % 2 === 0);
}

function createRareWorld(seed: number, days: number): Scenario {
  const turn = seed / RARE_EVERY - 1;
  const name = RARE[turn % RARE.length] ?? RARE[0];
  const lasting = name === 'whole-week' ? Math.max(days, WEEK_WORLD_DAYS) : days;
  return withPlot(createWorld(seed, lasting), name, Math.floor(turn / RARE.length) % 2 === 0);
}

/** @param isAlone nothing but the plot happens */
export function withPlot(
  world: Scenario,
  name: PlotName | RarePlotName,
  isAlone: boolean,
): Scenario {
  const { seed, settings, weight, perBucket } = world;
  const plot: Plot = { ...PLOTS, ...RARE_PLOTS }[name](createRandom(seed, name), world);
  const { incidents, faults = [], silences = [], accounts = ACCOUNTS.slice(0, 4), stale } = plot;
  const { thresholds } = settings;
  const limit = UNMETERED.limit * weight;
  const isPlain = isAlone && plot.isPlain;
  return {
    ...world,
    accounts: accounts as Scenario['accounts'],
    // A leak of one event in a hundred is seen among many.
    perBucket: Math.max(perBucket, 30),
    settings: {
      ...settings,
      thresholds: [
        { ...UNMETERED, limit },
        ...thresholds.filter(({ subject, by }) => subject !== 'unmetered' || by),
      ],
      ignoredAccounts: isAlone ? [] : settings.ignoredAccounts,
      ...(plot.digestDay && { digestDay: plot.digestDay }),
    },
    incidents: [
      ...(isPlain ? [calmIn(world)] : []),
      ...incidents,
      ...(isAlone ? [] : world.incidents),
    ],
    faults: [...faults, ...(isAlone ? [] : world.faults)],
    silences,
    generations: stale ? withStale(world, stale) : world.generations,
    ...(isPlain && unchanging(world)),
  };
}

/** Of the whole world, and of the days before it. */
function calmIn({ start, end }: Scenario): Incident {
  return { id: 'calm', from: start - 2 * DAY, to: end, kind: 'calm', share: 1 };
}

/** Togai never changes, and one source counts. */
function unchanging(world: Scenario): Pick<Scenario, 'generations' | 'counting'> {
  const { seed, start, weight, perBucket } = world;
  const mayList = weight === 1 && perBucket <= MOST_LISTED;
  const how = mayList && createRandom(seed, 'plain').chance(0.5) ? 'listing' : 'metrics';
  return {
    generations: [{ from: start, generation: FIRST_GENERATION }],
    counting: [{ from: start, how }],
  };
}

function withStale(
  world: Scenario,
  {
    start,
    end,
    minutes,
  }: { readonly start: number; readonly end: number; readonly minutes: number },
): Scenario['generations'] {
  const { generations } = world;
  const lagging = { ...generationAt(world, start), metricsStaleMinutes: minutes };
  return [
    ...generations.filter(({ from }) => from < start),
    { from: start, generation: lagging },
    { from: end, generation: generationAt(world, end) },
    ...generations.filter(({ from }) => from > end),
  ];
}

/** The world of a seed, with a plot or without. */
export function worldOf(seed: number, days: number, withPlots = false): Scenario {
  return withPlots ? createPlotWorld(seed, days) : createWorld(seed, days);
}
