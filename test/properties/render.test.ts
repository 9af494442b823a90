import { readFileSync } from 'node:fs';
import type { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCounter } from '../../functions/monitor/events/counter.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { EventDetails } from '../../functions/monitor/events/event-details.ts';
import { alertIdOf } from '../../functions/monitor/incidents/alert.ts';
import { createSnsPublisher } from '../../functions/monitor/notifications/delivery/sns-publisher.ts';
import type { RenderContext } from '../../functions/monitor/notifications/formats/context.ts';
import {
  renderMessage,
  renderPlainLine,
} from '../../functions/monitor/notifications/formats/message.ts';
import {
  alertNotification,
  monitorNotification,
  type Notification,
} from '../../functions/monitor/notifications/notification.ts';
import { explain } from '../../functions/monitor/notifications/why-not-billed.ts';
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
import { holdsAlways } from './cases.ts';
import { anyLength, BREAKS_LINES } from './texts.ts';

const AT = Date.UTC(2026, 10, 18, 12);
const DASHBOARD = 'https://example.com/dashboard';
const RUNBOOK = 'https://example.com/runbook?a=1&b=2';

const rules = parseThresholds(
  `unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed by schema > 3, unknown >= 1, total < 1 for 30m, INGESTION_FAILED_* >= 10, *${'A*'.repeat(400)} >= 1`,
);
const signal = new AbortController().signal;

/** As much of a text as is kept of any name that comes in. */
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
  // One text wherever there can be one, as large as can be.
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

/** What is known of an alert, from events of hostile content on. */
const alert: fc.Arbitrary<Notification> = fc
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
        bucketCounts: buckets.map((bucket) => {
          const counter = createCounter({ accounts: new Set(), schemas: new Set() });
          for (const one of bucket) counter.add(one);
          return counter.finish();
        }),
        incomplete,
        speaksFor: speaksFor.map(printThreshold),
      }),
  );

function notificationOf(
  rule: Threshold,
  kind: Parameters<typeof alertNotification>[1]['kind'],
  facts: {
    groups: { name: string; value: number; events: number }[];
    earlier: { name: string; value: number; events: number }[];
    joined: string[];
    value: number;
    firedAt: number;
    endedAt: number | undefined;
    bucketCounts: Parameters<typeof summarise>[0];
    incomplete: boolean;
    speaksFor: string[];
  },
): Notification {
  const { groups, earlier, joined, value, firedAt, endedAt, bucketCounts, incomplete } = facts;
  const summary = summarise(bucketCounts, subjectMatcher(rule.subject), incomplete);
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

/** What the monitor says of itself, quoting whatever came back from wherever. */
const ofItself: fc.Arbitrary<Notification> = fc
  .tuple(
    fc.constantFrom('failing', 'recovered', 'gap', 'test'),
    fc.oneof(
      anyLength,
      fc.constantFrom('&', '<', '*', '\u0001').map((text) => text.repeat(1_000)),
    ),
  )
  .map(([kind, reason]) => monitorNotification(kind, `${kind}-20261118T1200`, AT, reason));

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

const notification = fc.oneof({ weight: 3, arbitrary: alert }, { weight: 1, arbitrary: ofItself });

/** What takes most room in one format or another. */
const large = fc.oneof(
  fc.constantFrom('&', '<', '"', '\\', '\u0001', '\ud800', '\u{1f695}', '\u{10fffd}', 'x', '*'),
  anyLength,
);

/** One text, as long as can be, wherever a text of somebody else can be, and as many of them as there can be. */
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
      bucketCounts: [counter.finish()],
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

const message = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(notification, context) },
  { weight: 1, arbitrary: largest },
);
const COST = 40;

const validate = new Ajv({ strict: true, formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync(new URL('../../docs/notification.schema.json', import.meta.url), 'utf8')),
);

/** Every text in a JSON value, keys included. */
function textsIn(json: unknown): string[] {
  if (typeof json === 'string') return [json];
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => [key, ...textsIn(value)]);
}

