import fc from 'fast-check';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import type { Explanation } from '../../functions/monitor/incidents/incident.ts';
import { explain } from '../../functions/monitor/notifications/cause-and-next-step-from-sample.ts';
import type {
  AccountFacts,
  IncidentFacts,
  Notification,
} from '../../functions/monitor/notifications/notification.ts';
import { summarise } from '../../functions/monitor/notifications/window-summary.ts';
import { cutAt } from '../../functions/monitor/text/text.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import {
  printSubject,
  printThreshold,
  subjectMatcher,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { HOUR_MS, MINUTE_MS } from '../../functions/monitor/timeline/time.ts';
import { anyLength } from './texts.ts';

export const AT = Date.UTC(2026, 10, 18, 12);

export const rules = parseThresholds(
  `unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed by schema > 3, unknown >= 1, total < 1 for 30m, INGESTION_FAILED_* >= 10, *${'A*'.repeat(400)} >= 1`,
);

/** A name, cut to the length that is kept of it. */
const name = anyLength.map((text) => cutAt(text, 512));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const statusName = fc.oneof(
  fc.constantFrom('INGESTION_COMPLETED_EVENT_NOT_METERED', 'INGESTION_FAILED'),
  name,
);

const event: fc.Arbitrary<UsageEvent> = fc.record({
  identity: fc.constant(undefined),
  referenceId: optional(name),
  id: optional(name),
  createdAt: fc.nat(HOUR_MS).map((offset) => AT - offset),
  timestamp: fc.constant(AT),
  status: statusName,
  statusDescription: optional(name),
  accountId: name,
  schemaName: name,
});
const events = fc.oneof(
  fc.array(event, { maxLength: 12 }),
  // The same long text in each field.
  name.map((text) =>
    Array.from({ length: 20 }, (_, index) => {
      const long = cutAt(`${index % 12}${text}`, 512);
      const status = index < 8 ? 'INGESTION_COMPLETED_EVENT_NOT_METERED' : long;
      return {
        identity: undefined,
        referenceId: long,
        id: `${long}.`,
        createdAt: AT,
        timestamp: AT,
        status,
        statusDescription: long,
        accountId: long,
        schemaName: long,
      };
    }),
  ),
);

/** The details of a sample, as Togai gives them. */
const why: fc.Arbitrary<Explanation> = fc
  .record({
    status: statusName,
    statusDescription: optional(name),
    pipeline: optional(
      fc.record({
        usageMeters: optional(
          fc.array(
            fc.record({
              name,
              status: fc.constantFrom('PROCESSED_FILTERED_OUT', 'PROCESSED_UNITS_COMPUTED'),
            }),
            { maxLength: 4 },
          ),
        ),
        pricePlans: optional(
          fc.array(fc.record({ name, cycleEnd: optional(name) }), { maxLength: 2 }),
        ),
      }),
    ),
  })
  .map(explain);

const count = fc.integer({ min: 0, max: 1e12 });
/** Within a year before the message. */
const time = fc.nat(1_000 * HOUR_MS).map((ms) => AT - ms);

const account: fc.Arbitrary<AccountFacts> = fc.record({
  name,
  lost: count,
  total: fc.option(count),
  onset: time,
  onsetUntil: optional(time),
  onsetOrEarlier: fc.boolean(),
  endedAt: optional(time),
  stoppedAt: optional(time),
  isNews: fc.boolean(),
});

const kinds = ['opened', 'escalated', 'changed', 'reminder', 'resolved', 'closed'] as const;

