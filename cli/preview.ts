import { writeFile } from 'node:fs/promises';
import { SettingError } from '../functions/monitor/errors.ts';
import type { RenderedMessage } from '../functions/monitor/notifications/formats/message.ts';
import { renderMessage } from '../functions/monitor/notifications/formats/message.ts';
import {
  type AlertFacts,
  monitorNotification,
  type Notification,
  type NotificationKind,
  testNotification,
} from '../functions/monitor/notifications/notification.ts';
import type { Explanation } from '../functions/monitor/notifications/why-not-billed.ts';
import { MINUTE_MS } from '../functions/monitor/timeline/time.ts';

/** Fixed data, so that the page is the same every time. */
const AT = Date.UTC(2026, 2, 2, 9, 45);
const FIRED_AT = AT - 25 * MINUTE_MS;

const ABOUT: AlertFacts = {
  threshold: 'unmetered >= 5% critical',
  subject: 'unmetered',
  by: undefined,
  value: 6.1,
  limit: 5,
  unit: 'percent',
  events: 412,
  percent: 6.1,
  peak: 6.4,
  groups: [],
  moreGroups: 0,
  earlierGroups: [],
  joined: [],
  window: { start: AT - 65 * MINUTE_MS, end: AT - 5 * MINUTE_MS },
  firedAt: FIRED_AT,
  resolvedAt: undefined,
  speaksFor: ['unmetered >= 10'],
  summary: {
    total: 6_802,
    byStatus: [
      ['INGESTION_COMPLETED_EVENT_METERED', 6_310],
      ['INGESTION_COMPLETED_EVENT_NOT_METERED', 401],
      ['INGESTION_IN_PROGRESS', 64],
      ['INGESTION_FAILED_DUPLICATE_EVENT', 16],
      ['INGESTION_COMPLETED_NO_MATCHING_METERS', 11],
    ],
    topAccounts: [
      { name: 'acme', unmetered: 398, failed: 0, total: 1_204 },
      { name: 'globex <eu>', unmetered: 9, failed: 0, total: 877 },
      { name: 'initech', unmetered: 5, failed: 0, total: 640 },
    ],
    topSchemas: [
      { name: 'api_call', unmetered: 260, failed: 0, total: 3_410 },
      { name: 'message_sent', unmetered: 152, failed: 0, total: 3_392 },
    ],
    descriptions: [
      {
        text: 'The event was ingested, but its account has no price plan at that time.',
        events: 401,
      },
      { text: 'No usage meter matches the event.', events: 11 },
    ],
    samples: [
      {
        referenceId: 'event.1.tb9n2o.0',
        id: 'e-tb9n2o-0',
        createdAt: AT - 6 * MINUTE_MS,
        status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
        accountId: 'acme',
        schemaName: 'api_call',
      },
    ],
    perBucket: [0, 1, 0, 0, 12, 38, 61, 70, 66, 58, 54, 52],
    ignored: 0,
    malformed: 0,
    truncated: false,
    incomplete: false,
  },
};

const BY_ACCOUNT: AlertFacts = {
  ...ABOUT,
  threshold: 'unmetered by account >= 50% critical',
  by: 'account',
  value: 91,
  limit: 50,
  groups: [
    { name: 'acme', value: 56.5, events: 398 },
    { name: 'umbrella', value: 91, events: 31 },
  ],
  joined: ['umbrella'],
  speaksFor: [],
};

const EXPLANATIONS: readonly Explanation[] = [
  {
    status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
    why: 'Usage was computed (api_call_units), but the account has no price plan.',
    next: 'Look at the price plan of the account: was it detached, or did it end? Attach it with a start that covers the events.',
  },
];

/** One of every kind, in the order in which they may come. */
export function sampleNotifications(): Notification[] {
  const alert = (
    kind: NotificationKind,
    reason: string,
    about: AlertFacts,
    atMs = AT,
  ): Notification => ({
    id: `8f3k2a-20260302T0920.${kind}`,
    alertId: '8f3k2a-20260302T0920',
    kind,
    at: atMs,
    severity: 'critical',
    reason,
    about,
  });
  const later = AT + 4 * 60 * MINUTE_MS;
  const end = { resolvedAt: later };
  return [
    testNotification(AT),
    alert('fired', 'the threshold is breached', ABOUT),
    alert('grew', 'others breached the limit too', BY_ACCOUNT),
    alert('reminder', 'it still fires', ABOUT, later),
    alert(
      'resolved',
      '3 windows in a row are ok',
      { ...ABOUT, ...end, value: 0.2, events: 14, percent: 0.2 },
      later,
    ),
    alert('withdrawn', 'its threshold was removed or changed', { ...ABOUT, ...end }, later),
    monitorNotification(
      'failing',
      'run-1k2j3h',
      AT,
      'Togai does not accept the token: usage events could not be counted (3 runs in a row): GET https://api.togai.com/events was answered with 401 ("Credential is not valid"): Togai does not accept the token; put a valid one into the secret',
    ),
    monitorNotification(
      'recovered',
      'run-1k2j3h',
      later,
      'Counting works again, after 4 h. What was missed is being caught up with.',
    ),
    monitorNotification(
      'gap',
      'gap-9d8s7f',
      AT,
      'From 2026-02-27 08:00 to 2026-03-01 09:40 UTC (2 d 1 h) nothing was counted: the monitor did not run, and this is farther back than MaxCatchUpHours.',
    ),
  ];
}

