import fc from 'fast-check';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { EventDetails } from '../../functions/monitor/events/event-details.ts';
import type { RenderContext } from '../../functions/monitor/notifications/formats/context.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { explain } from '../../functions/monitor/notifications/why-not-billed.ts';
import { cutAt } from '../../functions/monitor/text/text.ts';
import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import {
  AT,
  alert,
  name,
  notificationOf,
  ofItself,
  optional,
  rules,
  statusName,
} from './any-notification.ts';
import { anyLength } from './texts.ts';

export const DASHBOARD = 'https://example.com/dashboard';
export const RUNBOOK = 'https://example.com/runbook?a=1&b=2';

const details: fc.Arbitrary<EventDetails> = fc.record({
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
});
const context: fc.Arbitrary<RenderContext> = fc.record({
  dashboardUrl: fc.constantFrom('', DASHBOARD),
  runbookUrl: fc.constantFrom('', RUNBOOK),
  explanations: fc.array(details.map(explain), { maxLength: 3 }),
});

export const notification = fc.oneof(
  { weight: 3, arbitrary: alert },
  { weight: 1, arbitrary: ofItself },
);

/** Texts that need much room in one of the formats. */
const large = fc.oneof(
  fc.constantFrom('&', '<', '"', '\\', '\u0001', '\ud800', '\u{1f695}', '\u{10fffd}', 'x', '*'),
  anyLength,
);

/** A message with the longest foreign text in each place, and with as many of them as possible. */
const largest: fc.Arbitrary<[Notification, RenderContext]> = fc
  .tuple(fc.constantFrom(...rules), large, fc.boolean())
  .filter(([, text]) => text !== '')
  .map(([rule, text, resolved]) => {
    const long = (index: number) => cutAt(index + text.repeat(Math.ceil(1_024 / text.length)), 512);
    const counter = createCounter({ accounts: new Set(), schemas: new Set() });
    for (let index = 0; index < 20; index++) {
      counter.add({
        identity: undefined,
        referenceId: long(index),
        id: `${long(index)}.`,
        createdAt: AT,
        timestamp: AT,
        status: index < 8 ? 'INGESTION_COMPLETED_EVENT_NOT_METERED' : long(index),
        statusDescription: long(index),
        accountId: long(index),
        schemaName: long(index),
      });
    }
    const groups = Array.from({ length: 12 }, (_, index) => ({
      name: long(index),
      value: 1e12,
      events: 1e12,
    }));
    const notified = notificationOf(rule, resolved ? 'resolved' : 'fired', {
      groups: resolved ? [] : groups,
      earlier: groups,
      joined: groups.map(({ name }) => name),
      value: 1e12,
      firedAt: AT - HOUR_MS,
      endedAt: resolved ? AT : undefined,
      pieces: [{ counts: counter.finish() }],
      incomplete: true,
      speaksFor: rules.map(printThreshold),
    });
    const usageMeters = [0, 1, 2, 3].map((index) => ({
      name: long(index),
      status: 'PROCESSED_FILTERED_OUT',
    }));
    const explanation = explain({
      status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
      statusDescription: long(0),
      pipeline: { usageMeters, pricePlans: [] },
    });
    const explanations = Array(3).fill({ ...explanation, next: cutAt(long(1), 400) });
    return [notified, { dashboardUrl: DASHBOARD, runbookUrl: RUNBOOK, explanations }];
  });

export const message = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(notification, context) },
  { weight: 1, arbitrary: largest },
);
