import { explain } from '../../functions/monitor/notifications/cause-and-next-step-from-sample.ts';
import type { IncidentFacts } from '../../functions/monitor/notifications/notification.ts';
import { account } from './example-accounts.ts';
import { CYCLE_END } from './example-incidents.ts';
import { loss } from './example-loss.ts';
import { at, BEHIND, hourTo, INVALID, NOT_METERED } from './example-windows.ts';

const INVALID_UNITS = explain({
  status: INVALID,
  statusDescription: 'Attribute "units" is not a number.',
  pipeline: undefined,
});

const ofRelease = {
  status: INVALID,
  schema: { name: 'message_sent', total: 2_780 },
  description: 'Attribute "units" is not a number.',
};

const ofGlobex = {
  subject: 'failed',
  threshold: 'failed by account >= 15% critical',
  limit: 15,
  value: 16.5,
  why: [INVALID_UNITS],
  cycleEnd: CYCLE_END,
};

/** Wednesday: a release sends a text in place of a number. */
export const INVALID_EVENTS = loss(
  at(4, 10, 40),
  [account('globex', [1_240, 3_750], at(4, 10, 10))],
  {
    ...ofGlobex,
    lately: { now: 416, before: 416 },
    worth: { amount: 248, accounts: 1, of: 1 },
    unaffected: { accounts: 36, events: 10_520 },
    summary: hourTo(at(4, 10, 40), {
      ...ofRelease,
      accounts: [{ name: 'globex', lost: 1_240, total: 7_500 }],
      perBucket: [0, 0, 0, 0, 0, 0, 200, 208, 208, 208, 208, 208],
    }),
  },
);

export const CLOSED = loss(at(4, 12, 0), [account('globex', [4_568, 13_750], at(4, 10, 10))], {
  ...ofGlobex,
  value: 33.3,
  worth: { amount: 914, accounts: 1, of: 1 },
  endedAt: at(4, 12, 0),
  ended: { kind: 'closed', because: 'its rule was removed' },
  summary: hourTo(at(4, 12, 0), {
    ...ofRelease,
    accounts: [{ name: 'globex', lost: 2_496, total: 7_500 }],
    perBucket: [208, 208, 208, 208, 208, 208, 208, 208, 208, 208, 208, 208],
  }),
});

const MENDED_AT_ONCE = { endedAt: at(4, 13, 55) };

/** The same day: a loss while the monitor did not run. */
export const SHORT = loss(
  at(4, 14, 30),
  [account('initech', [2_430, 2_700], at(4, 13, 10), MENDED_AT_ONCE)],
  {
    value: 37.5,
    worst: 67.5,
    why: [],
    endedAt: at(4, 13, 55),
    ended: { kind: 'resolved' },
    since: 2_100,
    worth: { amount: 608, accounts: 1, of: 1 },
    cycleEnd: CYCLE_END,
    summary: hourTo(at(4, 14, 30), {
      status: NOT_METERED,
      schema: { name: 'api_calls', total: 15_240 },
      accounts: [{ name: 'initech', lost: 1_350, total: 3_600 }],
      perBucket: [270, 270, 270, 270, 270, 0, 0, 0, 0, 0, 0, 0],
    }),
  },
);

/** Thursday: Togai is behind. */
export const LEVEL: IncidentFacts = {
  ...loss(at(5, 10, 40), [account('', [0, 0], at(5, 10, 0))], { value: 31.2, summary: BEHIND }),
  subject: 'in_progress',
  nature: 'level',
  firstValue: 25.4,
  threshold: 'in_progress >= 25% for 15m',
  by: undefined,
  limit: 25,
  percent: 31.2,
  base: BEHIND.total,
  accounts: [],
  why: [],
};
