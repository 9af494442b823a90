import fc from 'fast-check';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { mergeCounts } from '../../functions/monitor/events/merge-counts.ts';
import { alertIdOf } from '../../functions/monitor/incidents/alert.ts';
import {
  alertNotification,
  monitorNotification,
  type Notification,
} from '../../functions/monitor/notifications/notification.ts';
import { summarise } from '../../functions/monitor/notifications/window-summary.ts';
import { keptName } from '../../functions/monitor/text/kept-name.ts';
import { cutAt } from '../../functions/monitor/text/text.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import {
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
export const name = anyLength.map((text) => cutAt(text, 512));
export const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
export const statusName = fc.oneof(
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

/** A notification of an alert about events with hostile texts. */
export const alert: fc.Arbitrary<Notification> = fc
  .record({
    rule: fc.constantFrom(...rules),
    kind: fc.constantFrom('fired', 'grew', 'reminder', 'resolved', 'withdrawn'),
    buckets: fc.array(events, { minLength: 1, maxLength: 3 }),
    groups: fc.array(name, { maxLength: 12 }),
    earlier: fc.array(name, { maxLength: 12 }),
    joined: fc.array(name, { maxLength: 12 }),
    value: fc.double({ min: 0, max: 1e12, noNaN: true }),
    lasted: fc.nat(1_000 * HOUR_MS),
    over: fc.boolean(),
    incomplete: fc.boolean(),
    speaksFor: fc.subarray(rules),
  })
  .map(
    ({
      rule,
      kind,
      buckets,
      groups,
      earlier,
      joined,
      value,
      lasted,
      over,
      incomplete,
      speaksFor,
    }) =>
      notificationOf(rule, kind, {
        groups: groups.map((group) => ({ name: group, value, events: Math.floor(value) })),
        earlier: earlier.map((group) => ({ name: group, value, events: Math.floor(value) })),
        joined,
        value,
        firedAt: AT - lasted,
        endedAt: over ? AT : undefined,
        pieces: buckets.map((bucket) => {
          const counter = createCounter({ accounts: new Set(), schemas: new Set() });
          for (const one of bucket) counter.add(one);
          return { counts: counter.finish() };
        }),
        incomplete,
        speaksFor: speaksFor.map(printThreshold),
      }),
  );

export function notificationOf(
  rule: Threshold,
  kind: Parameters<typeof alertNotification>[1]['kind'],
  facts: {
    groups: { name: string; value: number; events: number }[];
    earlier: { name: string; value: number; events: number }[];
    joined: string[];
    value: number;
    firedAt: number;
    endedAt: number | undefined;
    pieces: Parameters<typeof summarise>[1];
    incomplete: boolean;
    speaksFor: string[];
  },
): Notification {
  const { groups, earlier, joined, value, firedAt, endedAt, pieces, incomplete } = facts;
  const summary = summarise(mergeCounts(pieces.map(({ counts }) => counts)), pieces, {
    matches: subjectMatcher(rule.subject),
    incomplete,
  });
  const decision = {
    kind,
    reason: 'the threshold is breached',
    joined,
    endedAt,
    firing: {
      alertId: alertIdOf(printThreshold(rule), firedAt),
      firedAt,
      breachedAt: AT,
      severity: rule.severity,
      peak: value,
      groups: earlier.map(({ name }) => keptName(name)),
      notified: true,
      overruled: false,
      notifiedGroups: [],
      okEnds: [],
    },
  };
  const window = { start: AT - HOUR_MS, end: AT };
  const notified = {
    window,
    value,
    groups,
    events: Math.floor(value),
    percent: value % 100,
    summary,
  };
  return alertNotification(rule, decision, notified, AT + MINUTE_MS, facts.speaksFor);
}

/** A notification about the monitor itself, with any quoted text. */
export const ofItself: fc.Arbitrary<Notification> = fc
  .tuple(
    fc.constantFrom('failing', 'recovered', 'gap', 'test'),
    fc.oneof(
      anyLength,
      fc.constantFrom('&', '<', '*', '\u0001').map((text) => text.repeat(1_000)),
    ),
  )
  .map(([kind, reason]) => monitorNotification(kind, `${kind}-20261118T1200`, AT, reason));