/** A notification of an incident about events with hostile texts. */
export const incident: fc.Arbitrary<Notification> = fc
  .record({
    rule: fc.constantFrom(...rules),
    kind: fc.constantFrom(...kinds),
    sequence: fc.integer({ min: 1, max: 3 }),
    nature: fc.constantFrom('loss' as const, 'level' as const),
    buckets: fc.array(events, { minLength: 1, maxLength: 3 }),
    value: fc.double({ min: 0, max: 1e12, noNaN: true }),
    incomplete: fc.boolean(),
    because: optional(name),
    facts: fc.record({
      accounts: fc.array(account, { maxLength: 6 }),
      moreAccounts: fc.nat(500),
      moreLost: count,
      othersLost: count,
      lost: count,
      total: count,
      onset: time,
      onsetUntil: optional(time),
      onsetOrEarlier: fc.boolean(),
      endedAt: optional(time),
      isAgain: fc.boolean(),
      groups: fc.array(name, { maxLength: 10 }),
      lately: optional(fc.record({ now: count, before: count })),
      goesOn: optional(fc.boolean()),
      since: count,
      worth: optional(
        fc.record({
          amount: fc.double({ min: 0.001, max: 1e12, noNaN: true }),
          // Without an account there is no worth.
          accounts: count.map((others) => others + 1),
          of: count,
        }),
      ),
      cycleEnd: optional(time),
      unaffected: fc.option(fc.record({ accounts: count, events: count })),
      why: fc.array(why, { maxLength: 3 }),
    }),
  })
  .map(({ rule, kind, sequence, nature, buckets, value, incomplete, because, facts }) => {
    const pieces = buckets.map((bucket) => {
      const counter = createCounter({ accounts: new Set(), schemas: new Set() });
      for (const one of bucket) counter.add(one);
      return { counts: counter.finish() };
    });
    const ended = kind === 'closed' ? { kind, because } : undefined;
    const about = {
      ...factsOf(rule, value, pieces, incomplete),
      ...facts,
      nature,
      ...(ended && { ended }),
    };
    return notificationOf(rule, kind, sequence, about);
  });

/** The facts of an incident of one rule, without accounts. */
export function factsOf(
  rule: Threshold,
  value: number,
  pieces: Parameters<typeof summarise>[1],
  incomplete: boolean,
): IncidentFacts {
  const { by, operator, limit, unit, subject } = rule;
  return {
    subject: printSubject(subject),
    nature: 'loss',
    threshold: printThreshold(rule),
    by,
    operator,
    limit,
    unit,
    value,
    worst: value,
    events: Math.floor(value),
    percent: value % 100,
    base: 100,
    window: { start: AT - HOUR_MS, end: AT },
    onset: AT - HOUR_MS,
    isAgain: false,
    lost: Math.floor(value),
    total: 0,
    accounts: [],
    moreAccounts: 0,
    moreLost: 0,
    othersLost: 0,
    groups: [],
    lately: { now: 0, before: 0 },
    since: 0,
    unaffected: null,
    why: [],
    summary: summarise(mergeCounts(pieces.map(({ counts }) => counts)), pieces, {
      matches: subjectMatcher(subject),
      incomplete,
    }),
  };
}

export function notificationOf(
  { severity }: Threshold,
  kind: (typeof kinds)[number],
  sequence: number,
  about: IncidentFacts,
): Notification {
  return {
    id: `u-7k2f.${sequence}.${kind}.${severity}`,
    kind,
    at: AT + MINUTE_MS,
    severity,
    incidentId: 'u-7k2f',
    sequence,
    reason: 'The threshold is breached.',
    about,
  };
}

/** A notification about the monitor itself, with any quoted text. */
export const ofItself: fc.Arbitrary<Notification> = fc
  .record({
    kind: fc.constantFrom('opened', 'reminder', 'resolved', 'closed', 'notice', 'test'),
    reason: fc.oneof(
      anyLength,
      fc.constantFrom('&', '<', '*', '\u0001').map((text) => text.repeat(1_000)),
    ),
    onset: time,
  })
  .map(({ kind, reason, onset }) => {
    const facts = { kind, at: AT, severity: 'critical', sequence: 1, reason } as const;
    if (kind === 'test') return { ...facts, id: 'test-1' };
    if (kind === 'notice') {
      return { ...facts, id: 'gap-1', topic: 'gap', range: { start: onset, end: AT } };
    }
    const failure = { kind: 'cannot_count', onset } as const;
    return { ...facts, id: `m-8r6t.1.${kind}.critical`, incidentId: 'm-8r6t', failure };
  });
