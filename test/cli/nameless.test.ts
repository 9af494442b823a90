import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { answersOfMetrics } from '../support/metrics-answers.ts';
import { serve, serveAnswers } from '../support/server.ts';

const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
/** When the events here were created. */
const RANGE = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35'];

/** An event of no account and no schema. */
function nameless(): Record<string, unknown> {
  const event = wireEvent({ status: UNMETERED, accountId: '' });
  return { ...event, eventPayload: { ...(event.eventPayload as object), schemaName: '' } };
}

async function check(...args: readonly string[]) {
  const events = Array.from({ length: 15 }, nameless);
  const { url } = await serveAnswers({ body: { events, nextToken: null } });
  return cli(['check', ...RANGE, '--togai-base-url', url, ...args]);
}

describe('events without an account are "(no account)"', () => {
  test('where they breach a threshold', async () => {
    const { stdout } = await check('--thresholds', 'unmetered by account >= 10');
    expect(stdout).toMatch(/^BREACHED .* 15 events +\(no account\) 15 events$/m);
  });

  test('in the line of --quiet', async () => {
    const { stdout } = await check('--quiet', '--thresholds', 'unmetered by account >= 10');
    expect(stdout).toMatch(/: \(no account\) 15 events\n$/);
  });

  test('in the last lines', async () => {
    const { stdout } = await check();
    expect(stdout).toMatch(/^15 unmetered events: 15 .*\(no account\), 15 .*\(no schema\)\.$/m);
  });

  test('in the tables', async () => {
    const { stdout } = await check();
    expect(stdout).toMatch(/^\(no account\) +15/m);
    expect(stdout).toMatch(/NEWEST OF EACH PROBLEM[\s\S]*\(no account\) +\(no schema\)$/m);
  });
});

test('events without a schema are "(no schema)" where they breach a threshold', async () => {
  const { stdout } = await check('--thresholds', 'unmetered by schema >= 10');
  expect(stdout).toMatch(/^BREACHED .* \(no schema\) 15 events$/m);
});

test('Togai metrics count them under no name', async () => {
  const line = { status: UNMETERED, accountId: '', schemaName: '', events: 3 };
  // Where no line had a name, nobody could tell whether the server groups at all.
  const named = { ...line, accountId: 'acme', schemaName: 'api_call', events: 1 };
  const { url } = await serve(answersOfMetrics([line, named]));
  const hour = ['--from', '2026-11-18T11:00', '--to', '2026-11-18T12:00'];
  const { stdout } = await cli([
    'check',
    ...hour,
    '--counting',
    'metrics',
    '--togai-base-url',
    url,
  ]);
  expect(stdout).toMatch(/^\(no account\) +3/m);
  expect(stdout).toMatch(/^\(no schema\) +3/m);
});

test('machines get the empty name', async () => {
  const { stdout } = await check('--json', '--thresholds', 'unmetered by account >= 10');
  const { evaluations, topAccounts } = JSON.parse(stdout);
  expect(evaluations[0].groups[0].name).toBe('');
  expect(topAccounts[0].name).toBe('');
});
