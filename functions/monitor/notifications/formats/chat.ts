import { MAX_NAME_SHOWN } from '../../text/name-text.ts';
import { cutAt, printable } from '../../text/text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { worthText } from '../worth-text.ts';
import { commonText, newsText, stoppedText } from './account-sentences.ts';
import { deadlineText, doTexts, whyItWasText, whyText } from './cause-and-next-step-sentences.ts';
import { endText, lossText, noMoreText, proofText, stillOpenText } from './end-sentences.ts';
import { breakUp, escapedUpTo, escapeForChat, escapeText } from './escape-chat.ts';
import { belowTitle, failureLines, failureParts } from './failure-sentences.ts';
import {
  ALL_NAMES,
  headlineText,
  incidentText,
  limitText,
  quietText,
  remarkText,
  silencedText,
  sinceText,
  trendText,
  unaffectedText,
  whoText,
} from './incident-sentences.ts';
import type { RenderContext } from './message-settings.ts';
import { type Escape, isEnd, isOne, lostShare, unknownAccounts } from './phrases.ts';
import { stepsText } from './runbook-links.ts';
import { notBilledText, recoverySteps } from './steps-after-end.ts';
import { renderSubject } from './subject-line.ts';
import { rangeText, type When } from './times.ts';

/** Slack refuses sections of more than 3,000 characters. The text that Amazon Q adds has to fit as well. */
const MAX_DESCRIPTION = 2_400;
const MAX_TITLE = 150;
const MAX_STEP = 400;

/**
 * The custom notification of Amazon Q Developer in chat applications. Slack and Teams get the same: plain text, Unicode signs
 * and bare links.
 */
export function renderChat(notification: Notification, context: RenderContext): string {
  const { about, at } = notification;
  const when = { at, timeZone: context.timeZone };
  const description = about
    ? escapeText(incidentLines(notification, about, when).join('\n'))
    : escapedUpTo(monitorLines(notification, when).join('\n'), MAX_DESCRIPTION);
  return customNotification(notification, {
    description: cutLines(description),
    nextSteps: nextSteps(notification, context, when),
  });
}

/** The same notification with one plain line as its text. */
export function renderPlainChat(notification: Notification, line: string): string {
  return customNotification(notification, { description: escapedUpTo(line, MAX_DESCRIPTION) });
}

function customNotification(
  notification: Notification,
  text: { readonly description: string; readonly nextSteps?: readonly string[] },
): string {
  const { kind, severity, about, failure, incidentId, id } = notification;
  const isShort = (subject: string) => escapeForChat(subject).length <= MAX_TITLE;
  const subject = escapedUpTo(renderSubject(notification, isShort), MAX_TITLE);
  const keyword = about ? escapeForChat(cutAt(about.subject, 60)) : failure ? 'monitor' : kind;
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

/** Green only where all of it is mended. */
function signOf({ kind, severity, incidentId, about }: Notification): string {
  const isUnsure = kind === 'closed' || (about !== undefined && unknownAccounts(about).length > 0);
  if (kind === 'resolved' && !isUnsure) return '✅';
  if (isEnd({ kind }) || incidentId === undefined) return '⚪';
  return severity === 'critical' ? '🔴' : '🟠';
}

function incidentLines(notification: Notification, about: IncidentFacts, when: When): string[] {
  const lines = isEnd(notification)
    ? endLines(notification, about, when)
    : openLines(notification, about, when);
  const bounded = about.summary.incomplete
    ? 'Not every bucket was counted completely: lower bounds.'
    : '';
  return [...lines, bounded, identityText(notification)].filter((line) => line !== '');
}

function openLines(notification: Notification, about: IncidentFacts, when: When): string[] {
  const share = lostShare(about);
  const ofWhom =
    share === '' ? '' : `${share} of ${isOne(about) ? 'its' : 'their'} events so far. `;
  return [
    about.nature === 'level' ? headlineText(about, chatName) : '',
    `${ofWhom}${sinceText(about, when)}`,
    remarkText(notification),
    notification.kind === 'changed' ? newsText(about, chatName) : '',
    commonText(about, chatName),
    trendText(about),
    worthText(about),
    whoText(about, chatName, { at: when.at, list: ALL_NAMES }),
    stoppedText(notification, chatName),
    `Why: ${whyText(about, chatName)}`,
    unaffectedText(about),
    limitText(about, chatName),
    silencedText(about, chatName),
  ];
}

function endLines(notification: Notification, about: IncidentFacts, when: When): string[] {
  return [
    endText(notification, about, chatName, when),
    notification.kind === 'resolved' ? proofText(about) : '',
    lossText(about, when),
    about.nature === 'loss' ? notBilledText(about) : '',
    whoText(about, chatName, { at: when.at, list: ALL_NAMES }),
    stoppedText(notification, chatName),
    `Why: ${whyItWasText(about, chatName)}`,
    stillOpenText(about, chatName),
    noMoreText(notification),
  ];
}

/** A message of the monitor itself. Its title has the headline of a notice. */
function monitorLines(notification: Notification, when: When): string[] {
  const { failure, range } = notification;
  if (failure) return failureText(notification, when).filter((line) => line !== '');
  const rest = belowTitle(notification).filter((line) => line !== '');
  return range ? [...rest, `Time: ${rangeText(range, when)}`] : rest;
}

/** The next step stands below. */
function failureText(notification: Notification, when: When): string[] {
  const { headline, why } = failureParts(notification);
  const isOver = isEnd(notification);
  const isInTitle = renderSubject(notification).endsWith(`: ${headline}`);
  return [
    remarkText(notification),
    ...failureLines(notification, when),
    isInTitle || isOver ? '' : headline,
    why === '' ? '' : `Why: ${why}`,
    isOver ? noMoreText(notification) : '',
    identityText(notification),
  ];
}

/** Which incident it is, and how to stop its reminders. */
function identityText(notification: Notification): string {
  return `${incidentText(notification)} ${quietText(notification)}`.trim();
}

function nextSteps(notification: Notification, context: RenderContext, when: When): string[] {
  const { about, failure } = notification;
  const { dashboardUrl } = context;
  const deadline = about && deadlineText(about, when);
  const open = [
    ...(about ? doTexts(about, chatName) : []),
    deadline ? `By ${deadline}` : '',
    failure ? cutAt(breakUp(failureParts(notification).next), MAX_STEP) : '',
    stepsText(notification, context),
  ];
  const how = { ...context, ...when, escapeName: chatName };
  return [
    ...(about && isEnd(notification) ? recoverySteps(notification, about, how) : open),
    dashboardUrl === '' ? '' : `Dashboard: ${dashboardUrl}`,
  ]
    .filter((step) => step !== '')
    .map(escapeText);
}

/** The whole text is escaped at its end. */
const chatName: Escape = (text, maxLength = MAX_NAME_SHOWN) => breakUp(printable(text, maxLength));

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
