import fc from 'fast-check';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import { explain } from '../../functions/monitor/notifications/cause-and-next-step-from-sample.ts';
import type { RenderContext } from '../../functions/monitor/notifications/formats/message-settings.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { cutAt } from '../../functions/monitor/text/text.ts';
import { AT, factsOf, incident, notificationOf, ofItself, rules } from './any-notification.ts';
import { anyLength } from './texts.ts';

export const DASHBOARD = 'https://example.com/dashboard';
export const RUNBOOK = 'https://example.com/runbook?a=1&b=2';

const context: fc.Arbitrary<RenderContext> = fc.record({
  dashboardUrl: fc.constantFrom('', DASHBOARD),
  runbookUrl: fc.constantFrom('', RUNBOOK),
});

export const notification = fc.oneof(
  { weight: 3, arbitrary: incident },
  { weight: 1, arbitrary: ofItself },
);

/** Texts that need much room in one of the formats. */
const large = fc.oneof(
  fc.constantFrom('&', '<', '"', '\\', '\u0001', '\ud800', '\u{1f695}', '\u{10fffd}', 'x', '*'),
  anyLength,
);

/** A message with the longest foreign text in each place, and with as many of them as possible. */
const largest: fc.Arbitrary<[Notification, RenderContext]> = fc
  .tuple(
    fc.constantFrom(...rules),
    large,
    fc.constantFrom('opened' as const, 'changed' as const, 'closed' as const),
    fc.constantFrom('loss' as const, 'level' as const),
  )
  .filter(([, text]) => text !== '')
  .map(([rule, text, kind, nature]) => {
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
    const usageMeters = [0, 1, 2, 3].map((index) => ({
      name: long(index),
      status: 'PROCESSED_FILTERED_OUT',
    }));
    const explanation = explain({
      status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
      statusDescription: long(0),
      pipeline: { usageMeters, pricePlans: [] },
    });
    const about = {
      ...factsOf(rule, 1e12, [{ counts: counter.finish() }], true),
      nature,
      accounts: Array.from({ length: 25 }, (_, index) => ({
        name: long(index),
        lost: 1e12,
        total: 1e12,
        onset: AT,
        isNews: true,
      })),
      groups: Array.from({ length: 10 }, (_, index) => long(index)),
      why: Array.from({ length: 3 }, () => ({ ...explanation, next: cutAt(long(1), 400) })),
      ended: { kind: 'closed' as const, because: long(1) },
    };
    return [notificationOf(rule, kind, 2, about), { dashboardUrl: DASHBOARD, runbookUrl: RUNBOOK }];
  });

export const message = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(notification, context) },
  { weight: 1, arbitrary: largest },
);