/** @throws SettingError where the file cannot be written */
export async function writePreview(path: string): Promise<void> {
  try {
    await writeFile(path, renderPreview());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(`--out: ${path} cannot be written (${code}); choose another file`, {
      cause: error,
    });
  }
}

/** One page that needs nothing else. */
function renderPreview(): string {
  const context = {
    dashboardUrl: 'https://console.aws.amazon.com/cloudwatch/home#dashboards/dashboard/unmetered',
    runbookUrl: 'https://example.com/runbook',
  };
  const sections = sampleNotifications().map((notification) => {
    const explanations = notification.kind === 'fired' ? EXPLANATIONS : [];
    return section(notification.kind, renderMessage(notification, { ...context, explanations }));
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Unmetered Events Monitor: every notification</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Every notification</h1>
<p>As each kind of subscriber gets it, from fixed data.</p>
</header>
${sections.join('\n')}
</body>
</html>
`;
}

function section(kind: string, message: RenderedMessage): string {
  const slack = JSON.parse(message.slack) as {
    content: { title: string; description: string; nextSteps: string[] };
  };
  const steps = slack.content.nextSteps.map((step) => `<li>${slackHtml(step)}</li>`).join('');
  return `<section>
<h2>${kind}</h2>
<div class="formats">
<article class="email"><h3>Email</h3><p class="subject">${escapeHtml(message.subject)}</p><pre>${escapeHtml(message.email)}</pre></article>
<div class="side">
<article class="slack"><h3>Slack</h3><div class="card"><p class="title">${slackHtml(slack.content.title)}</p><p>${slackHtml(slack.content.description).replaceAll('\n', '<br>')}</p>${steps === '' ? '' : `<ul>${steps}</ul>`}</div></article>
<article class="sms"><h3>SMS</h3><p class="bubble">${escapeHtml(message.sms)}</p></article>
</div>
</div>
<details><summary>JSON</summary><pre>${escapeHtml(JSON.stringify(JSON.parse(message.json), null, 2))}</pre></details>
</section>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const EMOJI: Readonly<Record<string, string>> = {
  ':rotating_light:': '🚨',
  ':warning:': '⚠️',
  ':white_check_mark:': '✅',
};

/** Slack's own escapes are the same as those of HTML, so its text can be shown as it is. */
function slackHtml(text: string): string {
  return text
    .replace(
      /<(https?:[^|>]+)\|([^>]+)>/g,
      (_, url: string, label: string) => `<a href="${escapeHtml(url)}">${label}</a>`,
    )
    .replace(/:[a-z_]+:/g, (name) => EMOJI[name] ?? name)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replace(/(^|\n)_([^_\n]+)_/g, '$1<i>$2</i>');
}

const STYLE = `
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --text: #1d2430; --dim: #5d6675; --line: #d9dee6; --accent: #b42318; --code: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --bg: #0e1116; --card: #171b22; --text: #e6e9ef; --dim: #98a2b3; --line: #2b323d; --accent: #ff8a7a; --code: #232a34; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 24px 20px 64px; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; }
header p { margin: 4px 0 0; color: var(--dim); }
h2 { margin: 36px 0 10px; font-size: 19px; text-transform: capitalize; }
h3 { margin: 0 0 8px; font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
.formats { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 14px; align-items: start; }
.side { display: grid; gap: 14px; }
article { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 ui-monospace, monospace; }
.subject { margin: 0 0 10px; padding-bottom: 10px; border-bottom: 1px solid var(--line); font-weight: 600; overflow-wrap: anywhere; }
.card { padding-left: 12px; border-left: 4px solid var(--accent); overflow-wrap: anywhere; }
.card p { margin: 0 0 8px; }
.card .title { font-weight: 700; }
.card ul { margin: 8px 0 0; padding-left: 18px; }
code { padding: 1px 4px; border-radius: 4px; background: var(--code); font: 12.5px ui-monospace, monospace; overflow-wrap: anywhere; }
.bubble { display: inline-block; margin: 0; padding: 8px 12px; border-radius: 14px; background: var(--code); overflow-wrap: anywhere; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--dim); }
details pre { margin-top: 8px; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
@media (max-width: 760px) { .formats { grid-template-columns: minmax(0, 1fr); } body { padding: 16px 12px 48px; } }
`;
