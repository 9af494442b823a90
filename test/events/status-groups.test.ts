import { expect, test } from 'vitest';
import {
  DOCUMENTED_STATUSES,
  groupOf,
  isProblem,
  isSettled,
  KNOWN_STATUSES,
} from '../../functions/monitor/events/status-groups.ts';
import { SETTINGS } from '../../functions/monitor/settings/all-settings.ts';
import { cli } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { serveAnswers } from '../support/server.ts';

test.each([
  ['INGESTION_COMPLETED_EVENT_NOT_BILLED', 'unmetered'],
  ['INGESTION_COMPLETED', 'metered'],
  ['INGESTION_FAILED_SOMETHING_NEW', 'failed'],
  ['INGESTION_FAILED_DUPLICATE_EVENT', 'duplicate'],
  ['INGESTION_COMPLETED_SOMETHING_NEW', 'unknown'],
  ['INGESTION_FAILEDX', 'unknown'],
  ['PROCESSED', 'unknown'],
])('%s is %s', (status, group) => {
  expect(groupOf(status)).toBe(group);
  expect(isSettled(status)).toBe(true);
  expect(isProblem(status)).toBe(group !== 'metered' && group !== 'duplicate');
});

test.each([
  ['INGESTION_IN_PROGRESS', 'in_progress'],
  ['INGESTION_COMPLETED_EVENT_METERED', 'metered'],
  ['INGESTION_COMPLETED', 'metered'],
  ['INGESTION_COMPLETED_EVENT_NOT_METERED', 'unmetered'],
  ['INGESTION_COMPLETED_EVENT_NOT_BILLED', 'unmetered'],
  ['INGESTION_COMPLETED_NO_MATCHING_METERS', 'unmetered'],
  ['INGESTION_FAILED', 'failed'],
  ['INGESTION_FAILED_SCHEMA_NOT_DEFINED', 'failed'],
  ['INGESTION_FAILED_ENRICHMENT_FAILED', 'failed'],
  ['INGESTION_FAILED_UNITS_INVALID', 'failed'],
  ['INGESTION_FAILED_PAST_GRACE_PERIOD', 'failed'],
  ['INGESTION_FAILED_ACCOUNT_NOT_FOUND', 'failed'],
  ['INGESTION_FAILED_NO_EVENT_ID', 'failed'],
  ['INGESTION_FAILED_INVALID_NAMED_LICENSE_EVENT', 'failed'],
  ['INGESTION_FAILED_INSUFFICIENT_CREDITS', 'failed'],
  ['INGESTION_FAILED_EVENT_INVALID', 'failed'],
  ['INGESTION_FAILED_DUPLICATE_EVENT', 'duplicate'],
  ['REVERTED', 'reverted'],
  ['UNKNOWN', 'unknown'],
])('the status %s of Togai is known, and is %s', (status, group) => {
  expect(KNOWN_STATUSES).toContain(status);
  expect(groupOf(status)).toBe(group);
});

test.each(['INGESTION_COMPLETED', 'INGESTION_COMPLETED_EVENT_NOT_BILLED'])(
  'Togai metrics are not asked for %s, which only older documents name',
  (status) => {
    expect(DOCUMENTED_STATUSES).not.toContain(status);
  },
);

test('the default thresholds see events of an unknown status', () => {
  expect(SETTINGS.thresholds.defaultText).toContain('unknown >= 10');
});

test('a status that all events have and nobody knows does not end in "No threshold is breached"', async () => {
  const events = Array.from({ length: 40 }, () => wireEvent({ status: 'INGESTION_HELD' }));
  const { url } = await serveAnswers({ body: { events, nextToken: null } });
  const { exitCode, stdout } = await cli(
    ['check', '--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35', '--togai-base-url', url],
    { env: { TOGAI_TOKEN: 'secret' } },
  );
  expect(stdout).toContain('INGESTION_HELD');
  expect(stdout).not.toContain('No threshold is breached');
  expect(exitCode).toBe(3);
});

test('the default thresholds go with every counting source', async () => {
  const results = { results: [] as unknown[] };
  const { url } = await serveAnswers({ body: results });
  const { stderr } = await cli(
    ['check', '--counting', 'metrics', '--since', '1h', '--togai-base-url', url],
    { env: { TOGAI_TOKEN: 'secret' } },
  );
  expect(stderr).not.toContain('unknown >= 10');
});
