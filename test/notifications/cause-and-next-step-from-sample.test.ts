import { expect, test } from 'vitest';
import type { EventDetails } from '../../functions/monitor/events/event-details.ts';
import { explain } from '../../functions/monitor/notifications/cause-and-next-step-from-sample.ts';

const COMPUTED = { name: 'rides', status: 'PROCESSED_UNITS_COMPUTED' };
const FILTERED = { name: 'distance', status: 'PROCESSED_FILTERED_OUT' };
const PLAN = { name: 'pro', cycleStart: '2026-11-01', cycleEnd: '2026-11-30' };

test.each<[string, EventDetails['pipeline'], RegExp, RegExp]>([
  [
    'no usage meter matched',
    { usageMeters: [], pricePlans: [] },
    /^No usage meter matches these events/,
    /Usage meters/,
  ],
  [
    'every meter filtered it out',
    { usageMeters: [FILTERED], pricePlans: [] },
    /filters these events out \(distance\)\./,
    /filters of these meters/,
  ],
  [
    'no price plan',
    { usageMeters: [COMPUTED, FILTERED], pricePlans: [] },
    /^The account has no price plan for these events, /,
    /attach the price plan/,
  ],
  [
    'a price plan and its cycle',
    { usageMeters: [COMPUTED], pricePlans: [PLAN] },
    /Price plan pro applies, and still nothing was billed\. Togai says: "no plan"/,
    /^Ask Togai why/,
  ],
  [
    'a price plan without a cycle',
    { usageMeters: [COMPUTED], pricePlans: [{ name: 'pro' }] },
    /Price plan pro applies/,
    /^Ask Togai/,
  ],
  [
    'meters unknown',
    { usageMeters: undefined, pricePlans: [] },
    /Togai says: "no plan"$/,
    /Pricing: is a price plan attached/,
  ],
  [
    'price plans unknown',
    { usageMeters: [COMPUTED], pricePlans: undefined },
    /Togai says: "no plan"$/,
    /Pricing: is a price plan attached/,
  ],
  ['nothing known', undefined, /Togai says: "no plan"$/, /Pricing: is a price plan attached/],
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
  expect(why).toBe('Togai knows no such account. Togai says: "no such account"');
});

test('without a description, the message says that Togai gives no reason', () => {
  const { why } = explain({ status: 'S', statusDescription: undefined, pipeline: undefined });
  expect(why).toMatch(/Togai gives no reason\.$/);
});

test('a status with the name of a property of every object is a status that nobody knows', () => {
  expect(
    explain({ status: 'valueOf', statusDescription: undefined, pipeline: undefined }).why,
  ).toMatch(/does not know the status/);
});
