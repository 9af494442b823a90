import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import type { Silence } from '../../functions/monitor/incidents/silence.ts';
import type { Digest } from '../../functions/monitor/notifications/digest-facts.ts';
import { digestBrief } from '../../functions/monitor/notifications/digest-sms.ts';
import { digestText } from '../../functions/monitor/notifications/digest-text.ts';
import { noteGap } from '../../functions/monitor/notifications/gap-notices.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import {
  type Notice,
  noticeNotification,
} from '../../functions/monitor/notifications/one-time-notice.ts';
import { noteSilences } from '../../functions/monitor/notifications/silence-notices.ts';
import { noteWatching } from '../../functions/monitor/notifications/watching-notice.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import { MANY_ENDED, RESOLVED } from './example-incidents.ts';
import { CLOSED, SHORT } from './example-later-incidents.ts';
import { at, METERED } from './example-windows.ts';

/** The notices of the examples: of a month before, that the monitor watches, and those of the week. */
export function exampleNotices() {
  return {
    watching: told(noteWatching(NOTHING, FIRST_HOUR, WATCH)),
    silence: told(noteSilences(NOTHING, [SILENCE], at(2, 17, 5), QUIET_HOUR)),
    gap: told(noteGap(NOTHING, GAP, at(8, 9, 45))),
    digest: noticeNotification(WEEK),
  };
}

const GAP = { start: at(6, 22, 0), end: at(7, 9, 35) };

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
  window: { start: at(-26, 7, 40), end: at(-26, 8, 40) },
  counts: {
    ...mergeCounts([]),
    total: 17_938,
    byStatus: new Map([[METERED, 17_938]]),
  },
  whole: true,
};

const WATCH = {
  at: at(-26, 8, 40),
  source: 'metrics',
  thresholds: parseThresholds(
    'unmetered >= 50% critical, unmetered by account >= 50% critical, failed by account >= 10%, failed by account >= 15% critical, in_progress >= 25% for 15m',
  ),
} as const;

const QUIET_HOUR = {
  newest: {
    ...FIRST_HOUR,
    window: { start: at(2, 16, 5), end: at(2, 17, 5) },
  },
  incidents: [],
};

const SILENCE: Silence = {
  id: 's-4kq7',
  scope: { account: 'test-1' },
  from: at(2, 17, 0),
  forMs: 16 * HOUR_MS,
  by: 'mira',
  comment: 'load test',
};

/** From Thursday noon on: nine events an hour. */
const LEAK = 692;
const LOSSES = [RESOLVED, MANY_ENDED, CLOSED, SHORT];

/** The loss of each account in the incidents, and the leak that no limit reached. */
function accountsOfWeek(): Digest['accounts'] {
  const lost = new Map([['customer-9', LEAK]]);
  for (const { name, lost: own } of LOSSES.flatMap(({ accounts }) => accounts)) {
    lost.set(name, own + (lost.get(name) ?? 0));
  }
  return [...lost]
    .map(([name, own]) => ({
      name,
      lost: own,
      unnoticed: name === 'customer-9' ? LEAK : 0,
      lastLoss: name === 'customer-9' ? at(9, 8, 0) : at(4, 13, 55),
    }))
    .sort((a, b) => b.lost - a.lost);
}

const DIGEST: Digest = {
  week: { start: at(2, 8, 0), end: at(9, 8, 0) },
  from: at(2, 8, 0),
  uncountedMs: GAP.end - GAP.start,
  isPartial: true,
  settled: 2_743_019,
  lost: LOSSES.reduce((sum, { lost }) => sum + lost, LEAK),
  lostBefore: 14_212,
  healed: 17,
  unnoticed: LEAK,
  accounts: accountsOfWeek(),
  worth: {
    amount: LOSSES.reduce((sum, { worth }) => sum + (worth?.amount ?? 0), 0),
    accounts: 18,
    of: 25,
  },
  incidents: LOSSES.length,
  causes: LOSSES.map(({ accounts: [first, ...others], why: [reason], lost }) => ({
    whose: first?.name ?? '',
    otherAccounts: others.length,
    why: reason?.why,
    lost,
  })),
  open: [],
  unproven: ['hooli'],
  cycleEnd: RESOLVED.cycleEnd,
  fresh: {
    comparedDays: 28,
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
  brief: digestBrief(DIGEST),
  range: DIGEST.week,
  told: [],
};
