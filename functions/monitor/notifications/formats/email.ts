import type { IncidentFacts, Notification } from '../notification.ts';
import { worthText } from '../worth-text.ts';
import { commonText, newsText, stoppedText } from './account-sentences.ts';
import { deadlineText, doTexts, whyItWasText, whyText } from './cause-and-next-step-sentences.ts';
import { detailBlocks } from './email-details.ts';
import { endText, lossText, noMoreText, proofText, stillOpenText } from './end-sentences.ts';
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
import { failureHeadline, isEnd, plainName } from './phrases.ts';
import { stepsText } from './runbook-links.ts';
import { notBilledText, recoverySteps } from './steps-after-end.ts';
import { rangeText, timeText, type When } from './times.ts';

/** In characters: far below the limit of SNS, and as much as a person reads. */
const MAX_LENGTH = 8_000;

/** Plain text: SNS sends no other emails. Its first blocks fit the first screen of a phone. */
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

/** The event and the accounts, then how bad it is, then the cause, then the next step. */
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
      labelled('WHO', whoText(about, plainName, listOf(about, when))),
    ],
    [
      stepsText(notification, context),
      quietText(notification),
      unaffectedText(about),
      limitText(about, plainName),
      silencedText(about, plainName),
      incidentText(notification),
    ],
  ];
}

/** The details have 25 names. */
function listOf({ moreAccounts }: IncidentFacts, { at }: When) {
  return { at, list: moreAccounts > 0 ? ALL_NAMES : 'names below' };
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
      labelled('WHY', whyItWasText(about, plainName)),
      labelled('WHO', whoText(about, plainName, listOf(about, when))),
    ],
    [
      silencedText(about, plainName),
      stillOpenText(about, plainName),
      noMoreText(notification),
      incidentText(notification),
    ],
  ];
}

/** A message of the monitor itself: the problem, since when, and the next step. */
function monitorBlocks(notification: Notification, context: RenderContext, when: When): string[][] {
  const { failure, range } = notification;
  const steps = stepsText(notification, context);
  if (!failure) {
    const covered = range ? `Time: ${rangeText(range, when)}` : '';
    const lines = belowTitle(notification);
    const details = lines.includes('') ? lines.splice(lines.indexOf('')) : [];
    return [lines, [steps, covered], details];
  }
  const isOver = isEnd(notification);
  const { headline, why, next } = failureParts(notification);
  const what = isOver ? ` since ${timeText(failure.endedAt ?? when.at, when)}` : `: ${headline}`;
  return [
    [
      `${failureHeadline(notification)}${what}.`,
      remarkText(notification),
      ...failureLines(notification, when),
    ],
    [labelled('WHY', why), labelled('DO', numbered([next, steps].filter((step) => step !== '')))],
    [isOver ? noMoreText(notification) : quietText(notification), incidentText(notification)],
  ];
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
