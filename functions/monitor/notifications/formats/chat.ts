import { nameText } from '../../text/name-text.ts';
import { counted, cutAt, formatCount, printable } from '../../text/text.ts';
import { valueText } from '../../thresholds/value-text.ts';
import { shortTime } from '../../timeline/time.ts';
import type { AlertFacts, Notification } from '../notification.ts';
import type { RenderContext } from './context.ts';
import { eventsText, lasted, monitorHeadline, percentText, windowText } from './phrases.ts';
import { sparkline } from './sparkline.ts';
import { renderSubject } from './subject.ts';

/** Slack refuses sections of more than 3,000 characters. The text that Amazon Q adds has to fit as well. */
const MAX_DESCRIPTION = 2_400;
const MAX_TITLE = 150;
const MAX_NAME = 80;

const ICONS: Readonly<Record<string, string>> = {
  critical: ':rotating_light:',
  warning: ':warning:',
  good: ':white_check_mark:',
};

/** The custom notification that Amazon Q Developer in chat applications shows in Slack. */
export function renderSlack(notification: Notification, context: RenderContext): string {
  const { about } = notification;
  const description = about
    ? alertLines(notification, about, context).join('\n')
    : inertUpTo(printable(notification.reason, 1_000), MAX_DESCRIPTION);
  return customNotification(notification, {
    description: cutLines(description),
    nextSteps: nextSteps(notification, context),
  });
}

/** The same notification with one plain line as its text. */
export function renderPlainSlack(notification: Notification, line: string): string {
  return customNotification(notification, { description: inertUpTo(line, MAX_DESCRIPTION) });
}

function customNotification(
  notification: Notification,
  text: { readonly description: string; readonly nextSteps?: readonly string[] },
): string {
  const { kind, severity, about, alertId, id } = notification;
  const good = kind === 'resolved' || kind === 'recovered' || kind === 'test';
  const icon = ICONS[good ? 'good' : severity];
  const isShort = (text: string) => inert(text).length <= MAX_TITLE;
  const subject = inertUpTo(renderSubject(notification, isShort), MAX_TITLE);
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: `${icon} ${subject}`,
      ...text,
      keywords: [severity, about ? escapeText(cutAt(about.subject, 60)) : 'monitor'],
    },
    metadata: {
      threadId: alertId,
      summary: subject,
      eventType: about ? kind : monitorHeadline(notification).toLowerCase(),
    },
  });
}

function alertLines(
  { at, reason }: Notification,
  about: AlertFacts,
  { explanations }: RenderContext,
): string[] {
  const { summary } = about;
  const kind = about.by ?? 'account';
  const limit = `${about.limit}${about.unit === 'percent' ? '%' : ''}`;
  const over =
    about.resolvedAt === undefined
      ? ''
      : `, over since ${shortTime(about.resolvedAt)} UTC, at worst ${amount(about.peak, about)}`;
  return [
    `*${amount(about.value, about)}* (limit ${limit}): ${eventsText(about, subjectText)}, ${escapeText(percentText(about))}`,
    `${windowText(about.window)}  ${sparkline(about.summary.perBucket)}`,
    `Since ${shortTime(about.firedAt)} UTC (${lasted(about, at)})${over}; ${reason}`,
    ...about.groups
      .slice(0, 5)
      .map(
        ({ name, value, events }) =>
          `• ${kind} ${code(nameText(kind, name))}: *${amount(value, about)}* (${counted(events, 'event')})`,
      ),
    ...explanations.map(
      ({ status, why }) => `*Why* ${code(status)}: ${inert(printable(why, 500))}`,
    ),
    ...(about.groups.length > 0
      ? []
      : summary.topAccounts.map(
          ({ name, unmetered, failed, total }) =>
            `• account ${code(nameText('account', name))}: ${formatCount(unmetered)} unmetered, ${formatCount(failed)} failed${total === null ? '' : ` of ${formatCount(total)}`}`,
        )),
    ...summary.samples
      .slice(0, 2)
      .map(
        ({ referenceId, id, status }) => `Sample ${code(referenceId ?? id ?? '-')} ${code(status)}`,
      ),
    ...(summary.incomplete ? ['_Not every bucket was counted completely: lower bounds._'] : []),
    ...(about.speaksFor.length > 0
      ? [`Silent meanwhile: ${about.speaksFor.map(code).join(', ')}`]
      : []),
  ];
}

function nextSteps({ about }: Notification, context: RenderContext): string[] {
  const steps = context.explanations.map(({ next }) => inert(printable(next, 300)));
  if (context.runbookUrl !== '') steps.push(`<${context.runbookUrl}|Runbook>`);
  if (context.dashboardUrl !== '') steps.push(`<${context.dashboardUrl}|Dashboard>`);
  if (about)
    steps.push('Tune: stack parameters Thresholds, IgnoredAccounts, IgnoredSchemas, MuteUntil');
  return steps;
}

/** A small share is `<0.1%`. */
function amount(value: number, about: AlertFacts): string {
  return escapeText(valueText(value, about));
}

/** Foreign text as code, so that it makes no mention, link or formatting. */
function code(text: string): string {
  const safe = escapeText(printable(text === '' ? '(none)' : text, MAX_NAME)).replaceAll('`', "'");
  return `\`${safe}\``;
}

/** A status group is a word; a status or a pattern has characters that format. */
function subjectText(subject: string): string {
  return /^[a-z ]+$/.test(subject) ? subject : code(subject);
}

/** A sentence without formatting and links: an invisible space stands before each character that would make one. */
function inert(text: string): string {
  return escapeText(text).replace(/[*_~`]|:\/\//g, '\u200b$&');
}

/** The beginning of a text, at most `maxLength` characters when it is inert. It ends in `…` where it was cut. */
function inertUpTo(text: string, maxLength: number): string {
  const whole = inert(text);
  if (whole.length <= maxLength) return whole;
  let cut = '';
  for (const [piece] of text.matchAll(/:\/\/|./gsu)) {
    const next = cut + inert(piece);
    if (next.length >= maxLength) break;
    cut = next;
  }
  return `${cut}…`;
}

/** Slack, "Formatting text": only these three characters have to be escaped. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

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
  return `${kept.join('\n')}\n_Cut; the email says more._`;
}
