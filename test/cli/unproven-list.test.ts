import { describe, expect, onTestFinished, test } from 'vitest';
import { GENERATIONS, type Generation } from '../../simulator/behaviour-switches.ts';
import { scenarios } from '../../simulator/scenarios.ts';
import { startSimulator } from '../../simulator/server.ts';
import { cli, NOW } from '../support/cli.ts';

const MINUTE = 60_000;
/** The start of the scripted day. NOW is in the middle of its incident. */
const ORIGIN = NOW - (9 * 60 + 45) * MINUTE;

/** Checks a Togai whose lists ignore a range of time. */
async function checked(generation: Generation, ...args: readonly string[]) {
  const scenario = scenarios(ORIGIN).incident;
  if (!scenario) throw new Error('no such scenario');
  const switches = { ...GENERATIONS[generation], metricsAccess: 'refused' as const };
  const simulator = await startSimulator({ scenario, now: () => NOW, quota: 1e6, switches });
  onTestFinished(() => simulator.close());
  const fast = ['--togai-base-url', simulator.url, '--max-requests-per-second', '100'];
  return cli(['check', ...fast, ...args], { env: { TOGAI_TOKEN: simulator.token } });
}

describe('a list in the order of the time of the sender', () => {
  const SHORT = ['--since', '5m', '--counting', 'listing'];

  test('gives lower bounds where no event shows its order', async () => {
    const { stdout } = await checked('2024', ...SHORT);
    expect(stdout).toMatch(/^at least \d+ events/);
  });

  test('says at least in the last lines, too', async () => {
    const { stdout } = await checked('2024', ...SHORT);
    expect(stdout).toMatch(/^At least \d+ unmetered events/m);
  });

  test('evaluates no rule that a missing event could breach', async () => {
    const rule = ['--thresholds', 'metered < 1'];
    const { stdout } = await checked('2024', ...SHORT, ...rule);
    expect(stdout).toMatch(/^not enough data +warning +metered < 1/m);
  });

  test('is not complete for a machine, with the reason beside it', async () => {
    const { stdout, stderr } = await checked('2024', ...SHORT, '--json');
    expect(JSON.parse(stdout).complete).toBe(false);
    expect(stderr).toMatch(/events that came late may be missing/);
  });

  test('is refused where an event shows its order', async () => {
    const { stderr, exitCode } = await checked('2024', '--counting', 'listing');
    expect(stderr).toMatch(
      /^unmetered: GET .events ignored the range and does not list newest first by createdAt; ask /m,
    );
    expect(exitCode).toBe(2);
  });

  test('is refused with the permission that metrics need, where they were refused', async () => {
    const { stderr } = await checked('2024');
    expect(stderr).toMatch(
      /^unmetered: GET .events .* by createdAt, and POST .*may not read metrics; give it .* TOGAI_TOKEN$/m,
    );
  });

  test('says once that metrics were refused', async () => {
    const { stderr } = await checked('2024');
    expect(stderr.match(/was answered with 403/g)).toHaveLength(1);
  });
});

test('a list that shows its order by createdAt is complete', async () => {
  const { stdout } = await checked('2024-created', '--counting', 'listing', '--json');
  expect(JSON.parse(stdout).complete).toBe(true);
});
