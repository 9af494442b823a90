import { describe, expect, test } from 'vitest';
import { startStacks } from '../../support/aws-stack.ts';
import { cli } from '../../support/cli.ts';
import { deploy } from '../../support/deployed-handler.ts';

/** The real handler behind a stack, and the command line that asks it. Minutes count from its first run. */
async function deployed() {
  const monitor = await deploy();
  const aws = await startStacks();
  let minute = 0;
  aws.answer = (payload) => monitor.invokeAt(minute, payload as object);
  const ask = (...args: readonly string[]) => cli(args, { env: {} });
  return {
    aws,
    run: (at: number) => monitor.invokeAt(at),
    ask: (at: number, ...args: readonly string[]) => {
      minute = at;
      return ask(...args);
    },
    kinds: () => monitor.aws.published.map(({ attributes }) => attributes.kind),
    incidentId: () => monitor.aws.published[0]?.attributes.incidentId ?? '',
  };
}

describe('the monitor of a stack', () => {
  test('keeps an account quiet from now on, by the clock of the function', async () => {
    const { run, ask, kinds } = await deployed();
    const { stdout, exitCode } = await ask(0, 'silence', 'acme', '--for', '2h', '--by', 'mira');
    expect(stdout).toMatch(
      /^Silenced: acme until 2026-11-18 14:00 UTC, by mira \(s-\w{4}\)\nNo open incident falls under it now\.\nEnd it with: npx unmetered unsilence s-\w{4}\n$/,
    );
    await run(5);
    expect([kinds(), exitCode]).toEqual([['notice'], 0]);
  });

  test('says its status, and exits with 3 while an incident is open', async () => {
    const { run, ask, incidentId } = await deployed();
    await run(0);
    const { stdout, exitCode } = await ask(2, 'status', '--stack', 'UnmeteredEventsMonitor');
    expect(stdout).toContain('Last complete run: 2026-11-18 12:00 UTC, 2 min ago');
    expect(stdout).toContain(
      `${incidentId()} CRITICAL unmetered since 2026-11-18 11:00 UTC or later (by 2026-11-18 12:00 UTC): acme`,
    );
    expect(exitCode).toBe(3);
  });

  test('answers with one JSON object', async () => {
    const { run, ask, incidentId } = await deployed();
    await run(0);
    const { stdout } = await ask(1, 'status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      open: [{ incidentId: incidentId() }],
      settings: { WindowMinutes: '60' },
    });
  });
});
