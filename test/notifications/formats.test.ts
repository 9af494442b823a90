import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleNotifications } from '../../cli/preview.ts';
import type { Firing } from '../../functions/monitor/incidents/alert.ts';
import {
  renderMessage,
  renderPlainLine,
} from '../../functions/monitor/notifications/formats/message.ts';
import {
  alertNotification,
  type Notification,
} from '../../functions/monitor/notifications/notification.ts';
import { explain } from '../../functions/monitor/notifications/why-not-billed.ts';
import { keptName } from '../../functions/monitor/text/kept-name.ts';
import { cutAt } from '../../functions/monitor/text/text.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';

const CONTEXT = { dashboardUrl: 'https://example.com/d', runbookUrl: '', explanations: [] };
const samples = new Map(sampleNotifications().map((sample) => [sample.kind, sample]));
const fired = samples.get('fired') as Notification;

/** A fired alert in which everything that comes from events is this text. */
function hostile(untrimmed: string, by: 'account' | undefined = undefined): Notification {
  // As long as facts ever are.
  const text = cutAt(untrimmed, 120);
  const about = fired.about as NonNullable<Notification['about']>;
  const group = { name: text, value: 99.123, events: 1_000_000 };
  const top = { name: text, unmetered: 5, failed: 5, total: 10 };
  return {
    ...fired,
    about: {
      ...about,
      by,
      groups: by ? Array.from({ length: 10 }, () => group) : [],
      moreGroups: 40,
      joined: by ? [text] : [],
      summary: {
        ...about.summary,
        byStatus: Array.from({ length: 12 }, () => [text, 5] as const),
        topAccounts: Array.from({ length: 5 }, () => top),
        topSchemas: Array.from({ length: 5 }, () => top),
        descriptions: Array.from({ length: 3 }, () => ({ text: cutAt(untrimmed, 250), events: 4 })),
        samples: Array.from({ length: 5 }, () => ({
          referenceId: text,
          id: text,
          createdAt: 0,
          status: text,
          accountId: text,
          schemaName: text,
        })),
      },
    },
  };
}

test('a number that is a lower bound says so, in the subject, the email and Slack', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const bounded = {
    ...fired,
    about: { ...about, summary: { ...about.summary, incomplete: true } },
  };
  const { subject, email, slack } = renderMessage(bounded, CONTEXT);
  expect(subject).toMatch(/^CRITICAL: at least 412 unmetered events in 60 min/);
  expect(email).toMatch(/at least 412 unmetered events/);
  expect(JSON.parse(slack).content.description).toMatch(/at least 412 unmetered events/);
});

