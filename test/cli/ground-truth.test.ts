import { describe, expect, onTestFinished, test } from 'vitest';
import { GENERATIONS, type Generation, type Switches } from '../../simulator/behaviour-switches.ts';
import { scenarios } from '../../simulator/scenarios.ts';
import { type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { type Truth, truthOf } from '../../simulator/truth.ts';
import { cli, NOW } from '../support/cli.ts';

const MINUTE = 60_000;
/** The start of the scripted day. NOW is in the middle of its incident, so that there are events to count. */
const ORIGIN = NOW - (9 * 60 + 45) * MINUTE;
const FAST = ['--max-requests-per-second', '100'];

type Combination = Pick<
  Switches,
  'timeFilter' | 'orderBy' | 'order' | 'bounds' | 'referenceId' | 'whenEmpty' | 'zone'
>;

/**
 * The spelling of an event does not depend on the order and the range of a list. So each spelling
 * is tried with each list.
 */
const WAYS = [
  { referenceId: 'top', whenEmpty: 'list', zone: 'written' },
  { referenceId: 'payload', whenEmpty: 'absent', zone: 'left-out' },
] as const;

/** Combinations of answers to the questions that Togai's documentation leaves open. */
function* combinations(): Generator<Combination> {
  for (const timeFilter of ['createdAt', 'timestamp', 'ignored'] as const) {
    for (const order of ['newest-first', 'oldest-first'] as const) {
      for (const bounds of ['inclusive', 'exclusive'] as const) {
        for (const way of WAYS) {
          // A list that is filtered by the sender's time is in its order, too.
          const orderBy = timeFilter === 'timestamp' ? 'timestamp' : 'createdAt';
          yield { timeFilter, orderBy, order, bounds, ...way };
        }
      }
    }
  }
}

const describeSwitches = ({ orderBy: _, ...switches }: Combination) =>
  Object.values(switches).join(', ');
const isCountable = ({ timeFilter, order }: Combination) =>
  timeFilter !== 'ignored' || order === 'newest-first';
const rows = [...combinations()].map((switches) => [describeSwitches(switches), switches] as const);

const BY_LIST = ['--counting', 'listing'];

async function simulate(options: Partial<SimulatorOptions>) {
  const scenario = scenarios(ORIGIN).incident;
  if (!scenario) throw new Error('no such scenario');
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6, ...options });
  onTestFinished(() => simulator.close());
  const checked = (...args: readonly string[]) =>
    cli(['check', '--togai-base-url', simulator.url, ...FAST, ...args], {
      env: { TOGAI_TOKEN: simulator.token },
    });
  return { simulator, checked };
}

/** The expected `--json`, made from the truth. */
function expectedOf({ total, byStatus, byAccount, bySchema }: Truth) {
  return {
    total,
    byStatus: Object.fromEntries(byStatus),
    topAccounts: topOf(byAccount),
    topSchemas: topOf(bySchema),
  };
}

function topOf(groups: Truth['byAccount']) {
  const rows = [...groups].map(([name, counts]) => {
    const sum = (pattern: RegExp) =>
      [...counts].reduce(
        (events, [status, count]) => events + (pattern.test(status) ? count : 0),
        0,
      );
    const duplicates = sum(/DUPLICATE/);
    return {
      name,
      unmetered: sum(/NOT_METERED|NO_MATCHING/),
      failed: sum(/FAILED/) - duplicates,
      total: sum(/./),
    };
  });
  rows.sort(
    (a, b) =>
      b.unmetered + b.failed - a.unmetered - a.failed ||
      b.total - a.total ||
      (a.name < b.name ? -1 : 1),
  );
  return rows.slice(0, 10);
}

describe('check --json equals the real events', () => {
  test.each(rows.filter(([, switches]) => isCountable(switches)))('%s', async (_, switches) => {
    const { simulator, checked } = await simulate({ switches });
    const window = { start: NOW - 25 * MINUTE, end: NOW };
    const field = switches.timeFilter === 'timestamp' ? 'timestamp' : 'createdAt';
    const { stdout, exitCode } = await checked('--since', '25m', '--json', ...BY_LIST);
    expect(JSON.parse(stdout)).toMatchObject(
      expectedOf(truthOf(simulator.traffic, window, field, NOW)),
    );
    expect(exitCode).toBe(3);
  });

  test.each(['schema', 'backlog', 'busy'])(
    'in the scenario %s, with bounds between two seconds',
    async (name) => {
      const { simulator, checked } = await simulate({
        scenario: scenarios(NOW)[name] as SimulatorOptions['scenario'],
        seed: 7,
      });
      const window = { start: NOW - 4 * MINUTE - 1_234, end: NOW - MINUTE - 567 };
      const range = [
        '--from',
        new Date(window.start).toISOString(),
        '--to',
        new Date(window.end).toISOString(),
      ];
      const { stdout } = await checked(...range, '--json');
      expect(JSON.parse(stdout)).toMatchObject(
        expectedOf(truthOf(simulator.traffic, window, 'createdAt', NOW)),
      );
    },
  );

  test('through 429s, 500s, resets, HTML and truncated answers', async () => {
    const rates = { '429': 0.05, '500': 0.05, reset: 0.05, html: 0.05, truncated: 0.05 };
    const { simulator, checked } = await simulate({ faults: { rates } });
    const window = { start: NOW - 60 * MINUTE, end: NOW };
    const { stdout } = await checked('--json');
    const result = JSON.parse(stdout);
    expect(result).toMatchObject(expectedOf(truthOf(simulator.traffic, window, 'createdAt', NOW)));
    expect(Math.min(result.retries, result.throttled)).toBeGreaterThan(0);
    expect(result.requests).toBe(simulator.requests);
  });

  test.each(Object.keys(GENERATIONS) as Generation[])(
    'at a Togai of the generation %s, without a word about counting',
    async (generation) => {
      const { simulator, checked } = await simulate({ switches: GENERATIONS[generation] });
      const window = { start: NOW - 25 * MINUTE, end: NOW };
      const { stdout } = await checked('--since', '25m', '--json');
      const truth = truthOf(simulator.traffic, window, 'createdAt', NOW);
      expect(JSON.parse(stdout)).toMatchObject({
        source: generation === '2022' ? 'listing' : 'metrics',
        total: truth.total,
        byStatus: Object.fromEntries(truth.byStatus),
      });
    },
  );

  test('when nothing happened', async () => {
    const { checked } = await simulate({ switches: { whenEmpty: 'absent' } });
    const range = ['--from', '2026-11-01', '--to', '2026-11-01T00:30'];
    const { stdout, exitCode } = await checked(...range, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ total: 0, byStatus: {}, complete: true });
    expect(exitCode).toBe(0);
  });
});

describe('check --json refuses to count', () => {
  test.each(rows.filter(([, switches]) => !isCountable(switches)))('%s', async (_, switches) => {
    const { checked } = await simulate({ switches });
    const { stdout, stderr, exitCode } = await checked('--since', '25m', '--json', ...BY_LIST);
    expect(stderr).toMatch(
      /does not list newest first by createdAt; ask Togai to honour start_time and end_time/,
    );
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  test('a nextToken that repeats', async () => {
    const repeated = Array.from({ length: 9 }, () => 'repeated-token' as const);
    // The first page of the range, and those of its two parts.
    const script = [undefined, undefined, undefined, ...repeated];
    const { checked } = await simulate({ faults: { script } });
    const { stdout, stderr, exitCode } = await checked('--json', ...BY_LIST);
    expect(stderr).toMatch(/its pages do not end, so nothing was counted/);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });
});
