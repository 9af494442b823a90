import { nameText } from '../../text/name-text.ts';
import { counted, formatCount, printable } from '../../text/text.ts';
import { valueText } from '../../thresholds/value-text.ts';
import { isoTime } from '../../timeline/time.ts';
import type { AccountFacts, IncidentFacts, Notification } from '../notification.ts';
import type { TopGroup } from '../window-summary.ts';
import { countAccounts, isCoarse, isEnd, plainName, windowLength } from './phrases.ts';
import { sinceClockText, spanText } from './times.ts';

/** The part of an email below its first screen, in blocks of lines. */
export function detailBlocks(notification: Notification, about: IncidentFacts): string[][] {
  const { kind, at } = notification;
  const { summary } = about;
  return [
    rule(about, notification),
    moreReasons(about),
    accounts(about, { at, marksNew: kind === 'changed' }),
    about.nature === 'level' ? groups(about) : [],
    // Accounts of a loss stand above, with their lost events since it began.
    countAccounts(about) > 0 ? [] : topGroups('Accounts', 'account', summary.topAccounts),
    topGroups('Schemas', 'schema', summary.topSchemas),
    statuses(about),
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

function rule(about: IncidentFacts, notification: Notification): string[] {
  const { reason, at } = notification;
  const worst = `${valueText(about.worst, about)} in ${windowLength(about.window)}`;
  // A window that still holds losses of before says nothing about an end.
  const values = isEnd(notification)
    ? `At worst ${worst}.`
    : `Now ${valueText(about.value, about)}, at worst ${worst}.`;
  return [
    // The first lines say how it ended.
    reason === '' || isEnd(notification) ? '' : `Why now: ${printable(reason, 1_000)}`,
    `Rule: ${about.threshold}`,
    `Window: ${spanText(about.window, at, ' to ')} UTC. ${values}`,
  ];
}

/** The first reason stands above. */
function moreReasons({ why }: IncidentFacts): string[] {
  const others = why.slice(1);
  if (others.length === 0) return [];
  return [
    'Other reasons, and what next',
    ...others.flatMap((explanation) => [
      `  ${printable(explanation.status, 120)}: ${printable(explanation.why, 600)}`,
      `  -> ${printable(explanation.next, 400)}`,
    ]),
  ];
}

function accounts(about: IncidentFacts, how: { at: number; marksNew: boolean }): string[] {
  if (countAccounts(about) === 0) return [];
  const { moreAccounts, moreLost, othersLost } = about;
  return [
    isCoarse(about) ? 'Accounts (lost events)' : 'Accounts (lost of all since the loss began)',
    ...about.accounts.map((account) => `  ${accountText(account, how)}`),
    ...(moreAccounts > 0 ? [`  ${formatCount(moreAccounts)} more: ${formatCount(moreLost)}`] : []),
    ...(othersLost > 0 ? [`  others, a few events each: ${formatCount(othersLost)}`] : []),
  ];
}

/** `acme: 412 of 430, 10:05 to 10:40 UTC, mended` */
function accountText(
  account: AccountFacts,
  { at, marksNew }: { at: number; marksNew: boolean },
): string {
  const { name, lost, total, onset, onsetUntil, endedAt, stoppedAt, isNews } = account;
  const all = total === null || onsetUntil !== undefined ? '' : ` of ${formatCount(total)}`;
  const range = { start: onset, end: endedAt ?? stoppedAt ?? at };
  const time =
    endedAt === undefined && stoppedAt === undefined
      ? sinceClockText(account, at)
      : `${spanText(range, at, ' to ')} UTC`;
  const state =
    endedAt !== undefined ? ', mended' : stoppedAt !== undefined ? ', sends nothing any more' : '';
  const news = marksNew && isNews && endedAt === undefined ? ' - new' : '';
  return `${plainName(nameText('account', name))}: ${formatCount(lost)}${all}, ${time}${state}${news}`;
}

function groups({ by = 'account', groups: names }: IncidentFacts): string[] {
  if (names.length === 0) return [];
  const title =
    by === 'account' ? 'Accounts that breach the limit' : 'Schemas that breach the limit';
  return [title, ...names.map((name) => `  ${plainName(nameText(by, name))}`)];
}

function topGroups(title: string, kind: 'account' | 'schema', top: readonly TopGroup[]): string[] {
  if (top.length === 0) return [];
  return [
    `${title} (unmetered + failed of all in the window)`,
    ...top.map(({ name, unmetered, failed, total }) => {
      const all = total === null ? '' : ` of ${formatCount(total)}`;
      return `  ${plainName(nameText(kind, name))}: ${formatCount(unmetered)} + ${formatCount(failed)}${all}`;
    }),
  ];
}

function statuses({ summary }: IncidentFacts): string[] {
  if (summary.total === 0) return ['There were no events in the window.'];
  const width = Math.max(...summary.byStatus.map(([, events]) => formatCount(events).length));
  return [
    `Events (${formatCount(summary.total)} in the window)`,
    ...summary.byStatus.map(
      ([status, events]) => `  ${formatCount(events).padStart(width)}  ${printable(status, 120)}`,
    ),
  ];
}

function samples({ summary }: IncidentFacts): string[] {
  if (summary.samples.length === 0) return [];
  return [
    'Samples, to look up in Togai',
    ...summary.samples.map(({ referenceId, id, createdAt, accountId, schemaName, status }) => {
      const name = plainName(referenceId ?? id ?? '(no id)');
      const own = id === undefined || id === referenceId ? '' : ` (id ${plainName(id)})`;
      return `  ${name}${own}, ${isoTime(createdAt)}, ${plainName(nameText('account', accountId))}, ${plainName(nameText('schema', schemaName))}, ${printable(status, 120)}`;
    }),
  ];
}

function remarks({ summary }: IncidentFacts): string[] {
  const { incomplete, sampled, healed, lacksLate, truncated, malformed, ignored } = summary;
  const remark = (isTrue: unknown, text: string) => (isTrue ? [text] : []);
  return [
    ...remark(
      incomplete,
      'Not every bucket of the window was counted completely: the numbers are lower bounds.',
    ),
    ...remark(
      sampled === 0,
      'No samples: lists of this Togai begin with other events. "unmetered lost" finds these.',
    ),
    ...remark(
      sampled,
      `Togai counted these events itself: samples and Togai's words are of ${counted(sampled ?? 0, 'event')} that were looked at.`,
    ),
    ...remark(
      healed,
      `${counted(healed ?? 0, 'event')} that had been lost earlier ${healed === 1 ? 'is' : 'are'} metered now.`,
    ),
    ...remark(
      lacksLate,
      'Nothing shows that Togai lists events by arrival here, so those that came late are in no number.',
    ),
    ...remark(truncated, 'There were more accounts or schemas than these.'),
    ...remark(
      malformed,
      `${counted(malformed, 'event')} could not be read and are in no other number.`,
    ),
    ...remark(
      ignored,
      `${counted(ignored, 'event')} of ignored accounts and schemas are in no other number.`,
    ),
  ];
}
