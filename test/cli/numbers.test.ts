import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { answersOfMetrics, type Line } from '../support/metrics-answers.ts';
import { serve } from '../support/server.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const HOUR = ['--from', '2026-11-18T11:00', '--to', '2026-11-18T12:00'];

/** So many unmetered events of so many, of one account. */
function lost(unmetered: number, total: number, accountId = 'acme'): Line[] {
  return [
    { status: UNMETERED, events: unmetered, accountId },
    { status: METERED, events: total - unmetered, accountId },
  ];
}

async function check(lines: readonly Line[], thresholds: string, ...args: readonly string[]) {
  const { url } = await serve(answersOfMetrics(lines));
  const flags = ['--counting', 'metrics', '--thresholds', thresholds, '--togai-base-url', url];
  return cli(['check', ...HOUR, ...flags, ...args]);
}

describe('a number never contradicts its evaluation', () => {
  test('124 of 2,500 events is 4.96%, and ok where 5% would be breached', async () => {
    const { stdout, exitCode } = await check(lost(124, 2_500), 'unmetered >= 5%');
    expect(stdout).toMatch(/^ok +warning +unmetered >= 5% +4\.96%$/m);
    expect(exitCode).toBe(0);
  });

  test('2 of 5,000 events is 0.04%, and breaches a limit of 0.02%', async () => {
    const { stdout, exitCode } = await check(lost(2, 5_000), 'unmetered >= 0.02%');
    expect(stdout).toMatch(/^BREACHED +warning +unmetered >= 0\.02% +0\.04%/m);
    expect(exitCode).toBe(3);
  });

  test('--quiet says 0.04%, too', async () => {
    const { stdout } = await check(lost(2, 5_000), 'unmetered >= 0.02%', '--quiet');
    expect(stdout).toMatch(/"unmetered >= 0\.02%" is breached with 0\.04% from/);
  });

  test('5,004 of 10,000 events is 50.04%, where exactly half would be ok', async () => {
    const { stdout } = await check(lost(5_004, 10_000), 'unmetered > 50%');
    expect(stdout).toMatch(/^BREACHED +warning +unmetered > 50% +50\.04%/m);
  });

  test('an account is shown with a share that breaches', async () => {
    const lines = [...lost(5_004, 10_000), ...lost(5_000, 10_000, 'globex')];
    const { stdout } = await check(lines, 'unmetered by account > 50%');
    expect(stdout).toMatch(/^BREACHED .* 50\.04% +acme 50\.04% \(5,004 events\)$/m);
  });

  test('an account that has not lost everything is not shown as if it had', async () => {
    const { stdout } = await check(lost(4_999, 5_000), 'unmetered by account >= 100%');
    expect(stdout).toMatch(/^ok +warning +unmetered by account >= 100% +99\.98%$/m);
    expect(stdout).not.toContain('100.0%');
  });

  test('4,996 of 10,000 metered events is 49.96%, where half would be ok', async () => {
    const { stdout } = await check(lost(5_004, 10_000), 'metered < 50%, metered <= 49.96%');
    expect(stdout).toMatch(/^BREACHED +warning +metered < 50% +49\.96%/m);
    expect(stdout).toMatch(/^BREACHED +warning +metered <= 49\.96% +49\.96%/m);
  });
});

test.each([
  [7, '0.1%'],
  [3, '<0.1%'],
  [9_998, '99.98%'],
])(
  '%s of 10,000 events has one share, in the rows of statuses and of rules',
  async (events, text) => {
    const { stdout } = await check(lost(events, 10_000), 'unmetered >= 99.9%');
    expect(stdout).toMatch(new RegExp(`^unmetered +${UNMETERED} +[\\d,]+ +${text} `, 'm'));
    expect(stdout).toMatch(new RegExp(`unmetered >= 99\\.9% +${text}`));
  },
);

test('a share that is far from its limit stays short', async () => {
  const { stdout } = await check(lost(412, 6_802), 'unmetered >= 5%');
  expect(stdout).toMatch(/^BREACHED +warning +unmetered >= 5% +6\.1%/m);
});

test('machines get the number as it is', async () => {
  const { stdout } = await check(lost(124, 2_500), 'unmetered >= 5%', '--json');
  expect(JSON.parse(stdout).evaluations[0]).toMatchObject({ state: 'ok', value: 4.96, limit: 5 });
});
