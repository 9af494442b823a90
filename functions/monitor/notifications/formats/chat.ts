import { cutAt, printable } from '../../text/text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import type { RenderContext } from './context.ts';
import { endText, failureLines, lossText, proofText } from './end-sentences.ts';
import { breakUp, escapeText, inert, inertUpTo } from './inert.ts';
import { type Escape, hasSteps, isEnd, isOne, lostShare, monitorHeadline } from './phrases.ts';
import {
  commonText,
  incidentText,
  limitText,
  newsText,
  remarkText,
  silencedText,
  sinceText,
  stoppedText,
  trendText,
  unaffectedText,
  whoText,
} from './sentences.ts';
import { renderSubject } from './subject.ts';

/** Slack refuses sections of more than 3,000 characters. The text that Amazon Q adds has to fit as well. */
const MAX_DESCRIPTION = 2_400;
const MAX_TITLE = 150;
const MAX_NAME = 80;

/**
 * The custom notification of Amazon Q Developer in chat applications. Slack and Teams get the same: plain text, Unicode signs
 * and bare links.
 */
export function renderChat(notification: Notification, context: RenderContext): string {
  const { about, reason } = notification;
  const description = about
    ? escapeText(incidentLines(notification, about).join('\n'))
    : inertUpTo(
        [
          `${monitorHeadline(notification)}: ${printable(reason, 1_000)}`,
          ...failureLines(notification),
        ].join('\n'),
        MAX_DESCRIPTION,
      );
  return customNotification(notification, {
    description: cutLines(description),
    nextSteps: nextSteps(notification, context),
  });
}

/** The same notification with one plain line as its text. */
export function renderPlainChat(notification: Notification, line: string): string {
  return customNotification(notification, { description: inertUpTo(line, MAX_DESCRIPTION) });
}

function customNotification(
  notification: Notification,
  text: { readonly description: string; readonly nextSteps?: readonly string[] },
): string {
  const { kind, severity, about, failure, incidentId, id } = notification;
  const isShort = (subject: string) => inert(subject).length <= MAX_TITLE;
  const subject = inertUpTo(renderSubject(notification, isShort), MAX_TITLE);
  const keyword = about ? inert(cutAt(about.subject, 60)) : failure ? 'monitor' : kind;
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: `${signOf(notification)} ${subject}`,
      ...text,
      keywords: [severity, keyword],
    },
    metadata: { threadId: incidentId ?? id, summary: subject, eventType: kind },
  });
}

function signOf({ kind, severity, incidentId }: Notification): string {
  if (kind === 'resolved') return '✅';
  if (kind === 'closed' || incidentId === undefined) return '⚪';
  return severity === 'critical' ? '🔴' : '🟠';
}

function incidentLines(notification: Notification, about: IncidentFacts): string[] {
  const lines = isEnd(notification)
    ? endLines(notification, about)
    : openLines(notification, about);
  const bounded = about.summary.incomplete
    ? 'Not every bucket was counted completely: lower bounds.'
    : '';
  return [...lines, bounded, incidentText(notification)].filter((line) => line !== '');
}

function openLines(notification: Notification, about: IncidentFacts): string[] {
  const { kind, at } = notification;
  const share = lostShare(about);
  return [
    [
      share === '' ? '' : `${share} of ${isOne(about) ? 'its' : 'their'} events.`,
      sinceText(about, at),
    ]
      .join(' ')
      .trim(),
    remarkText(notification),
    kind === 'changed' ? newsText(about, chatName) : '',
    trendText(about, chatName),
    commonText(about, chatName),
    whoText(about, chatName),
    stoppedText(notification, chatName),
    ...about.why.map(({ why }) => `Why: ${chatName(why, 500)}`),
    unaffectedText(about),
    limitText(about, chatName),
    silencedText(about, notification.at, chatName),
  ];
}

function endLines(notification: Notification, about: IncidentFacts): string[] {
  const { kind, at } = notification;
  const [why] = about.why;
  return [
    endText(notification, about, chatName),
    kind === 'resolved' ? proofText(about) : '',
    lossText(about, at, chatName),
    whoText(about, chatName),
    stoppedText(notification, chatName),
    why ? `Why it happened: ${chatName(why.why, 500)}` : '',
  ];
}

function nextSteps(notification: Notification, context: RenderContext): string[] {
  const { about } = notification;
  const { runbookUrl, dashboardUrl } = context;
  const isOpen = !isEnd(notification);
  const steps = isOpen ? (about?.why ?? []).map(({ next }) => inert(printable(next, 300))) : [];
  if (about?.nature === 'loss' && !isOpen) {
    steps.push('These events are NOT on the bill yet: recover them by the runbook.');
  }
  if (runbookUrl !== '' && hasSteps(notification)) steps.push(`Steps: ${escapeText(runbookUrl)}`);
  if (dashboardUrl !== '') steps.push(`Dashboard: ${escapeText(dashboardUrl)}`);
  return steps;
}

/** The whole text is escaped at its end. */
const chatName: Escape = (text, maxLength = MAX_NAME) => breakUp(printable(text, maxLength));

/** Whole lines within Slack's limit, and a note where lines were cut. */
function cutLines(text: string): string {
  if (text.length <= MAX_DESCRIPTION) return text;
  const kept: string[] = [];
  let length = 0;
  for (const line of text.split('\n')) {
    length += line.length + 1;
    if (length > MAX_DESCRIPTION) break;
    kept.push(line);
  }
  return `${kept.join('\n')}\nCut; the email says more.`;
}
