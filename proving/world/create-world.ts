import { createFaults } from './create-faults.ts';
import { createIncidents, createSeries } from './create-incidents.ts';
import { createSettings } from './create-settings.ts';
import { ACCOUNTS, SCHEMAS } from './names.ts';
import { createRandom } from './random.ts';
import { DAY, HOUR, MINUTE, type Scenario } from './scenario.ts';
import { withTogaiMetrics } from './with-togai-metrics.ts';

/** A Tuesday. */
const START = Date.UTC(2026, 2, 3);

/** A world with many faults and incidents: the same for the same seed and length. */
export function createWorld(seed: number, days: number): Scenario {
  const random = createRandom(seed, 'world');
  const start = START + random.whole(0, 23) * HOUR + random.whole(0, 59) * MINUTE;
  const span = { start, end: start + days * DAY };
  const settings = createSettings(createRandom(seed, 'settings'), start);
  return withTogaiMetrics({
    seed,
    ...span,
    settings,
    counting: [{ from: start, how: 'events' }],
    nameless: 'empty',
    perBucket: random.pick([5, 10, 15, 20, 30, 45]),
    accounts: ACCOUNTS.slice(0, random.whole(2, ACCOUNTS.length)) as [string, ...string[]],
    schemas: SCHEMAS.slice(0, random.whole(1, SCHEMAS.length)) as [string, ...string[]],
    timeField: random.chance(0.2) ? 'timestamp' : 'createdAt',
    bounds: random.chance(0.3) ? 'exclusive' : 'inclusive',
    latencyMs: random.pick([20, 80, 300]),
    paging: random.chance(0.4) ? 'number' : 'position',
    incidents: [
      ...createIncidents(createRandom(seed, 'incidents'), span, days),
      ...createSeries(createRandom(seed, 'series'), span),
    ],
    faults: createFaults(createRandom(seed, 'faults'), span, days),
  });
}
