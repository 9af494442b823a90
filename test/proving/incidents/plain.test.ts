import { expect, test } from 'vitest';
import { IncidentJudge } from '../../../proving/judge/incidents/incident-judge.ts';
import { withPlot } from '../../../proving/world/create-plot-world.ts';
import { createTraffic } from '../../../proving/world/create-traffic.ts';
import { createWorld } from '../../../proving/world/create-world.ts';
import { FIRST_GENERATION } from '../../../proving/world/generation.ts';
import { PLOTS, type PlotName } from '../../../proving/world/plots.ts';
import type { CountingSource, Scenario } from '../../../proving/world/scenario.ts';
import { plainHistory } from './plain-history.ts';

/** Plots without a fault: the plain monitor knows none. */
const NAMES = (Object.keys(PLOTS) as PlotName[]).filter(
  (name) => !['channel-outages', 'lost-records', 'nobody-reached', 'lagging-togai'].includes(name),
);

function brokenBy(name: PlotName, source: CountingSource): string[] {
  const plotted = withPlot({ ...createWorld(4, 2), weight: 1, perBucket: 30 }, name, true);
  const { settings, start } = plotted;
  const world: Scenario = {
    ...plotted,
    faults: [],
    channels: ['sns'],
    generations: [{ from: start, generation: FIRST_GENERATION }],
    counting: [{ from: start, how: source }],
    settings: {
      ...settings,
      windowMinutes: 60,
      thresholds: settings.thresholds.slice(0, 1).map((one) => ({ ...one, limit: 10 })),
      ignoredSchemas: [],
    },
  };
  const events = createTraffic(world);
  const judge = new IncidentJudge(world, events);
  const history = [...plainHistory(world, events, source)];
  for (const entry of history) judge.note(entry);
  return judge.finish().map(({ invariant, text }) => `${invariant}: ${text}`);
}

test.each(NAMES)(
  'the judge has nothing against a plain monitor, listing a world with %s',
  (name) => {
    expect(brokenBy(name, 'listing')).toEqual([]);
  },
);

test.each(NAMES)(
  'the judge has nothing against a plain monitor, by metrics in a world with %s',
  (name) => {
    expect(brokenBy(name, 'metrics')).toEqual([]);
  },
);
