import { describe, expect, test } from 'vitest';
import type { Counts } from '../../functions/monitor/events/counts.ts';
import type { SilenceScope } from '../../functions/monitor/incidents/silence.ts';
import { numbersUnderSilence } from '../../functions/monitor/notifications/numbers-under-silence.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const ACME = { account: 'acme' };
const KNOWN = [
  { id: 'u-1', subject: 'failed', nature: 'loss' },
  { id: 'm-1', subject: 'monitor', nature: 'failure' },
] as const;

function text(scope: SilenceScope, counts: Counts, { whole = true, end = HOUR_MS } = {}) {
  const newest = { window: { start: 0, end }, counts, whole };
  return numbersUnderSilence(scope, { newest, incidents: KNOWN });
}

const LOSING = countsOf(
  { unmetered: 30, failed: 5, metered: 5 },
  { account: 'globex', metered: 40 },
);

describe('the numbers of an account', () => {
  test('are its lost events, and their share of those that are decided', () => {
    expect(text(ACME, countsOf({ unmetered: 30, failed: 6, metered: 4, in_progress: 9 }))).toBe(
      'Last hour: 36 of 40 events not billed (90%).',
    );
  });

  test('say how long the window is', () => {
    expect(text(ACME, countsOf({ unmetered: 1 }), { end: HOUR_MS / 2 })).toBe(
      'Last 30 minutes: 1 of 1 event not billed (100%).',
    );
  });

  test('are none where each lost event has another name', () => {
    expect(text({ account: 'initech' }, LOSING)).toBe('Last hour: none of its events lost (0%).');
  });

  test('are not known where a lost event has no name', () => {
    const counts = { ...LOSING, accounts: countsOf({ unmetered: 29 }).accounts };
    expect(text({ account: 'initech' }, counts)).toBeUndefined();
  });

  test('are not known where names were left out', () => {
    const counts = { ...LOSING, accounts: { ...LOSING.accounts, truncated: true } };
    expect(text({ account: 'initech' }, counts)).toBeUndefined();
  });

  test('are not known of an ignored account, because nobody evaluates it', () => {
    const ignoredNames = { accounts: new Set(['initech']), schemas: new Set<string>() };
    expect(text({ account: 'initech' }, { ...LOSING, ignoredNames })).toBeUndefined();
  });

  test('are not known where a part of the window is not counted', () => {
    expect(text({ account: 'initech' }, LOSING, { whole: false })).toBeUndefined();
    expect(text(ACME, LOSING, { whole: false })).toBe('Last hour: at least 35 events not billed.');
  });

  test('are a lower bound where a list may lack late events', () => {
    const counts = { ...LOSING, lacksLate: true };
    expect(text({ account: 'initech' }, counts)).toBeUndefined();
    expect(text(ACME, counts)).toBe('Last hour: at least 35 events not billed.');
  });

  test('have no share where the events in all are not known', () => {
    const [name, own] = [...LOSING.accounts.byName][0] ?? [];
    const withoutTotal = new Map([['INGESTION_FAILED', 5]]);
    const byName = new Map([
      [String(name), { byStatus: new Map(), exact: true, ...own, withoutTotal }],
    ]);
    expect(text(ACME, { ...LOSING, accounts: { byName, truncated: false } })).toBe(
      'Last hour: at least 35 events not billed.',
    );
  });

  test('do not call events in progress safe', () => {
    expect(text(ACME, countsOf({ in_progress: 9 }))).toBe('Last hour: no event billed or lost.');
  });
});

test('the numbers of everything are those of all accounts', () => {
  expect(text({ all: true }, LOSING)).toBe(
    'Last hour: 35 of 80 events of all accounts not billed (43.8%).',
  );
});

test('the numbers of a subject are its own', () => {
  expect(text({ subject: 'failed' }, LOSING)).toBe('Last hour: failed: 5 of 80 events (6.3%).');
});

test('a subject whose window is not whole has no share', () => {
  expect(text({ subject: 'failed' }, LOSING, { whole: false })).toBe(
    'Last hour: failed: at least 5 events.',
  );
});

test('the numbers of an incident are those of its subject', () => {
  expect(text({ incidentId: 'u-1' }, LOSING)).toBe('Last hour: failed: 5 of 80 events (6.3%).');
});

test('a failure of the monitor, and an incident that nobody knows, have no numbers', () => {
  expect(text({ incidentId: 'm-1' }, LOSING)).toBeUndefined();
  expect(text({ incidentId: 'u-2' }, LOSING)).toBeUndefined();
});

test('without an evaluation there are no numbers', () => {
  const numbers = numbersUnderSilence({ all: true }, { newest: undefined, incidents: KNOWN });
  expect(numbers).toBeUndefined();
});
