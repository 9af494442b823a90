import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import type { Silence } from '../../functions/monitor/incidents/silence.ts';
import type { Digest } from '../../functions/monitor/notifications/digest.ts';
import { digestText } from '../../functions/monitor/notifications/digest-text.ts';
import { noteGap } from '../../functions/monitor/notifications/gap.ts';
import { type Notice, noticeNotification } from '../../functions/monitor/notifications/notice.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { noteSilences } from '../../functions/monitor/notifications/silence-notices.ts';
import { noteWatching } from '../../functions/monitor/notifications/watching-notice.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import { at, METERED, NOT_METERED } from './example-windows.ts';

/** What people are told once in the week of the examples. */
export function exampleNotices() {
  return {
    watching: told(noteWatching(NOTHING, FIRST_HOUR, WATCH)),
    silence: told(noteSilences(NOTHING, [SILENCE], at(2, 17, 5))),
    gap: told(noteGap(NOTHING, { start: at(6, 22, 0), end: at(7, 9, 35) }, at(8, 9, 45))),
    digest: noticeNotification(WEEK),
  };
}

const NOTHING = {
  notices: [],
  knownSilences: {},
  failures: {},
  gap: undefined,
  watermark: undefined,
  evaluatedTo: undefined,
};

function told({ notices: [notice] }: { readonly notices: readonly Notice[] }): Notification {
  if (!notice) throw new Error('the example has no notice');
  return noticeNotification(notice);
}

const FIRST_HOUR = {
  window: { start: at(2, 7, 40), end: at(2, 8, 40) },
  counts: {
    ...mergeCounts([]),
    total: 17_938,
    byStatus: new Map([
      [METERED, 17_929],
      [NOT_METERED, 9],
    ]),
  },
  whole: true,
};

const WATCH = {
  at: at(2, 8, 40),
  source: 'metrics',
  thresholds: parseThresholds(
    'unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed >= 10',
  ),
} as const;

const SILENCE: Silence = {
  id: 's-4kq7',
  scope: { account: 'test-1' },
  from: at(2, 17, 0),
  forMs: 16 * HOUR_MS,
  by: 'mira',
  comment: 'load test',
};

/** The sums of the incidents, and a leak that no limit reached. */
const DIGEST: Digest = {
  week: { start: at(2, 8, 0), end: at(9, 8, 0) },
  from: at(2, 8, 0),
  uncountedMs: 0,
  isPartial: false,
  settled: 3_013_584,
  lost: 22_561,
  healed: 17,
  unnoticed: 1_306,
  accounts: [
    { name: 'globex', lost: 9_950, unnoticed: 0 },
    { name: 'acme', lost: 4_243, unnoticed: 0 },
    { name: 'initech', lost: 2_563, unnoticed: 0 },
    { name: 'customer-9', lost: 1_434, unnoticed: 1_306 },
    { name: 'hooli', lost: 1_299, unnoticed: 0 },
    { name: 'umbrella', lost: 765, unnoticed: 0 },
  ],
  worth: { amount: 21_400, accounts: 20, of: 25 },
  incidents: 5,
  open: [],
  fresh: {
    comparedDays: 32,
    accounts: [],
    isOfLosses: true,
    schemas: [],
    statuses: ['INGESTION_FAILED_EVENT_INVALID'],
  },
  stopped: [],
};

const WEEK: Notice = {
  id: 'digest-20260309T0800',
  topic: 'digest',
  at: at(9, 8, 10),
  severity: 'warning',
  text: digestText(DIGEST),
  range: DIGEST.week,
  told: [],
};
