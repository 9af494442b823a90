import {
  type RenderedMessage,
  renderMessage,
} from '../../functions/monitor/notifications/formats/message.ts';
import { RUNBOOK_URL } from '../../functions/monitor/notifications/formats/message-settings.ts';
import { chatHtml, escapeHtml } from './chat-html.ts';
import { exampleNotifications } from './example-notifications.ts';
import { STYLE } from './style.ts';

const LINKS = {
  dashboardUrl: 'https://console.aws.amazon.com/cloudwatch/home#dashboards/dashboard/unmetered',
  runbookUrl: RUNBOOK_URL,
};

const TITLES: readonly (readonly [keyof ReturnType<typeof exampleNotifications>, string])[] = [
  ['opened', 'Opened'],
  ['changed', 'Changed'],
  ['reminder', 'Reminder'],
  ['resolved', 'Resolved'],
  ['openedMany', 'Opened: many accounts'],
  ['resolvedMany', 'Resolved: many accounts'],
  ['escalated', 'Escalated'],
  ['closed', 'Closed'],
  ['beganAndEnded', 'Resolved: it began and ended'],
  ['level', 'Opened: a share of events'],
  ['broken', 'Monitoring is broken'],
  ['works', 'Monitoring works again'],
  ['nothingArrives', 'No event arrives'],
  ['digest', 'Notice: the week'],
  ['watching', 'Notice: the first sign of life'],
  ['silence', 'Notice: a silence'],
  ['gap', 'Notice: a gap'],
  ['test', 'Test'],
];

/** One HTML page of all example notifications. It loads no other file. */
export function renderPage(): string {
  const examples = exampleNotifications();
  const sections = TITLES.map(([name, title]) =>
    section(title, renderMessage(examples[name], LINKS)),
  );
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
<p>One week of one company, as each kind of subscriber gets it.</p>
</header>
${sections.join('\n')}
</body>
</html>
`;
}

function section(title: string, message: RenderedMessage): string {
  return `<section>
<h2>${title}</h2>
<div class="formats">
<article class="email"><h3>Email</h3><p class="subject">${escapeHtml(message.subject)}</p><pre>${escapeHtml(message.email)}</pre></article>
<div class="side">
<article class="chat"><h3>Chat</h3>${chatCard(message.chat)}</article>
<article class="sms"><h3>SMS</h3><p class="bubble">${escapeHtml(message.sms)}</p></article>
</div>
</div>
<details><summary>JSON</summary><pre>${escapeHtml(JSON.stringify(JSON.parse(message.json), null, 2))}</pre></details>
</section>`;
}

function chatCard(chat: string): string {
  const { content } = JSON.parse(chat) as {
    content: { title: string; description: string; nextSteps: string[] };
  };
  const steps = content.nextSteps.map((step) => `<li>${chatHtml(step)}</li>`).join('');
  const list = steps === '' ? '' : `<ul>${steps}</ul>`;
  return `<div class="card"><p class="title">${chatHtml(content.title)}</p><p>${chatHtml(content.description)}</p>${list}</div>`;
}
