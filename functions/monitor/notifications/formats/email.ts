import { nameText } from '../../text/name-text.ts';
import { counted, formatCount, printable } from '../../text/text.ts';
import { valueText } from '../../thresholds/value-text.ts';
import { isoTime, shortTime } from '../../timeline/time.ts';
import type { AlertFacts, Notification } from '../notification.ts';
import type { TopGroup } from '../window-summary.ts';
import type { RenderContext } from './context.ts';
import {
  eventsText,
  lasted,
  monitorHeadline,
  percentText,
  plainName,
  windowText,
} from './phrases.ts';
import { sparkline } from './sparkline.ts';

/** In characters: far below the limit of SNS, and as much as a person reads. */
const MAX_LENGTH = 8_000;

/** Plain text: SNS sends no other emails. */
export function renderEmail(notification: Notification, context: RenderContext): string {
  const { about } = notification;
  const sections = about
    ? alertSections(notification, about, context)
    : [[monitorHeadline(notification)], [printable(notification.reason, 1_000)]];
  const text = [...sections, footer(notification, context)]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  const points = Array.from(text);
  if (points.length <= MAX_LENGTH) return text;
  return `${points.slice(0, MAX_LENGTH).join('')}\n[cut: this message was longer]`;
}

function alertSections(notification: Notification, about: AlertFacts, context: RenderContext) {
  const { summary } = about;
  return [
    opening(notification, about),
    why(context),
    statuses(about),
    groups('Accounts', 'account', summary.topAccounts),
    groups('Schemas', 'schema', summary.topSchemas),
    summary.descriptions.length === 0
      ? []
      : [
          "Togai's words",
          ...summary.descriptions.map(
            ({ text, events }) => `  ${formatCount(events)} x "${printable(text, 250)}"`,
          ),
        ],
    samples(about),
    remarks(about),
  ];
}

function opening({ kind, reason, at }: Notification, about: AlertFacts): string[] {
  const value = `${valueText(about.value, about)}, limit ${about.limit}${about.unit === 'percent' ? '%' : ''}`;
  const fired = `Since:     ${shortTime(about.firedAt)} UTC (${lasted(about, at)})`;
  const lines = [
    `Threshold: ${about.threshold}`,
    `Value:     ${value} (${eventsText(about, plainName)}, ${percentText(about)})`,
    `Window:    ${windowText(about.window)}`,
    `           ${sparkline(about.summary.perBucket)}`,
    fired,
    ...(about.resolvedAt === undefined
      ? []
      : [
          `Over:      ${shortTime(about.resolvedAt)} UTC, at worst ${valueText(about.peak, about)}`,
        ]),
    `Notified:  ${NOTIFIED_BECAUSE[kind] ?? kind}, because ${reason}`,
  ];
  const by = about.by ?? 'account';
  const breached = about.groups.map(
    ({ name, value: own, events }) =>
      `  ${plainName(nameText(by, name))}: ${valueText(own, about)} (${counted(events, 'event')})${about.joined.includes(name) ? ' - new' : ''}`,
  );
  if (about.earlierGroups.length > 0) {
    const names = about.earlierGroups.map((name) => plainName(nameText(by, name)));
    lines.push(`Was about: ${by} ${names.join(', ')}`);
  }
  if (about.moreGroups > 0) breached.push(`  and ${formatCount(about.moreGroups)} more`);
  return breached.length === 0 ? lines : [...lines, `Breached by ${about.by}:`, ...breached];
}

const NOTIFIED_BECAUSE: Readonly<Record<string, string>> = {
  fired: 'it fired',
  grew: 'it grew',
  reminder: 'a reminder',
  resolved: 'it resolved',
  withdrawn: 'it was withdrawn',
};

function why({ explanations }: RenderContext): string[] {
  if (explanations.length === 0) return [];
  return [
    'Why, and what next',
    ...explanations.flatMap((explanation) => [
      `  ${printable(explanation.status, 120)}: ${printable(explanation.why, 600)}`,
      `  -> ${printable(explanation.next, 400)}`,
    ]),
  ];
}

function statuses({ summary }: AlertFacts): string[] {
  if (summary.total === 0) return ['There were no events in the window.'];
  const width = Math.max(...summary.byStatus.map(([, events]) => formatCount(events).length));
  return [
    `Events (${formatCount(summary.total)} in the window)`,
    ...summary.byStatus.map(
      ([status, events]) => `  ${formatCount(events).padStart(width)}  ${printable(status, 120)}`,
    ),
  ];
}

function groups(title: string, kind: 'account' | 'schema', top: readonly TopGroup[]): string[] {
  if (top.length === 0) return [];
  return [
    `${title} (unmetered + failed of all)`,
    ...top.map(({ name, unmetered, failed, total }) => {
      const all = total === null ? '' : ` of ${formatCount(total)}`;
      return `  ${plainName(nameText(kind, name))}: ${formatCount(unmetered)} + ${formatCount(failed)}${all}`;
    }),
  ];
}

function samples({ summary }: AlertFacts): string[] {
  if (summary.samples.length === 0) return [];
  return [
    'Samples, to look up in Togai',
    ...summary.samples.map(({ referenceId, id, createdAt, accountId, schemaName, status }) => {
      const name = printable(referenceId ?? id ?? '(no id)', 120);
      const own = id === undefined || id === referenceId ? '' : ` (id ${printable(id, 120)})`;
      return `  ${name}${own}, ${isoTime(createdAt)}, ${plainName(nameText('account', accountId))}, ${plainName(nameText('schema', schemaName))}, ${printable(status, 120)}`;
    }),
  ];
}

function remarks({ summary, speaksFor }: AlertFacts): string[] {
  const lines: string[] = [];
  if (summary.incomplete)
    lines.push(
      'Not every bucket of the window was counted completely: the numbers are lower bounds.',
    );
  if (summary.sampled !== undefined)
    lines.push(
      `Togai counted these events itself: samples and Togai's words are of ${counted(summary.sampled, 'event')} that were looked at.`,
    );
  if (summary.healed)
    lines.push(
      `${counted(summary.healed, 'event')} that had been lost earlier ${summary.healed === 1 ? 'is' : 'are'} metered now.`,
    );
  if (summary.lacksLate)
    lines.push(
      "Togai lists events by the sender's time here, so those that came late are in no number.",
    );
  if (summary.truncated) lines.push('There were more accounts or schemas than these.');
  if (summary.malformed > 0)
    lines.push(
      `${counted(summary.malformed, 'event')} could not be read and are in no other number.`,
    );
  if (summary.ignored > 0)
    lines.push(
      `${counted(summary.ignored, 'event')} of ignored accounts and schemas are in no other number.`,
    );
  if (speaksFor.length > 0)
    lines.push(`Also firing, and silent while this does: ${speaksFor.join(', ')}`);
  return lines;
}

function footer({ id, alertId, about }: Notification, context: RenderContext): string[] {
  return [
    ...(context.runbookUrl === '' ? [] : [`Runbook:   ${context.runbookUrl}`]),
    ...(context.dashboardUrl === '' ? [] : [`Dashboard: ${context.dashboardUrl}`]),
    ...(about
      ? [
          'Tune it:   stack parameters Thresholds, IgnoredAccounts, IgnoredSchemas; silence it: MuteUntil',
        ]
      : []),
    `Message ${id}, alert ${alertId}`,
  ];
}
