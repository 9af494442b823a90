import { createWorld } from './create-world.ts';
import { ACCOUNTS } from './names.ts';
import type { Plot } from './plot.ts';
import { PLOTS, type PlotName } from './plots.ts';
import { createRandom } from './random.ts';
import { generationAt, type Scenario } from './scenario.ts';
import type { Threshold } from './world-settings.ts';

const NAMES = Object.keys(PLOTS) as [PlotName, ...PlotName[]];
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
 * round nothing else goes wrong.
 */
export function createPlotWorld(seed: number, days: number): Scenario {
  const name = NAMES[seed % NAMES.length] ?? NAMES[0];
  return withPlot(createWorld(seed, days), name, Math.floor(seed / NAMES.length) % 2 === 0);
}

/** @param isAlone nothing but the plot happens */
export function withPlot(world: Scenario, name: PlotName, isAlone: boolean): Scenario {
  const { seed, settings, weight, perBucket } = world;
  const plot: Plot = PLOTS[name](createRandom(seed, name), world);
  const { incidents, faults = [], silences = [], accounts = ACCOUNTS.slice(0, 4), stale } = plot;
  const { thresholds } = settings;
  const limit = UNMETERED.limit * weight;
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
    },
    incidents: [...incidents, ...(isAlone ? [] : world.incidents)],
    faults: [...faults, ...(isAlone ? [] : world.faults)],
    silences,
    generations: stale ? withStale(world, stale) : world.generations,
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
