import { nameText } from '../../text/name-text.ts';
import { counted, formatCount, printable } from '../../text/text.ts';
import type { Threshold } from '../../thresholds/threshold.ts';
import { shareText, valueText } from '../../thresholds/value-text.ts';
import { formatDuration, isoTime, MINUTE_MS, type Range } from '../../timeline/time.ts';
import type { IncidentFacts, Notification } from '../notification.ts';

/**
 * Makes foreign text safe in a format. Phrases and sentences are shared, and each format gives its own.
 *
 * @param maxLength in code points @default that of a name
 */
export type Escape = (text: string, maxLength?: number) => string;

export const plainName: Escape = (text, maxLength = 120) => printable(text, maxLength);

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `10:05`, or `26 Nov 10:05` where that is another day than that of `beside`. UTC. */
export function clockText(time: number, beside: number): string {
  const [day = '', clock = ''] = isoTime(time).split('T');
  if (isoTime(beside).startsWith(day)) return clock.slice(0, 5);
  return `${Number(day.slice(-2))} ${MONTHS[Number(day.slice(-5, -3)) - 1]} ${clock.slice(0, 5)}`;
}

/** `10:05-10:40`, with the day where it is not that of `beside`. */
export function spanText({ start, end }: Range, beside: number, to = '-'): string {
  return `${clockText(start, beside)}${to}${clockText(end, start)}`;
}

/** `35 min` */
export function durationText(start: number, end: number): string {
  return formatDuration(Math.max(end - start, 0));
}

/** `60 min` */
export function windowLength({ start, end }: Range): string {
  return `${Math.round((end - start) / MINUTE_MS)} min`;
}

const FATES: Readonly<Record<string, string>> = {
  unmetered: 'not billed',
  failed: 'failed',
  unknown: 'of unknown status',
  in_progress: 'in progress',
  duplicate: 'marked duplicate',
  metered: 'metered',
  reverted: 'reverted',
  total: '',
};

/** What has become of the events, to stand after them: `not billed`, `with status INGESTION_FAILED_*`. */
export function fateText(subject: string, escapeText: Escape): string {
  return FATES[subject] ?? `with status ${escapeText(subject)}`;
}

/** The same with its verb: `are not billed`. */
export function fateSentence(subject: string, events: number, escapeText: Escape): string {
  if (subject === 'failed') return 'failed';
  if (FATES[subject] === undefined) {
    return `${events === 1 ? 'has' : 'have'} status ${escapeText(subject)}`;
  }
  return `${events === 1 ? 'is' : 'are'} ${FATES[subject]}`;
}

/** `412 of 430 events`; where not everything could be counted `at least 412 events`. */
export function lostText(about: IncidentFacts): string {
  const { lost, total, summary } = about;
  if (summary.incomplete) return `at least ${counted(lost, 'event')}`;
  return hasTotal(about)
    ? `${formatCount(lost)} of ${counted(total, 'event')}`
    : `${counted(lost, 'event')}`;
}

/** `95.8%`; nothing where the share is not known. */
export function lostShare(about: IncidentFacts): string {
  return hasTotal(about) ? shareText((100 * about.lost) / about.total) : '';
}

function hasTotal({ lost, total, summary }: IncidentFacts): boolean {
  return !summary.incomplete && total > 0 && total >= lost;
}

/** `31.2% of events in progress`, `412 events in progress` */
export function levelText(about: IncidentFacts, value: number, escapeText: Escape): string {
  const amount = valueText(value, about);
  const events = about.unit === 'percent' ? `${amount} of events` : amount;
  // A share of incomplete counts may be too high as well as too low.
  const isBound = about.summary.incomplete && about.unit === 'events';
  return `${isBound ? 'at least ' : ''}${events} ${fateText(about.subject, escapeText)}`.trimEnd();
}

/** The value beside its limit; of several accounts or schemas the worst: `up to 31.2% of events in progress`. */
export function levelNowText(about: IncidentFacts, escapeText: Escape): string {
  const isOfSeveral = about.by !== undefined && about.groups.length > 1;
  return `${isOfSeveral ? 'up to ' : ''}${levelText(about, about.value, escapeText)}`;
}

/** How many names are listed, and how. */
export interface Listing {
  readonly most: number;
  readonly escapeName: Escape;
  /** Whether a name fits. @default all do */
  readonly fits?: ((name: string) => boolean) | undefined;
}

/** Whose events an incident is about: `acme`, `acme, globex`, `25 accounts and others`; empty where nobody is named. */
export function whoseText(about: IncidentFacts, listing: Listing): string {
  if (about.nature === 'level') {
    const { by = 'account', groups } = about;
    return namesText(by, groups, groups.length, listing);
  }
  const names = about.accounts.map(({ name }) => name);
  const whose = namesText('account', names, names.length + about.moreAccounts, listing);
  return whose !== '' && about.othersLost > 0 ? `${whose} and others` : whose;
}

/** `acme, globex`, or `25 accounts` where that is too long. One name always stands. */
export function namesText(
  kind: 'account' | 'schema',
  names: readonly string[],
  count: number,
  { most, escapeName, fits = () => true }: Listing,
): string {
  const whole = names.map((name) => nameText(kind, name));
  const inFull = count === names.length && count <= most && whole.every(fits);
  if (count === 1 || inFull) return whole.map((name) => escapeName(name)).join(', ');
  return count === 0 ? '' : counted(count, kind);
}

/** Whether an incident is about one account alone. */
export function isOne(about: IncidentFacts): boolean {
  return countAccounts(about) === 1 && about.othersLost === 0;
}

/** Whether a message asks for something that the runbook has the steps of. */
export function hasSteps(notification: Notification): boolean {
  const { kind, failure } = notification;
  return kind !== 'test' && !(failure && isEnd(notification));
}

/** Named accounts, those included that a message does not list. */
export function countAccounts({ accounts, moreAccounts }: IncidentFacts): number {
  return accounts.length + moreAccounts;
}

const AMOUNTS: Readonly<Record<Threshold['operator'], string>> = {
  '>=': 'at least',
  '>': 'more than',
  '<=': 'at most',
  '<': 'fewer than',
};

/** The rule in words: `at least 50% of an account's events not billed in 60 min`. */
export function ruleText(about: IncidentFacts, escapeText: Escape): string {
  const { by, operator, limit, unit, subject, window } = about;
  const one = by === 'schema' ? 'a schema' : 'an account';
  const events =
    unit === 'percent'
      ? `${limit}% of ${by ? `${one}'s` : 'all'} events`
      : `${counted(limit, 'event')}${by ? ` of ${one}` : ''}`;
  const words = [AMOUNTS[operator], events, fateText(subject, escapeText)];
  return `${words.filter((word) => word !== '').join(' ')} in ${windowLength(window)}`;
}

/** Whether a message says that something is over, or that nobody asks any more. */
export function isEnd({ kind }: Notification): boolean {
  return kind === 'resolved' || kind === 'closed';
}

/** Whether people hear of an incident only when it is over. */
export function beganAndEnded({ kind, sequence, about }: Notification): boolean {
  return about !== undefined && kind === 'resolved' && sequence === 1;
}

/** The headline of a message that is not about usage events. */
export function monitorHeadline({ kind, failure, topic }: Notification): string {
  if (failure) {
    if (kind === 'resolved') return 'Monitoring works again';
    return kind === 'closed' ? 'Monitoring was broken' : 'Monitoring is broken';
  }
  if (kind === 'test') return 'Test';
  return topic === 'gap' ? 'Gap in counting' : 'Notice';
}
