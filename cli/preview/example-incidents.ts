import { explain } from '../../functions/monitor/notifications/cause-and-next-step-from-sample.ts';
import { account, both, MANY_OPENED, MANY_RESOLVED } from './example-accounts.ts';
import { loss } from './example-loss.ts';
import { at, hourTo, NO_METER, NOT_METERED } from './example-windows.ts';

/** The month of customers in India. */
export const CYCLE_END = at(31, 18, 30);

const NO_PLAN = explain({
  status: NOT_METERED,
  statusDescription: 'The event was ingested, but its account has no price plan.',
  pipeline: {
    usageMeters: [{ name: 'api_call_units', status: 'PROCESSED_UNITS_COMPUTED' }],
    pricePlans: [],
  },
});

const ofPlan = {
  status: NOT_METERED,
  schema: { name: 'api_calls', total: 15_240 },
  description: 'The event was ingested, but its account has no price plan.',
};

/** Monday: somebody detaches a price plan. */
export const ACME = loss(at(2, 10, 40), [account('acme', [412, 430], at(2, 10, 5))], {
  why: [NO_PLAN],
  value: 55.9,
  lately: { now: 118, before: 117 },
  unaffected: { accounts: 36, events: 17_283 },
  worth: { amount: 402, accounts: 1, of: 1 },
  cycleEnd: CYCLE_END,
  summary: hourTo(at(2, 10, 40), {
    ...ofPlan,
    accounts: [{ name: 'acme', lost: 412, total: 737 }],
    perBucket: [0, 0, 0, 0, 0, 59, 59, 59, 58, 59, 59, 59],
  }),
});

const acmeAndUmbrella = both([766, 799], [31, 34]).map((one) =>
  one.name === 'umbrella' ? { ...one, isNews: true } : one,
);

export const CHANGED = loss(at(2, 11, 10), acmeAndUmbrella, {
  why: [NO_PLAN],
  value: 95.9,
  lately: { now: 134, before: 133 },
  unaffected: { accounts: 35, events: 17_190 },
  worth: { amount: 777, accounts: 2, of: 2 },
  cycleEnd: CYCLE_END,
  summary: hourTo(at(2, 11, 10), {
    ...ofPlan,
    accounts: [
      { name: 'acme', lost: 707, total: 737 },
      { name: 'umbrella', lost: 31, total: 93 },
    ],
    perBucket: [59, 59, 58, 59, 59, 59, 59, 59, 66, 67, 67, 67],
  }),
});

export const REMINDED = loss(at(2, 15, 10), both([3_598, 3_747], [371, 406]), {
  why: [NO_PLAN],
  value: 95.4,
  worst: 95.9,
  lately: { now: 132, before: 133 },
  unaffected: { accounts: 35, events: 17_184 },
  worth: { amount: 3_869, accounts: 2, of: 2 },
  cycleEnd: CYCLE_END,
  summary: hourTo(at(2, 15, 10), {
    ...ofPlan,
    accounts: [
      { name: 'acme', lost: 707, total: 741 },
      { name: 'umbrella', lost: 85, total: 95 },
    ],
    perBucket: [66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66],
  }),
});

const PLANS_BACK = { endedAt: at(2, 15, 20), isNews: true };

export const RESOLVED = loss(at(2, 15, 40), both([3_716, 3_870], [385, 421], PLANS_BACK), {
  why: [NO_PLAN],
  value: 63.9,
  worst: 96.1,
  endedAt: at(2, 15, 20),
  ended: { kind: 'resolved' },
  since: 277,
  worth: { amount: 3_998, accounts: 2, of: 2 },
  cycleEnd: CYCLE_END,
  summary: hourTo(at(2, 15, 40), {
    ...ofPlan,
    accounts: [
      { name: 'acme', lost: 471, total: 737 },
      { name: 'umbrella', lost: 57, total: 93 },
    ],
    perBucket: [66, 66, 66, 66, 66, 66, 66, 66, 0, 0, 0, 0],
  }),
});

const NO_USAGE_METER = explain({
  status: NO_METER,
  statusDescription: 'No usage meter matches the event.',
  pipeline: { usageMeters: [], pricePlans: undefined },
});

const ofAll = {
  threshold: 'unmetered >= 50% critical',
  by: undefined,
  limit: 50,
  why: [NO_USAGE_METER],
  cycleEnd: CYCLE_END,
};

const ofMeter = {
  status: NO_METER,
  schema: { name: 'api_calls', total: 15_240 },
  description: 'No usage meter matches the event.',
};

/** Tuesday night: somebody changes the usage meter of a schema. */
export const MANY = loss(at(3, 2, 40), MANY_OPENED, {
  ...ofAll,
  value: 51.8,
  lately: { now: 2_900, before: 2_300 },
  unaffected: { accounts: 12, events: 560 },
  worth: { amount: 2_130, accounts: 18, of: 25 },
  silenced: [{ what: 'account test-1', until: at(3, 9, 0), by: 'mira' }],
  summary: hourTo(at(3, 2, 40), {
    ...ofMeter,
    accounts: MANY_OPENED,
    perBucket: [0, 0, 0, 0, 900, 1_000, 1_090, 1_100, 1_100, 1_200, 1_400, 1_500],
  }),
});

export const MANY_ENDED = loss(at(3, 3, 10), MANY_RESOLVED, {
  ...ofAll,
  value: 50.3,
  worst: 67.6,
  endedAt: at(3, 2, 50),
  ended: { kind: 'resolved' },
  since: 5_220,
  worth: { amount: 2_790, accounts: 18, of: 25 },
  summary: hourTo(at(3, 3, 10), {
    ...ofMeter,
    accounts: MANY_RESOLVED.slice(0, 5).map((one) => ({ ...one, total: null })),
    perBucket: [1_090, 1_100, 1_100, 1_200, 1_400, 1_500, 1_400, 0, 0, 0, 0, 0],
  }),
});
