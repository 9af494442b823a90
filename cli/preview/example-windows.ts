import type { AccountFacts } from '../../functions/monitor/notifications/notification.ts';
import type { Summary } from '../../functions/monitor/notifications/window-summary.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const NO_METER = 'INGESTION_COMPLETED_NO_MATCHING_METERS';
const INVALID = 'INGESTION_FAILED_EVENT_INVALID';
const IN_PROGRESS = 'INGESTION_IN_PROGRESS';

/** A window in which all events are metered. */
export const QUIET: Summary = {
  total: 5_700,
  byStatus: [
    [METERED, 5_640],
    [IN_PROGRESS, 60],
  ],
  topAccounts: [],
  topSchemas: [],
  descriptions: [],
  samples: [],
  perBucket: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ignored: 0,
  malformed: 0,
  truncated: false,
  incomplete: false,
};

/** One account loses nearly all of its events: it has no price plan. @param end of the window, epoch ms */
export function withoutPricePlan(end: number): Summary {
  return {
    ...QUIET,
    total: 5_708,
    byStatus: [
      [METERED, 5_216],
      [NOT_METERED, 412],
      [IN_PROGRESS, 64],
      ['INGESTION_FAILED_DUPLICATE_EVENT', 16],
    ],
    topAccounts: [{ name: 'acme', unmetered: 412, failed: 0, total: 430 }],
    topSchemas: [{ name: 'api_calls', unmetered: 412, failed: 0, total: 3_410 }],
    descriptions: [
      { text: 'The event was ingested, but its account has no price plan.', events: 412 },
    ],
    samples: [sample(end, NOT_METERED, 'acme')],
    perBucket: [0, 0, 0, 0, 0, 59, 59, 59, 58, 59, 59, 59],
  };
}

/** No usage meter matches a schema any more, so that many accounts lose events. @param end of the window, epoch ms */
export function withoutMeter(end: number): Summary {
  return {
    ...QUIET,
    total: 18_020,
    byStatus: [
      [NO_METER, 9_290],
      [METERED, 8_650],
      [IN_PROGRESS, 80],
    ],
    topAccounts: MANY_ACCOUNTS.slice(0, 5).map(({ name, lost, total }) => ({
      name,
      unmetered: lost,
      failed: 0,
      total,
    })),
    topSchemas: [{ name: 'api_calls', unmetered: 9_290, failed: 0, total: 11_640 }],
    descriptions: [{ text: 'No usage meter matches the event.', events: 9_290 }],
    samples: [sample(end, NO_METER, 'acme'), sample(end - MINUTE_MS, NO_METER, 'initech')],
    perBucket: [0, 0, 0, 0, 900, 1_000, 1_090, 1_100, 1_100, 1_200, 1_400, 1_500],
  };
}

/** The events of one account are invalid. @param end of the window, epoch ms */
export function withInvalidEvents(end: number): Summary {
  return {
    ...QUIET,
    total: 5_912,
    byStatus: [
      [METERED, 5_640],
      [INVALID, 212],
      [IN_PROGRESS, 60],
    ],
    topAccounts: [{ name: 'globex <eu>', unmetered: 0, failed: 212, total: 640 }],
    topSchemas: [{ name: 'message_sent', unmetered: 0, failed: 212, total: 2_302 }],
    descriptions: [{ text: 'Attribute "units" is not a number.', events: 212 }],
    samples: [sample(end, INVALID, 'globex <eu>')],
    perBucket: [0, 0, 0, 0, 0, 0, 20, 38, 40, 37, 39, 38],
  };
}

/** Togai has not decided about many events. */
export const BEHIND: Summary = {
  ...QUIET,
  byStatus: [
    [METERED, 3_922],
    [IN_PROGRESS, 1_778],
  ],
  perBucket: [0, 0, 0, 0, 88, 200, 240, 250, 250, 250, 250, 250],
};

const FIRST_ONSET = Date.UTC(2026, 2, 2, 2);

/** 25 accounts that lose 9,290 of 11,640 events together, from 02:00 UTC on. */
export const MANY_ACCOUNTS: readonly AccountFacts[] = [
  account('acme', 4_102, 5_000),
  account('globex <eu>', 1_880, 2_400),
  account('initech', 990, 1_200),
  ...Array.from({ length: 22 }, (_, index) =>
    account(`customer-${index + 4}`, index === 21 ? 92 : 116 - index, index === 0 ? 142 : 138),
  ),
];

function account(name: string, lost: number, total: number): AccountFacts {
  return { name, lost, total, onset: FIRST_ONSET, isNews: true };
}

function sample(end: number, status: string, accountId: string) {
  return {
    referenceId: 'event.1.tb9n2o.0',
    id: 'e-tb9n2o-0',
    createdAt: end - MINUTE_MS,
    status,
    accountId,
    schemaName: status === INVALID ? 'message_sent' : 'api_calls',
  };
}
