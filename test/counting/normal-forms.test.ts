import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { usageEvent, wireEvent } from '../support/events.ts';
import { answersOfMetrics } from '../support/metrics-answers.ts';
import { at, createTestMonitor } from '../support/monitor.ts';
import { serve, serveAnswers } from '../support/server.ts';

/** The same letters to a reader, other characters to a machine. */
const COMPOSED = 'Caf\u00e9 \u00c5ngstr\u00f6m';
const DECOMPOSED = 'Cafe\u0301 A\u030angstro\u0308m';
const FORMS = [
  ['composed', 'decomposed', COMPOSED, DECOMPOSED],
  ['decomposed', 'composed', DECOMPOSED, COMPOSED],
  ['composed', 'composed', COMPOSED, COMPOSED],
] as const;

const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const HOUR = ['--from', '2026-11-18T11:00', '--to', '2026-11-18T12:00', '--json'];

async function byListing(accounts: readonly string[], ...flags: readonly string[]) {
  const events = accounts.map((accountId) => wireEvent({ accountId, status: UNMETERED }));
  const { url } = await serveAnswers({ body: { events, nextToken: null } });
  const range = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35', '--json'];
  const { stdout } = await cli(['check', ...range, '--togai-base-url', url, ...flags]);
  return JSON.parse(stdout);
}

async function byMetrics(accounts: readonly string[], ...flags: readonly string[]) {
  const lines = accounts.map((accountId) => ({ accountId, status: UNMETERED, events: 30 }));
  const { url } = await serve(answersOfMetrics(lines));
  const how = ['--counting', 'metrics', '--togai-base-url', url];
  const { stdout, stderr } = await cli(['check', ...HOUR, ...how, ...flags]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('account ids that differ only in Unicode normal form are one for ignore lists', () => {
  test.each(FORMS)('listing: ignored %s, seen %s', async (_ignored, _seen, ignored, seen) => {
    const found = await byListing([seen, 'acme'], '--ignored-accounts', ignored);
    expect(found).toMatchObject({ total: 1, ignored: 1 });
    expect(found.topAccounts).toMatchObject([{ name: 'acme' }]);
  });

  test.each(FORMS)('metrics: ignored %s, seen %s', async (_ignored, _seen, ignored, seen) => {
    const found = await byMetrics([seen, 'acme'], '--ignored-accounts', ignored);
    expect(found).toMatchObject({ total: 30, ignored: 30 });
    expect(found.topAccounts).toMatchObject([{ name: 'acme' }]);
  });

  test.each([
    ['listing', byListing, 2],
    ['metrics', byMetrics, 60],
  ] as const)('%s: both accounts are ignored where both are seen', async (_, count, ignored) => {
    const found = await count([COMPOSED, DECOMPOSED], '--ignored-accounts', COMPOSED);
    expect(found).toMatchObject({ total: 0, ignored });
  });

  test('listing: likewise a schema', async () => {
    const event = wireEvent({});
    const payload = { ...(event.eventPayload as object), schemaName: DECOMPOSED };
    const { url } = await serveAnswers({
      body: { events: [{ ...event, eventPayload: payload }], nextToken: null },
    });
    const range = ['--from', '2026-11-18T11:30', '--to', '2026-11-18T11:35', '--json'];
    const flags = ['--ignored-schemas', COMPOSED, '--togai-base-url', url];
    const { stdout } = await cli(['check', ...range, ...flags]);
    expect(JSON.parse(stdout)).toMatchObject({ total: 0, ignored: 1 });
  });

  test('an incident is closed when its account is ignored in the other form', async () => {
    const monitor = createTestMonitor({ thresholds: 'unmetered by account >= 10' });
    const createdAt = at('09:01');
    for (let event = 0; event < 12; event++) {
      monitor.events.push(usageEvent({ createdAt, accountId: DECOMPOSED, status: UNMETERED }));
    }
    await monitor.runFrom('09:10', '09:15');
    monitor.texts.ignoredAccounts = COMPOSED;
    await monitor.runAt('09:20');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'closed']);
  });
});

describe('they stay two', () => {
  test.each([
    ['listing', byListing],
    ['metrics', byMetrics],
  ] as const)('%s: in the tables', async (_, count) => {
    const { topAccounts } = await count([COMPOSED, DECOMPOSED]);
    const names = topAccounts.map(({ name }: { name: string }) => name);
    expect(new Set(names)).toEqual(new Set([COMPOSED, DECOMPOSED]));
  });

  // A ligature, which is no accent written in another way.
  test.each([
    ['listing, seen with it', byListing, 1, 'o\ufb03ce', 'office'],
    ['listing, ignored with it', byListing, 1, 'office', 'o\ufb03ce'],
    ['metrics, seen with it', byMetrics, 30, 'o\ufb03ce', 'office'],
    ['metrics, ignored with it', byMetrics, 30, 'office', 'o\ufb03ce'],
  ] as const)(
    '%s: names that only look alike are others',
    async (_, count, total, seen, ignored) => {
      const found = await count([seen], '--ignored-accounts', ignored);
      expect(found).toMatchObject({ total, ignored: 0 });
    },
  );
});
