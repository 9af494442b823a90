import { describe, expect, test } from 'vitest';
import { wireEvent } from '../support/events.ts';
import { check, incident, UNMETERED } from '../support/printed-check.ts';

describe('--quiet', () => {
  test('prints one line for each breached threshold', async () => {
    const { stdout, exitCode } = await check(incident(), [
      '--quiet',
      '--thresholds',
      'unmetered by account >= 10 critical, failed >= 1',
    ]);
    expect(stdout).toBe(
      'critical: "unmetered by account >= 10 critical" is breached with 15 events from 2026-11-18T11:30:00.000Z to 2026-11-18T11:35:00.000Z: acme 15 events\n',
    );
    expect(exitCode).toBe(3);
  });

  test('prints nothing if no threshold is breached', async () => {
    const { stdout, exitCode } = await check([wireEvent({})], ['--quiet']);
    expect([stdout, exitCode]).toEqual(['', 0]);
  });
});

/** The whole `--json` of the incident. */
const INCIDENT_JSON = {
  version: 2,
  window: { start: '2026-11-18T11:30:00.000Z', end: '2026-11-18T11:35:00.000Z' },
  complete: true,
  source: 'listing',
  sourceReason: expect.any(String),
  stack: null,
  total: 20,
  byStatus: { [UNMETERED]: 15, INGESTION_COMPLETED_EVENT_METERED: 5 },
  groups: {
    metered: 5,
    unmetered: 15,
    failed: 0,
    duplicate: 0,
    in_progress: 0,
    reverted: 0,
    unknown: 0,
  },
  ignored: 0,
  malformed: 0,
  evaluations: [
    {
      threshold: 'unmetered >= 10',
      state: 'breached',
      value: 15,
      limit: 10,
      unit: 'events',
      severity: 'warning',
      groups: [],
      resolvedAt: null,
    },
    {
      threshold: 'unmetered >= 5% critical',
      state: 'breached',
      value: 75,
      limit: 5,
      unit: 'percent',
      severity: 'critical',
      groups: [],
      resolvedAt: null,
    },
    {
      threshold: 'unmetered by account >= 50% critical',
      state: 'breached',
      value: 100,
      limit: 50,
      unit: 'percent',
      severity: 'critical',
      groups: [{ name: 'acme', value: 100, events: 15 }],
      resolvedAt: null,
    },
    {
      threshold: 'failed >= 10',
      state: 'ok',
      value: 0,
      limit: 10,
      unit: 'events',
      severity: 'warning',
      groups: [],
      resolvedAt: null,
    },
    {
      threshold: 'unknown >= 10',
      state: 'ok',
      value: 0,
      limit: 10,
      unit: 'events',
      severity: 'warning',
      groups: [],
      resolvedAt: null,
    },
    {
      threshold: 'in_progress >= 25% for 15m',
      state: 'ok',
      value: 0,
      limit: 25,
      unit: 'percent',
      severity: 'warning',
      groups: [],
      resolvedAt: null,
    },
  ],
  topAccounts: [
    { name: 'acme', unmetered: 15, failed: 0, total: 15 },
    { name: 'globex', unmetered: 0, failed: 0, total: 5 },
  ],
  topSchemas: [{ name: 'api_call', unmetered: 15, failed: 0, total: 20 }],
  requests: 1,
  throttled: 0,
  retries: 0,
  durationMs: expect.any(Number),
};

test('--json prints exactly one object of the documented shape', async () => {
  const { stdout } = await check(incident(), ['--json', '--minimum-events', '15']);
  expect(stdout.endsWith('}\n')).toBe(true);
  expect(JSON.parse(stdout)).toEqual(INCIDENT_JSON);
});

test.each([
  ['--json', (stdout: string) => JSON.parse(stdout).topAccounts.length],
  ['a report', (stdout: string) => stdout.match(/^(?:acme|globex|initech|hooli)\b/gm)?.length],
])('%s lists as many accounts as --top says', async (kind, listed) => {
  const flags = kind === '--json' ? ['--json'] : [];
  const { stdout } = await check(incident(), [...flags, '--top', '1']);
  expect(listed(stdout)).toBe(1);
});

test('--json escapes characters that move a cursor, and changes no data', async () => {
  const name = 'evil\u009b2J\u202e\u007f';
  const { stdout } = await check(incident(name), ['--json']);
  expect(stdout).not.toMatch(/[\p{Cc}\p{Cf}](?!$)/u);
  expect(JSON.parse(stdout).topAccounts[0].name).toBe(name);
});

test.each([['--json'], ['--quiet']])('%s reports unreadable events on stderr', async (flag) => {
  const { stderr } = await check([...incident(), {}], [flag]);
  expect(stderr).toMatch(/^1 event could not be read and is in no other number/);
});
