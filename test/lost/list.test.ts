import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SWITCHES,
  GENERATIONS,
  type Generation,
} from '../../simulator/behaviour-switches.ts';
import { HOUR, MINUTE, NOW, scenarioOf } from '../simulator/simulated-togai.ts';
import { BRIEF, idsOf, lostTogai, rows } from './lost-togai.ts';

const ALL = Object.keys(GENERATIONS) as Generation[];
const hours = { start: NOW - 30 * MINUTE, end: NOW + 20 * MINUTE };
const DURING = [
  '--from',
  new Date(hours.start).toISOString(),
  '--to',
  new Date(hours.end).toISOString(),
];

describe.each(ALL)('in generation %s', (generation) => {
  const switches = { ...DEFAULT_SWITCHES, ...GENERATIONS[generation] };

  test('every lost event is listed, and no other', async () => {
    const togai = await lostTogai({ switches });
    const result = await togai.lost(['--jsonl']);
    expect(idsOf(rows(result))).toEqual(idsOf(togai.truth()));
    expect(result.exitCode).toBe(0);
  });

  test('a range that ends now, and holds more events than a few pages', async () => {
    const togai = await lostTogai({ switches, scenario: { ...BRIEF, eventsPerSecond: 0.5 } });
    const result = await togai.lost(['--jsonl', '--since', '20m']);
    const range = { start: togai.now() - 20 * MINUTE, end: togai.now() };
    expect(result.exitCode).toBe(0);
    expect(idsOf(rows(result))).toEqual(idsOf(togai.truth(range)));
  });

  test('a range holds the events that came in it, early and late ones too', async () => {
    const late = scenarioOf('late');
    // Backdated by hours, not days: a simulated list by timestamp takes long to look them up.
    const lags = late.lags?.map((lag) => ({ ...lag, lagMs: Math.min(lag.lagMs, 5 * HOUR) })) ?? [];
    const scenario = { ...BRIEF, lags };
    const togai = await lostTogai({ switches, scenario });
    const result = await togai.lost(['--jsonl', ...DURING]);
    expect(idsOf(rows(result))).toEqual(idsOf(togai.truth(hours)));
  });

  test.each(['ignored', 'refused', 'raw-refused'] as const)(
    'a filter by status that is %s misleads nobody',
    async (statusFilter) => {
      const togai = await lostTogai({ switches: { ...switches, statusFilter } });
      const result = await togai.lost(['--jsonl', ...DURING]);
      expect(idsOf(rows(result))).toEqual(idsOf(togai.truth(hours)));
    },
  );

  test('a status that no document names is lost, too', async () => {
    const scenario = { ...scenarioOf('parked'), eventsPerSecond: 0.2, begins: NOW - HOUR };
    const togai = await lostTogai({ switches, scenario });
    const result = await togai.lost(['--jsonl']);
    expect(rows(result).length).toBeGreaterThan(5);
    expect(idsOf(rows(result))).toEqual(idsOf(togai.truth()));
  });

  test('429, 500, broken connections and answers change nothing', async () => {
    const rates = { '429': 0.05, '500': 0.05, reset: 0.05, html: 0.02, truncated: 0.05 };
    const togai = await lostTogai({ switches, faults: { rates } });
    const result = await togai.lost(['--jsonl', ...DURING]);
    expect(idsOf(rows(result))).toEqual(idsOf(togai.truth(hours)));
  });
});
