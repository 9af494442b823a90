import { printable } from '../../text/text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import type { RenderContext } from './context.ts';
import { detailBlocks } from './details.ts';
import { endText, failureLines, lossText, proofText } from './end-sentences.ts';
import { hasSteps, isEnd, monitorHeadline, plainName, spanText } from './phrases.ts';
import {
  commonText,
  headlineText,
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

/** In characters: far below the limit of SNS, and as much as a person reads. */
const MAX_LENGTH = 8_000;

/** Plain text: SNS sends no other emails. Its first blocks are what fits the first screen of a phone. */
export function renderEmail(notification: Notification, context: RenderContext): string {
  const { about } = notification;
  const blocks = about
    ? [...firstScreen(notification, about, context), ...detailBlocks(notification, about)]
    : monitorBlocks(notification, context);
  const text = [...blocks, footer(notification, context)]
    .map((lines) => lines.filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  const points = Array.from(text);
  if (points.length <= MAX_LENGTH) return text;
  return `${points.slice(0, MAX_LENGTH).join('')}\n[cut: this message was longer]`;
}

/** What happened and to whom, then how bad, then why, then what to do. */
function firstScreen(
  notification: Notification,
  about: IncidentFacts,
  context: RenderContext,
): string[][] {
  return isEnd(notification)
    ? endBlocks(notification, about, context)
    : openBlocks(notification, about, context);
}

function openBlocks(
  notification: Notification,
  about: IncidentFacts,
  context: RenderContext,
): string[][] {
  const { kind, at } = notification;
  const [why] = about.why;
  return [
    [
      headlineText(about, plainName),
      remarkText(notification),
      kind === 'changed' ? newsText(about, plainName) : '',
      sinceText(about, at),
      commonText(about, plainName),
      trendText(about, plainName),
      stoppedText(notification, plainName),
    ],
    [
      labelled('WHY', why ? printable(why.why, 600) : ''),
      labelled('DO', nextStep(about, context)),
      labelled('WHO', whoText(about, plainName)),
    ],
    [
      unaffectedText(about),
      why ? stepsText(context) : '',
      limitText(about, plainName),
      silencedText(about, at, plainName),
      incidentText(notification),
    ],
  ];
}

/** Togai's record of a sample knows best; else the runbook does. */
function nextStep({ why: [why] }: IncidentFacts, { runbookUrl }: RenderContext): string {
  if (why) return printable(why.next, 400);
  if (runbookUrl !== '') return `Follow the runbook: ${runbookUrl}`;
  return 'Look one of the events up in Togai, and go by its status.';
}

function endBlocks(
  notification: Notification,
  about: IncidentFacts,
  context: RenderContext,
): string[][] {
  const { at } = notification;
  const [why] = about.why;
  const isLoss = about.nature === 'loss';
  return [
    [
      endText(notification, about, plainName),
      notification.kind === 'resolved' ? proofText(about) : '',
      lossText(about, at, plainName),
      stoppedText(notification, plainName),
      isLoss ? 'These events are NOT on the bill yet.' : '',
    ],
    [isLoss ? labelled('DO', recovery(context)) : '', labelled('WHO', whoText(about, plainName))],
    [
      why ? `Why it happened: ${printable(why.why, 600)}` : '',
      silencedText(about, at, plainName),
      incidentText(notification),
    ],
  ];
}

function recovery({ runbookUrl }: RenderContext): string {
  return runbookUrl === ''
    ? 'Ask Togai, or the team that sends the events, to bring them in again.'
    : `Bring the lost events onto the bill: ${runbookUrl}`;
}

/** A message of the monitor itself: what is wrong, since when, what to do. */
function monitorBlocks(notification: Notification, context: RenderContext): string[][] {
  const { failure, at, range } = notification;
  const headline = monitorHeadline(notification);
  const reason = printable(notification.reason, 1_000);
  const first = failure
    ? [`${headline}: ${reason}`, ...failureLines(notification)]
    : [headline, reason];
  return [
    first,
    [
      range ? `Range: ${spanText(range, at, ' to ')} UTC` : '',
      hasSteps(notification) ? stepsText(context) : '',
      incidentText(notification),
    ],
  ];
}

function stepsText({ runbookUrl }: RenderContext): string {
  return runbookUrl === '' ? '' : `Steps: ${runbookUrl}`;
}

function labelled(label: string, text: string): string {
  return text === '' ? '' : `${label.padEnd(4)} ${text}`;
}

function footer({ id, about }: Notification, { dashboardUrl }: RenderContext): string[] {
  return [
    dashboardUrl === '' ? '' : `Dashboard: ${dashboardUrl}`,
    about ? 'Tune it: stack parameters Thresholds, IgnoredAccounts, IgnoredSchemas' : '',
    `Message ${id}`,
  ];
}
