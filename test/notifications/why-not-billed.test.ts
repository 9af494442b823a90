import { expect, test } from 'vitest';
import type { EventDetails } from '../../functions/monitor/events/event-details.ts';
import { explain } from '../../functions/monitor/notifications/why-not-billed.ts';

const COMPUTED = { name: 'rides', status: 'PROCESSED_UNITS_COMPUTED' };
const FILTERED = { name: 'distance', status: 'PROCESSED_FILTERED_OUT' };
const PLAN = { name: 'pro', cycleStart: '2026-11-01', cycleEnd: '2026-11-30' };

test.each<[string, EventDetails['pipeline'], RegExp, RegExp]>([
  [
    'no usage meter matched',
    { usageMeters: [], pricePlans: [] },
    /^No usage meter matched/,
    /usage meters/,
  ],
  [
    'every meter filtered it out',
    { usageMeters: [FILTERED], pricePlans: [] },
    /filtered the sample out: distance\./,
    /filters of those meters/,
  ],
  [
    'no price plan',
    { usageMeters: [COMPUTED, FILTERED], pricePlans: [] },
    /Usage was computed \(rides\), but the account has no price plan/,
    /was it detached/,
  ],
  [
    'a price plan and its cycle',
    { usageMeters: [COMPUTED], pricePlans: [PLAN] },
    /price plan pro applies, whose cycle ends 2026-11-30; Togai says: "no plan"/,
    /before 2026-11-30/,
  ],
  [
    'a price plan without a cycle',
    { usageMeters: [COMPUTED], pricePlans: [{ name: 'pro' }] },
    /price plan pro applies; Togai says/,
    /^Ask Togai/,
  ],
  [
    'meters unknown',
    { usageMeters: undefined, pricePlans: [] },
    /^Togai says: "no plan"$/,
    /Look the sample up/,
  ],
  [
    'price plans unknown',
    { usageMeters: [COMPUTED], pricePlans: undefined },
    /^Togai says: "no plan"$/,
    /Look the sample up/,
  ],
  ['nothing known', undefined, /^Togai says: "no plan"$/, /Look the sample up/],
])('%s', (_, pipeline, why, next) => {
  const status = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
  const explanation = explain({ status, statusDescription: 'no plan', pipeline });
  expect(explanation.why).toMatch(why);
  expect(explanation.next).toMatch(next);
});

test('for an event that failed before the meters, the message quotes Togai', () => {
  const status = 'INGESTION_FAILED_ACCOUNT_NOT_FOUND';
  const pipeline = { usageMeters: [], pricePlans: [] };
  const { why } = explain({ status, statusDescription: 'no such account', pipeline });
  expect(why).toBe('Togai says: "no such account"');
});

test('without a description, the message says that Togai gives no reason', () => {
  const { why } = explain({ status: 'S', statusDescription: undefined, pipeline: undefined });
  expect(why).toBe('Togai says: nothing about the reason.');
});
