import type {
  AccountFacts,
  IncidentFacts,
} from '../../functions/monitor/notifications/notification.ts';
import { explain } from '../../functions/monitor/notifications/why-not-billed.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import {
  BEHIND,
  MANY_ACCOUNTS,
  QUIET,
  withInvalidEvents,
  withoutMeter,
  withoutPricePlan,
} from './example-windows.ts';

/** A Monday. */
export const at = (hour: number, minute: number) => Date.UTC(2026, 2, 2, hour, minute);
const windowTo = (end: number) => ({ start: end - HOUR_MS, end });

/** One account without a price plan, as it is shown first. */
export const ACME: IncidentFacts = {
  subject: 'unmetered',
  nature: 'loss',
  threshold: 'unmetered by account >= 50% critical',
  by: 'account',
  operator: '>=',
  limit: 50,
  unit: 'percent',
  value: 95.8,
  worst: 95.8,
  events: 412,
  percent: 7.3,
  window: windowTo(at(10, 40)),
  onset: at(10, 5),
  isAgain: false,
  lost: 412,
  total: 430,
  accounts: [{ name: 'acme', lost: 412, total: 430, onset: at(10, 5), isNews: true }],
  moreAccounts: 0,
  moreLost: 0,
  othersLost: 0,
  groups: [],
  lately: { now: 118, before: 117 },
  since: 0,
  unaffected: { accounts: 11, events: 5_214 },
  summary: withoutPricePlan(at(10, 40)),
  why: [
    explain({
      status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
      statusDescription: 'The event was ingested, but its account has no price plan.',
      pipeline: {
        usageMeters: [{ name: 'api_call_units', status: 'PROCESSED_UNITS_COMPUTED' }],
        pricePlans: [],
      },
    }),
  ],
};

export const MANY: IncidentFacts = {
  ...ACME,
  threshold: 'unmetered >= 5% critical',
  by: undefined,
  limit: 5,
  value: 51.8,
  worst: 51.8,
  events: 9_290,
  percent: 51.8,
  window: windowTo(at(2, 40)),
  onset: at(2, 0),
  lost: 9_290,
  total: 11_640,
  accounts: MANY_ACCOUNTS,
  lately: { now: 2_900, before: 2_300 },
  unaffected: { accounts: 40, events: 6_300 },
  summary: withoutMeter(at(2, 40)),
  why: [
    explain({
      status: 'INGESTION_COMPLETED_NO_MATCHING_METERS',
      statusDescription: 'No usage meter matches the event.',
      pipeline: { usageMeters: [], pricePlans: undefined },
    }),
  ],
};

export const INVALID: IncidentFacts = {
  ...ACME,
  subject: 'failed',
  threshold: 'failed by account >= 25% critical',
  limit: 25,
  value: 33.1,
  worst: 33.1,
  events: 212,
  percent: 3.6,
  onset: at(10, 10),
  lost: 212,
  total: 640,
  accounts: [{ name: 'globex <eu>', lost: 212, total: 640, onset: at(10, 10), isNews: false }],
  lately: { now: 77, before: 77 },
  summary: withInvalidEvents(at(10, 40)),
  why: [
    explain({
      status: 'INGESTION_FAILED_EVENT_INVALID',
      statusDescription: 'Attribute "units" is not a number.',
      pipeline: undefined,
    }),
  ],
};

export const LEVEL: IncidentFacts = {
  ...ACME,
  subject: 'in_progress',
  nature: 'level',
  threshold: 'in_progress >= 25% for 15m',
  by: undefined,
  limit: 25,
  value: 31.2,
  worst: 34.5,
  events: 1_778,
  percent: 31.2,
  lost: 0,
  total: 0,
  accounts: [],
  lately: { now: 0, before: 0 },
  unaffected: null,
  summary: BEHIND,
  why: [],
};

/** `acme`, and `umbrella` that joined it. */
function both(acme: Partial<AccountFacts>, umbrella: Partial<AccountFacts>): AccountFacts[] {
  const account = { lost: 0, total: null, isNews: false };
  return [
    { ...account, name: 'acme', onset: at(10, 5), ...acme },
    { ...account, name: 'umbrella', onset: at(10, 50), ...umbrella },
  ];
}

export const CHANGED: IncidentFacts = {
  ...ACME,
  window: windowTo(at(11, 10)),
  lost: 790,
  total: 834,
  accounts: both({ lost: 759, total: 800 }, { lost: 31, total: 34, isNews: true }),
  lately: { now: 134, before: 119 },
};
export const REMINDED: IncidentFacts = {
  ...CHANGED,
  window: windowTo(at(15, 10)),
  lost: 3_571,
  total: 3_742,
  accounts: both({ lost: 3_367, total: 3_520 }, { lost: 204, total: 222 }),
};
export const RESOLVED: IncidentFacts = {
  ...REMINDED,
  value: 0,
  events: 0,
  percent: 0,
  window: windowTo(at(16, 40)),
  endedAt: at(15, 20),
  ended: { kind: 'resolved' },
  accounts: both(
    { lost: 3_367, total: 3_520, endedAt: at(15, 15), isNews: true },
    { lost: 204, total: 222, endedAt: at(15, 20), isNews: true },
  ),
  lately: { now: 0, before: 0 },
  since: 480,
  summary: QUIET,
};
export const SHORT: IncidentFacts = {
  ...RESOLVED,
  endedAt: at(10, 40),
  lost: 412,
  total: 430,
  accounts: ACME.accounts.map((account) => ({ ...account, endedAt: at(10, 40) })),
};
export const CLOSED: IncidentFacts = {
  ...INVALID,
  endedAt: at(12, 0),
  ended: { kind: 'closed', because: 'the threshold "failed by account >= 25%" was removed' },
  lately: { now: 0, before: 0 },
};