function limitsHold(notification: Notification): void {
  const explanations = notification.about
    ? Array.from({ length: 3 }, () => {
        const text = notification.about?.summary.descriptions[0]?.text ?? '';
        const meter = { name: text.repeat(9), status: 'PROCESSED_FILTERED_OUT' };
        const pipeline = { usageMeters: [meter, meter, meter], pricePlans: [] };
        return explain({ status: text, statusDescription: text, pipeline });
      })
    : [];
  const message = renderMessage(notification, { ...CONTEXT, explanations });
  expect(message.subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  expect(message.sms).toMatch(/^[\x20-\x7e]{1,140}$/);
  expect(message.email).not.toMatch(/[^\P{C}\n\p{Cn}]/u);
  const slack = JSON.parse(message.slack).content;
  expect(slack.description.length).toBeLessThanOrEqual(2_500);
  expect(slack.title.length).toBeLessThanOrEqual(200);
  expect(`${slack.title}${slack.description}${slack.nextSteps.join('')}`).not.toMatch(
    /<(?!https:\/\/example\.com)/,
  );
  expect(message.json).not.toContain('\n');
  const envelope = JSON.stringify([
    message.email,
    message.email,
    message.slack,
    message.sms,
    ...Array(4).fill(message.json),
  ]);
  expect(Buffer.byteLength(envelope)).toBeLessThan(256 * 1024);
  expect(message.slack.isWellFormed() && message.email.isWellFormed()).toBe(true);
}

describe('subjects, as a lock screen shows them', () => {
  test.each([
    ['fired', 'CRITICAL: 412 unmetered events in 60 min (6.1%), 398 of them account acme'],
    ['grew', 'CRITICAL, GROWING: also account umbrella, 412 unmetered events in 60 min'],
    [
      'reminder',
      'STILL CRITICAL after 4 h 25 min: 412 unmetered events in 60 min (6.1%), 398 of them account acme',
    ],
    ['resolved', 'RESOLVED after 4 h 25 min: unmetered >= 5% critical (at worst 6.4%)'],
    ['withdrawn', 'WITHDRAWN, not solved: unmetered >= 5% critical'],
    ['failing', /^MONITOR FAILING: Togai does not accept the token: /],
    ['recovered', /^MONITOR RECOVERED: Counting works again, after 4 h/],
    ['gap', /^MONITOR GAP: From 2026-02-27 08:00 to 2026-03-01 09:40 UTC/],
    [
      'test',
      'TEST: Alerts of the unmetered events monitor reach you here. There is nothing to do.',
    ],
  ] as const)('%s', (kind, expected) => {
    const { subject } = renderMessage(samples.get(kind) as Notification, CONTEXT);
    if (typeof expected === 'string') expect(subject).toBe(expected);
    else expect(subject).toMatch(expected);
  });

  test('of an alert by account', () => {
    const { subject } = renderMessage(hostile('acme', 'account'), CONTEXT);
    expect(subject).toBe(
      'CRITICAL: account acme: 1,000,000 unmetered events in 60 min (99.1%), and 49 more',
    );
  });
});

test('the subject names the account with most events of the kind, not with most problems', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const topAccounts = [
    { name: 'noisy', unmetered: 3, failed: 90, total: 100 },
    { name: 'acme', unmetered: 40, failed: 0, total: 100 },
  ];
  const notification = {
    ...fired,
    about: { ...about, summary: { ...about.summary, topAccounts } },
  };
  expect(renderMessage(notification, CONTEXT).subject).toMatch(/, 40 of them account acme$/);
});

test('a share that is not nothing is not shown as nothing', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const notification = { ...fired, about: { ...about, percent: 0.02, value: 0.02 } };
  expect(renderMessage(notification, CONTEXT).subject).toContain('(<0.1%)');
});

test('a small share is escaped in Slack, where < begins a mention', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const notification = { ...fired, about: { ...about, percent: 0.02, value: 0.02 } };
  const { description } = JSON.parse(renderMessage(notification, CONTEXT).slack).content;
  expect(description).toContain('*&lt;0.1%*');
  expect(description).not.toContain('<');
});

test('a title in Slack is cut where escaping makes it long', () => {
  const { content, metadata } = JSON.parse(
    renderMessage(hostile('&'.repeat(40), 'account'), CONTEXT).slack,
  );
  expect(content.title).toMatch(/&amp;…$/);
  expect(metadata.summary.length).toBeLessThanOrEqual(150);
});

test('a reason that escaping makes long is cut in Slack, not left out', () => {
  const failing = samples.get('failing') as Notification;
  const { slack } = renderMessage({ ...failing, reason: '<'.repeat(900) }, CONTEXT);
  expect(JSON.parse(slack).content.description).toMatch(/^(&lt;){500,}…$/);
});

/** An alert that was told of one account. */
function firingFor(group: string): Firing {
  return {
    alertId: fired.alertId,
    firedAt: fired.at,
    breachedAt: fired.at,
    severity: fired.severity,
    peak: 1,
    groups: [group],
    notified: true,
    overruled: false,
    notifiedGroups: [],
    okEnds: [],
  };
}

test('an account with a long name that joins is marked as new', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const name = 'x'.repeat(80);
  const firing = firingFor(keptName(name));
  const [threshold] = parseThresholds('unmetered by account >= 10');
  const joined = [keptName(name)];
  const decision = {
    kind: 'grew',
    reason: 'others breached the limit too',
    firing,
    joined,
  } as const;
  const { window, value, events, percent, summary } = about;
  const groups = [{ name, value: 12, events: 12 }];
  const notified = { window, value, events, percent, summary, groups };
  const notification = alertNotification(threshold as Threshold, decision, notified, fired.at, []);
  expect(renderMessage(notification, CONTEXT).email).toMatch(/x{80}.* - new/);
});

