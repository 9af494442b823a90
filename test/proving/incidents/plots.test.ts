import { expect, test } from 'vitest';
import { createPlotWorld, withPlot } from '../../../proving/world/create-plot-world.ts';
import { createTraffic } from '../../../proving/world/create-traffic.ts';
import { createWorld } from '../../../proving/world/create-world.ts';
import { PLOTS, type PlotName } from '../../../proving/world/plots.ts';
import { RARE_PLOTS, type RarePlotName } from '../../../proving/world/rare-plots.ts';
import { DAY, HOUR } from '../../../proving/world/scenario.ts';

const NAMES = Object.keys(PLOTS) as PlotName[];
const RARE = Object.keys(RARE_PLOTS) as RarePlotName[];
const LOST = 'INGESTION_COMPLETED_NO_MATCHING_METERS';

function plotted(name: PlotName | RarePlotName) {
  const days = name === 'whole-week' ? 9 : 2;
  const world = withPlot({ ...createWorld(5, days), weight: 1, perBucket: 30 }, name, true);
  return { world, events: createTraffic(world) };
}

const isLost = ({ statuses }: ReturnType<typeof createTraffic>[number]) =>
  statuses.some(({ status }) => status === LOST);

test.each([...NAMES, ...RARE])(
  'the same seed makes the same world with %s, and it loses events',
  (name) => {
    const one = plotted(name);
    expect(plotted(name)).toEqual(one);
    expect(one.events.filter(isLost).length).toBeGreaterThan(10);
  },
);

test('seeds in a row have one plot after another', () => {
  for (const [seed, name] of NAMES.entries()) {
    expect(createPlotWorld(seed, 1)).toEqual(withPlot(createWorld(seed, 1), name, true));
  }
});

test('every twentieth seed has a rare plot, with or without other faults', () => {
  const silences = (seed: number) => createPlotWorld(seed, 2).silences.map(({ scope }) => scope);
  expect(createPlotWorld(20, 2).faults).toEqual([]);
  expect(createPlotWorld(80, 2).faults).not.toEqual([]);
  expect(createPlotWorld(40, 2)).toEqual(withPlot(createWorld(40, 2), 'silenced-end', true));
  expect(silences(60)).toContainEqual({ account: 'stranger' });
});

test('a world with a whole week lasts until a digest of seven days is due', () => {
  const { start, end, settings } = createPlotWorld(20, 3);
  const days = Math.floor((end - 8 * HOUR) / DAY) - Math.ceil((start - 8 * HOUR) / DAY);
  expect(end - start).toBe(9 * DAY);
  expect(days).toBeGreaterThanOrEqual(8);
  expect(settings.digestDay).toBe('WED');
});

test('an incident of a silenced end is known before its silence begins, and over before its end', () => {
  const { incidents, silences } = createPlotWorld(40, 3);
  const losses = incidents.filter(({ kind }) => kind === 'status');
  expect(losses.length).toBe(silences.length);
  for (const [index, { at, forMs }] of silences.entries()) {
    const { from = 0, to = 0 } = losses[index] ?? {};
    expect(at).toBeGreaterThan(from);
    expect(at).toBeLessThan(to);
    expect(at + forMs).toBeGreaterThan(to + 2 * HOUR);
  }
});

test('in a calm world no event is lost by chance, and each settles within a second', () => {
  const { world, events } = plotted('silenced-bystander');
  const silenced = world.silences.flatMap(({ scope }) =>
    scope !== 'newest' && 'account' in scope ? [scope.account] : [],
  );
  expect(events.filter(({ account }) => silenced.includes(account)).length).toBeGreaterThan(100);
  expect(events.filter(isLost).filter(({ account }) => silenced.includes(account))).toEqual([]);
  const late = events.filter(
    ({ createdAt, statuses }) => (statuses[1]?.from ?? 0) > createdAt + 1_000,
  );
  expect(late).toEqual([]);
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
