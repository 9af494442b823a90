import { printable } from '../../text/text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { commonText, newsText, stoppedText } from './account-sentences.ts';
import type { RenderContext } from './context.ts';
import { detailBlocks } from './details.ts';
import { endText, lossText, proofText, stillOpenText } from './end-sentences.ts';
import { belowTitle, failureLines, failureParts } from './failure-sentences.ts';
import { failureHeadline, isEnd, plainName } from './phrases.ts';
import { notBilledText, recoverySteps } from './recovery.ts';
import {
  headlineText,
  incidentText,
  limitText,
  remarkText,
  silencedText,
  sinceText,
  trendText,
  unaffectedText,
  whoText,
} from './sentences.ts';
import { rangeText, timeText, type When } from './times.ts';
import { deadlineText, doTexts, itWasText, stepsUrl, whyText } from './why-and-do.ts';
import { worthText } from './worth.ts';

/** In characters: far below the limit of SNS, and as much as a person reads. */
const MAX_LENGTH = 8_000;

/** Plain text: SNS sends no other emails. Its first blocks are what fits the first screen of a phone. */
export function renderEmail(notification: Notification, context: RenderContext): string {
  const { about, at } = notification;
  const when = { at, timeZone: context.timeZone };
  const blocks = about
    ? [...firstScreen(notification, about, context, when), ...detailBlocks(notification, about)]
    : monitorBlocks(notification, context, when);
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
  when: When,
): string[][] {
  return isEnd(notification)
    ? endBlocks(notification, about, context, when)
    : openBlocks(notification, about, context, when);
}

function openBlocks(
  notification: Notification,
  about: IncidentFacts,
  context: RenderContext,
  when: When,
): string[][] {
  return [
    [
      headlineText(about, plainName),
      remarkText(notification),
      notification.kind === 'changed' ? newsText(about, plainName) : '',
      sinceText(about, when),
      commonText(about, plainName),
      trendText(about),
      stoppedText(notification, plainName),
      worthText(about),
    ],
    [
      labelled('WHY', whyText(about, plainName)),
      labelled('DO', numbered(doTexts(about, plainName))),
      labelled('BY', deadlineText(about, when)),
      labelled('WHO', whoText(about, plainName, when.at)),
    ],
    [
      unaffectedText(about),
      stepsText(notification, context),
      limitText(about, plainName),
      silencedText(about, when.at, plainName),
      incidentText(notification),
    ],
  ];
}

function endBlocks(
  notification: Notification,
  about: IncidentFacts,
  context: RenderContext,
  when: When,
): string[][] {
  const isLoss = about.nature === 'loss';
  return [
    [
      endText(notification, about, plainName, when),
      notification.kind === 'resolved' ? proofText(about) : '',
      lossText(about, when),
      stoppedText(notification, plainName),
      isLoss ? notBilledText(about) : '',
    ],
    [
      labelled(
        'DO',
        numbered(
          recoverySteps(notification, about, { ...context, ...when, escapeName: plainName }),
        ),
      ),
      labelled('WHO', whoText(about, plainName, when.at)),
    ],
    [
      itWasText(about, plainName),
      silencedText(about, when.at, plainName),
      stillOpenText(about, plainName, when.at),
      notification.kind === 'resolved' ? 'No more messages, unless it begins again.' : '',
      incidentText(notification),
    ],
  ];
}

/** A message of the monitor itself: the problem, since when, and what to do. */
function monitorBlocks(notification: Notification, context: RenderContext, when: When): string[][] {
  const { failure, kind, range } = notification;
  const lines = linesOf(notification.reason);
  const steps = stepsText(notification, context);
  if (!failure) {
    const covered = range ? `Time: ${rangeText(range, when)}` : '';
    return [belowTitle(notification, lines), [covered, kind === 'test' ? '' : steps]];
  }
  const headline = failureHeadline(notification);
  if (isEnd(notification)) {
    const ended = `${headline} since ${timeText(failure.endedAt ?? when.at, when)}.`;
    return [[ended, ...failureLines(notification, when), ...lines], [incidentText(notification)]];
  }
  // Nobody knows why nothing arrives; its text says how unusual that is.
  const isOfEvents = failure.kind === 'nothing_arrives';
  const { headline: what, why, next } = failureParts(printable(notification.reason, 1_000));
  return [
    [
      `${headline}: ${what}.`,
      remarkText(notification),
      ...failureLines(notification, when),
      isOfEvents ? why : '',
    ],
    [
      isOfEvents ? '' : labelled('WHY', why),
      labelled('DO', numbered([next, steps].filter((step) => step !== ''))),
    ],
    [incidentText(notification)],
  ];
}

/** The lines of a text of the monitor, each without anything that could break it. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => printable(line, 1_000));
}

/** Where the steps are, and how to be quiet meanwhile. */
function stepsText(notification: Notification, context: RenderContext): string {
  const url = stepsUrl(notification, context);
  if (url === '') return '';
  return notification.about ? `Steps and silence: ${url}` : `Steps: ${url}`;
}

/** One step alone needs no number. */
function numbered(steps: readonly string[]): string {
  if (steps.length < 2) return steps.join('');
  return steps.map((step, index) => `${index + 1}. ${step}`).join(`\n${INDENT}`);
}

/** Below a label. */
const INDENT = ' '.repeat(5);

function labelled(label: string, text: string): string {
  return text === '' ? '' : `${label.padEnd(4)} ${text}`;
}

function footer({ id, about }: Notification, { dashboardUrl }: RenderContext): string[] {
  return [
    dashboardUrl === '' ? '' : `Dashboard: ${dashboardUrl}`,
    // Settings stand in a stack only where it has a dashboard.
    about && dashboardUrl !== ''
      ? 'Tune it: stack parameters Thresholds, IgnoredAccounts, IgnoredSchemas'
      : '',
    `Message ${id}`,
  ];
}
