import { describe, expect, test } from 'vitest';
import { fixedCredential } from '../../cli/credentials.ts';
import { invoke } from '../../functions/monitor/invoke.ts';
import { usageEvent } from '../support/events.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { at, createTestMonitor, MINUTE } from '../support/monitor.ts';

/** The function every five minutes, with an event of acme in each; all that it logs and publishes, an entry each. */
async function deployed(ignoredAccounts: string, runs: number): Promise<string[]> {
  const monitor = createTestMonitor({ ignoredAccounts, counting: 'listing' });
  const said: string[] = [];
  for (let run = 0; run < runs; run++) {
    const time = at('09:00') + run * 5 * MINUTE;
    monitor.clock.advance(Math.max(0, time - monitor.clock.now()));
    monitor.events.push(usageEvent({ createdAt: time - 7 * MINUTE }));
    await invoke(
      { time: new Date(time).toISOString() },
      {
        environment: { textOf: (key) => monitor.texts[key], dashboardUrl: '' },
        credential: fixedCredential('secret'),
        openTogai: () => Promise.resolve(togaiOf(monitor)),
        store: monitor.store,
        channels: [{ name: 'sns', publish: async ({ json }) => void said.push(json) }],
        clock: monitor.clock,
        runId: `run-${run}`,
        leaseMs: 2 * MINUTE,
        signal: new AbortController().signal,
        softDeadline: new AbortController().signal,
        log: (message, line) => said.push(JSON.stringify({ message, ...line })),
        measure: () => {},
      },
    );
  }
  return said;
}

describe('the function says once of an ignore entry', () => {
  test('that it differs from a seen account only in case', async () => {
    const said = await deployed('ACME', 6);
    const ofIt = said.filter((line) => line.includes('ACME'));
    expect(ofIt).toEqual([expect.stringMatching(/ACME.*acme.*case/)]);
  });

  test('that it has expired', async () => {
    const said = await deployed('acme@2026-11-17', 6);
    const ofIt = said.filter((line) => line.includes('2026-11-17'));
    expect(ofIt).toEqual([expect.stringMatching(/acme.*2026-11-17.*(expired|over|ended)/)]);
  });
});

test.each([
  ['that matches', 'acme'],
  ['whose last day is today', 'acme@2026-11-18'],
  ['that has matched nothing for half an hour', 'umbrella'],
])('the function says nothing of an ignore entry %s', async (_, entry) => {
  const said = await deployed(entry, 6);
  expect(said.filter((line) => line.includes(entry) || /ignore entry/.test(line))).toEqual([]);
});
