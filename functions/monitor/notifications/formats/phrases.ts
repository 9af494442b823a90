import { nameText } from '../../text/name-text.ts';
import { counted, formatCount, printable } from '../../text/text.ts';
import { shareText } from '../../thresholds/value-text.ts';
import { formatDuration, MINUTE_MS, type Range, shortTime } from '../../timeline/time.ts';
import type { AlertFacts, Notification } from '../notification.ts';

/** Phrases that several formats share. Names are escaped by `name`, as the format needs it. */
export type Escape = (text: string) => string;

/** `60 min` */
export function windowLength({ start, end }: Range): string {
  return `${Math.round((end - start) / MINUTE_MS)} min`;
}

/** `2026-11-21 08:30 to 09:30 UTC` */
export function windowText({ start, end }: Range): string {
  const sameDay = shortTime(start).slice(0, 10) === shortTime(end).slice(0, 10);
  return `${shortTime(start)} to ${sameDay ? shortTime(end).slice(11) : shortTime(end)} UTC`;
}

/** `412 unmetered events`, `at least 412 unmetered events` where not everything could be counted */
export function eventsText({ events, subject, summary }: AlertFacts, escapeName: Escape): string {
  const noun = subject === 'total' ? 'event' : `${escapeName(subjectWords(subject))} event`;
  return `${atLeast(summary)}${counted(events, noun)}`;
}

/** Before a number that is a lower bound. */
function atLeast({ incomplete }: AlertFacts['summary']): string {
  return incomplete ? 'at least ' : '';
}

/** `in progress`; a status or a pattern stays as it is written. */
function subjectWords(subject: string): string {
  return /^[a-z_]+$/.test(subject) ? subject.replaceAll('_', ' ') : subject;
}

/** The share of all events that an alert is about, beside its limit. */
export function percentText(about: AlertFacts): string {
  return shareText(about.percent, about.unit === 'percent' ? about : undefined);
}

/** The account or schema that matters most: `account acme`. */
export function groupText(about: AlertFacts, groupName: string, escapeName: Escape): string {
  const kind = about.by ?? 'account';
  return groupName === '' ? nameText(kind, '') : `${kind} ${escapeName(groupName)}`;
}

/** `398 of them account acme`, of an alert that is not evaluated by group. */
export function whoseText(about: AlertFacts, escapeName: Escape): string | undefined {
  const { subject, summary } = about;
  if (subject !== 'unmetered' && subject !== 'failed') return undefined;
  const [first] = [...summary.topAccounts].sort((a, b) => (b[subject] ?? 0) - (a[subject] ?? 0));
  const events = first?.[subject];
  if (!first || !events) return undefined;
  return `${formatCount(events)} of them ${groupText({ ...about, by: 'account' }, first.name, escapeName)}`;
}

/** How long an alert has been firing, or did. */
export function lasted({ firedAt, resolvedAt }: AlertFacts, at: number): string {
  return formatDuration(Math.max((resolvedAt ?? at) - firedAt, 0));
}

/** The headline of a message of the monitor itself. */
export function monitorHeadline({ kind }: Notification): string {
  switch (kind) {
    case 'failing':
      return 'MONITOR FAILING';
    case 'recovered':
      return 'MONITOR RECOVERED';
    case 'gap':
      return 'MONITOR GAP';
    default:
      return 'TEST';
  }
}

export const plainName: Escape = (text) => printable(text, 120);
