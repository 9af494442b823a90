import type { NotifiedWindow } from '../../functions/monitor/notifications/notification.ts';
import type { Summary } from '../../functions/monitor/notifications/window-summary.ts';
import { HOUR_MS, MINUTE_MS } from '../../functions/monitor/timeline/time.ts';

const NO_PRICE_PLAN = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const NO_METER = 'INGESTION_COMPLETED_NO_MATCHING_METERS';

const INCIDENT_SUMMARY: Omit<Summary, 'samples'> = {
  total: 6_802,
  byStatus: [
    ['INGESTION_COMPLETED_EVENT_METERED', 6_310],
    [NO_PRICE_PLAN, 401],
    ['INGESTION_IN_PROGRESS', 64],
    ['INGESTION_FAILED_DUPLICATE_EVENT', 16],
    [NO_METER, 11],
  ],
  topAccounts: [
    { name: 'acme', unmetered: 398, failed: 0, total: 1_204 },
    // Formats have to escape this name.
    { name: 'globex <eu>', unmetered: 9, failed: 0, total: 877 },
    { name: 'initech', unmetered: 5, failed: 0, total: 640 },
  ],
  topSchemas: [
    { name: 'api_call', unmetered: 260, failed: 0, total: 3_410 },
    { name: 'message_sent', unmetered: 152, failed: 0, total: 3_392 },
  ],
  descriptions: [
    {
      text: 'The event was ingested, but its account has no price plan at that time.',
      events: 401,
    },
    { text: 'No usage meter matches the event.', events: 11 },
  ],
  perBucket: [0, 1, 0, 0, 12, 38, 61, 70, 66, 58, 54, 52],
  ignored: 0,
  malformed: 0,
  truncated: false,
  incomplete: false,
};

/**
 * One account loses a third of its events: 412 of 6,802 events are unmetered.
 *
 * @param end of the window, epoch ms
 */
export function incidentUpTo(end: number): NotifiedWindow {
  const sample = {
    referenceId: 'event.1.tb9n2o.0',
    id: 'e-tb9n2o-0',
    createdAt: end - MINUTE_MS,
    status: NO_PRICE_PLAN,
    accountId: 'acme',
    schemaName: 'api_call',
  };
  return {
    window: windowTo(end),
    value: 6.1,
    groups: [],
    events: 412,
    percent: 6.1,
    summary: { ...INCIDENT_SUMMARY, samples: [sample] },
  };
}

/**
 * A second account has joined: each of the two loses more than half of its events.
 *
 * @param end of the window, epoch ms
 */
export function twoAccountsUpTo(end: number): NotifiedWindow {
  const incident = incidentUpTo(end);
  return {
    ...incident,
    value: 91.2,
    groups: [
      { name: 'acme', value: 56.5, events: 372 },
      { name: 'umbrella', value: 91.2, events: 31 },
    ],
    summary: {
      ...incident.summary,
      topAccounts: [
        { name: 'acme', unmetered: 372, failed: 0, total: 658 },
        { name: 'umbrella', unmetered: 31, failed: 0, total: 34 },
        { name: 'globex <eu>', unmetered: 9, failed: 0, total: 877 },
      ],
    },
  };
}

/**
 * The window after the incident: 14 of 6,840 events are unmetered.
 *
 * @param end of the window, epoch ms
 */
export function calmUpTo(end: number): NotifiedWindow {
  return {
    window: windowTo(end),
    value: 0.2,
    groups: [],
    events: 14,
    percent: 0.2,
    summary: {
      ...INCIDENT_SUMMARY,
      total: 6_840,
      byStatus: [
        ['INGESTION_COMPLETED_EVENT_METERED', 6_750],
        ['INGESTION_IN_PROGRESS', 60],
        ['INGESTION_FAILED_DUPLICATE_EVENT', 16],
        [NO_METER, 14],
      ],
      topAccounts: [
        { name: 'globex <eu>', unmetered: 9, failed: 0, total: 881 },
        { name: 'initech', unmetered: 5, failed: 0, total: 652 },
      ],
      topSchemas: [{ name: 'message_sent', unmetered: 14, failed: 0, total: 3_405 }],
      descriptions: [{ text: 'No usage meter matches the event.', events: 14 }],
      samples: [],
      perBucket: [2, 1, 0, 1, 2, 1, 1, 2, 0, 1, 2, 1],
    },
  };
}

function windowTo(end: number) {
  return { start: end - HOUR_MS, end };
}