describe('whatever comes in,', () => {
  test('a subject is one line of ASCII, under 100 characters', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        expect(renderMessage(notified, links).subject).toMatch(/^[A-Z][\x20-\x7e]{0,98}$/);
      }),
      COST,
    ));

  test('a text message is one line of ASCII that one message holds', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        expect(renderMessage(notified, links).sms).toMatch(/^[\x20-\x7e]{1,140}$/);
      }),
      COST,
    ));

  test('an email holds nothing that moves, hides or breaks text, and is not too long to read', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { email } = renderMessage(notified, links);
        expect(email).not.toMatch(/[^\P{C}\n\p{Cn}]|\p{Zl}|\p{Zp}/u);
        expect(Array.from(email).length).toBeLessThanOrEqual(8_050);
      }),
      COST,
    ));

  test('Slack gets the custom notification of Amazon Q, within what Slack takes', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const slack = JSON.parse(renderMessage(notified, links).slack);
        expect(slack).toMatchObject({
          version: '1.0',
          source: 'custom',
          id: notified.id,
          content: { textType: 'client-markdown' },
          metadata: { threadId: notified.alertId },
        });
        const { title, description, nextSteps } = slack.content;
        expect(title.length).toBeLessThanOrEqual(170);
        expect(slack.metadata.summary.length).toBeLessThanOrEqual(150);
        expect(description.length).toBeLessThanOrEqual(2_500);
        expect(Math.max(0, ...nextSteps.map((step: string) => step.length))).toBeLessThan(2_500);
      }),
      COST,
    ));

  test('Slack gets something to read', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { description } = JSON.parse(renderMessage(notified, links).slack).content;
        const said = notified.reason.trim() === '' ? /^/ : /^(?!\n_Cut)/;
        expect(description).toMatch(said);
      }),
      COST,
    ));

  test('nothing in Slack mentions, links or formats but what this monitor wrote', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const slack = JSON.parse(renderMessage(notified, links).slack);
        for (const text of textsIn(slack)) {
          const own = text
            .replace(`<${RUNBOOK}|Runbook>`, '')
            .replace(`<${DASHBOARD}|Dashboard>`, '')
            // What nothing visible holds apart from what is before it.
            .replace(/\u200b(?:[*_~`]|:\/\/)/g, '');
          expect(own).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
          // In backquotes it is shown as it is; outside of them it would become a link.
          expect(own.replace(/`[^`\n]*`/g, '')).not.toContain('://');
          expect((own.match(/`/g) ?? []).length % 2).toBe(0);
        }
      }),
      COST,
    ));

  test('no text in Slack holds controls, halves of characters or lines that are not its own', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { content, ...rest } = JSON.parse(renderMessage(notified, links).slack);
        const lines = content.description.split('\n');
        for (const text of textsIn([rest, { ...content, description: lines }])) {
          expect(text).not.toMatch(BREAKS_LINES);
        }
      }),
      COST,
    ));

  test('machines get the JSON that its schema describes', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const json = JSON.parse(renderMessage(notified, links).json);
        validate(json);
        expect(validate.errors ?? []).toEqual([]);
      }),
      COST,
    ));

  test('machines get it on one line that a terminal can show', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        expect(renderMessage(notified, links).json).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      COST,
    ));

  test('machines get names as they are, or in a large message their beginnings', () =>
    holdsAlways(
      fc.property(message, ([notified, links]) => {
        const { json } = renderMessage(notified, links);
        const { summary, groups } = JSON.parse(json);
        const given = [...groups, ...(summary?.topAccounts ?? []), ...(summary?.topSchemas ?? [])];
        const { about } = notified;
        const known = about
          ? [...about.groups, ...about.summary.topAccounts, ...about.summary.topSchemas]
          : [];
        expect(given).toHaveLength(known.length);
        for (const [index, { name }] of given.entries()) {
          const whole = known[index]?.name ?? '';
          if (json.length < 6_000) expect(name).toBe(whole);
          else expect(whole.startsWith(name.replace(/…$/, ''))).toBe(true);
        }
      }),
      COST,
    ));

  test('SNS takes the whole message', async () => {
    await holdsAlways(
      fc.asyncProperty(message, async ([notified, links]) => {
        const sent: PublishCommand[] = [];
        const client = { send: async (command: PublishCommand) => sent.push(command) };
        const publisher = createSnsPublisher(client as unknown as SNSClient, 'topic');
        await publisher.publish(renderMessage(notified, links), signal);
        const { Message, Subject, MessageAttributes } = sent[0]?.input ?? {};
        const attributes = JSON.stringify(MessageAttributes);
        const bytes = [Message, Subject, attributes].map((text) => Buffer.byteLength(text ?? ''));
        expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(256 * 1024);
      }),
      COST,
    );
  });

  test('what is left to say when all else was refused is one line of ASCII', () =>
    holdsAlways(
      fc.property(notification, (notified) => {
        const { email, slack, json, sms } = renderPlainLine(notified);
        expect([email, slack, json, sms]).toEqual(Array(4).fill(email));
        expect(email).toMatch(/^[\x20-\x7e]{1,250}$/);
      }),
      COST,
    ));
});