test('an account that breached before is named by no more than any other', () => {
  const about = fired.about as NonNullable<Notification['about']>;
  const firing = firingFor(keptName('x'.repeat(512)));
  const [threshold] = parseThresholds('unmetered by account >= 10');
  const decision = { kind: 'resolved', reason: 'three windows are ok', firing } as const;
  const { window, value, events, percent, summary } = about;
  const notified = { window, value, events, percent, summary, groups: [] };
  const notification = alertNotification(threshold as Threshold, decision, notified, fired.at, []);
  expect(notification.about?.earlierGroups).toEqual([expect.stringMatching(/^x{47}…\w+$/)]);
});

describe('the JSON for machines', () => {
  test('is shown by a terminal as it is, and means what it meant', () => {
    const name = 'a\u009b2J\u202e\u2028\uffff';
    const { json } = renderMessage(hostile(name), CONTEXT);
    expect(json).toContain('a\\u009b2J\\u202e\\u2028\\uffff');
    expect(JSON.parse(json).summary.topAccounts[0].name).toBe(name);
  });

  test('has shorter names where they would make the message larger than SNS takes', () => {
    const name = '\ud800'.repeat(120);
    const { json } = renderMessage(hostile(name, 'account'), CONTEXT);
    expect(Buffer.byteLength(JSON.stringify(json))).toBeLessThanOrEqual(40_000);
    const { summary, at } = JSON.parse(json);
    expect(summary.topAccounts[0].name).toBe(`${'\ud800'.repeat(59)}…`);
    expect(at).toBe(new Date(fired.at).toISOString());
  });
});

describe('text from events is hostile', () => {
  const TEXTS: readonly [name: string, text: string][] = [
    ['a mention of everybody', '<!channel> <@U123> @here'],
    ['Slack formatting', '*bold* _it_ ~no~ `code` ```block```'],
    ['links', 'https://evil.example <https://evil.example|click> [x](https://evil.example)'],
    ['line breaks and headers', 'a\r\nBcc: all@example.com\r\n\r\nbody'],
    ['right-to-left marks', 'abc\u202e\u2066cba\u200f'],
    ['emoji', '🚕'.repeat(300)],
    ['512 characters', 'x'.repeat(512)],
    ['512 wide characters', '株'.repeat(512)],
    ['lone surrogates', '\ud800\udc00\ud800x\udfff'],
    ['nulls and escapes', '\u0000\u001b[31m\u009b'],
    ['quotes and backslashes', '"\\"}{"'.repeat(80)],
    ['combining marks', `a${'\u0301'.repeat(500)}`],
    ['what takes most room in JSON', '\u{10fffd}'.repeat(300)],
    ['nothing', ''],
  ];

  test.each(TEXTS)('%s keep to the limits and break nothing', (_, text) => {
    limitsHold(hostile(text));
    limitsHold(hostile(text, 'account'));
    limitsHold({ ...hostile(text, 'account'), kind: 'grew' });
  });

  test('any text does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        limitsHold(hostile(text, 'account'));
      }),
      { numRuns: 60 },
    );
  });

  test('a mention reaches Slack as text', () => {
    const { slack } = renderMessage(hostile('<!channel>'), CONTEXT);
    expect(slack).toContain('`&lt;!channel&gt;`');
  });

  test('what was cut says so', () => {
    const { slack } = renderMessage(hostile('&'.repeat(500), 'account'), CONTEXT);
    expect(JSON.parse(slack).content.description).toMatch(/Cut; the email says more/);
  });
});

test('every kind has a body for each subscriber', () => {
  for (const notification of samples.values()) limitsHold(notification);
});

test('the plain line says which message it stands for', () => {
  const message = renderPlainLine(fired);
  expect(message.email).toContain(fired.id);
  expect(new Set([message.email, message.slack, message.json, message.sms]).size).toBe(1);
});

test('one thread in Slack from fired to resolved', () => {
  const threads = (['fired', 'reminder', 'resolved'] as const).map(
    (kind) =>
      JSON.parse(renderMessage(samples.get(kind) as Notification, CONTEXT).slack).metadata.threadId,
  );
  expect(new Set(threads).size).toBe(1);
});
