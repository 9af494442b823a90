import { expect, test } from 'vitest';
import { createPlotWorld, withPlot } from '../../../proving/world/create-plot-world.ts';
import { createTraffic } from '../../../proving/world/create-traffic.ts';
import { createWorld } from '../../../proving/world/create-world.ts';
import { PLOTS, type PlotName } from '../../../proving/world/plots.ts';
import { HOUR } from '../../../proving/world/scenario.ts';

const NAMES = Object.keys(PLOTS) as PlotName[];
const LOST = 'INGESTION_COMPLETED_NO_MATCHING_METERS';

function plotted(name: PlotName) {
  const world = withPlot({ ...createWorld(5, 2), weight: 1, perBucket: 30 }, name, true);
  return { world, events: createTraffic(world) };
}

const isLost = ({ statuses }: ReturnType<typeof createTraffic>[number]) =>
  statuses.some(({ status }) => status === LOST);

test.each(NAMES)('the same seed makes the same world with %s, and it loses events', (name) => {
  const one = plotted(name);
  expect(plotted(name)).toEqual(one);
  expect(one.events.filter(isLost).length).toBeGreaterThan(10);
});

test('seeds in a row have one plot after another', () => {
  for (const [seed, name] of NAMES.entries()) {
    expect(createPlotWorld(seed, 1)).toEqual(withPlot(createWorld(seed, 1), name, true));
  }
});

test('a sparse account sends two events an hour', () => {
  const { world, events } = plotted('sparse-accounts');
  const own = events.filter(({ account }) => account === 'sparse-1');
  expect(own.length).toBe(Math.floor((world.end - world.start) / (HOUR / 2)));
});

test('a sender that pauses sends nothing meanwhile, and others do', () => {
  const { world, events } = plotted('paused-sender');
  const pause = world.incidents.find(({ kind }) => kind === 'silence');
  const during = events.filter(
    ({ createdAt }) => createdAt >= (pause?.from ?? 0) && createdAt < (pause?.to ?? 0),
  );
  expect(during.length).toBeGreaterThan(0);
  expect(during.filter(({ account }) => account === 'acme')).toEqual([]);
});

test('Togai metrics are old for a time in a world that lags, and not after it', () => {
  const { world } = plotted('lagging-togai');
  const stale = world.generations.map(({ generation }) => generation.metricsStaleMinutes);
  expect(stale.filter((minutes) => minutes > 0).length).toBe(1);
  expect(stale.at(-1)).toBe(0);
});
