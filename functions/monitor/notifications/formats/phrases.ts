import { MAX_NAME_SHOWN, nameText } from '../../text/name-text.ts';
import { counted, formatCount, printable } from '../../text/text.ts';
import type { Threshold } from '../../thresholds/threshold.ts';
import { shareText, valueText } from '../../thresholds/value-text.ts';
import { MINUTE_MS, type Range } from '../../timeline/time.ts';
import type { AccountFacts, IncidentFacts, Notification } from '../notification.ts';

/**
 * Makes foreign text safe in a format. Phrases and sentences are shared, and each format gives its own.
 *
 * @param maxLength in code points @default that of a name
 */
export type Escape = (text: string, maxLength?: number) => string;

export const plainName: Escape = (text, maxLength = MAX_NAME_SHOWN) => printable(text, maxLength);

/** `60 minutes` */
export function windowLength({ start, end }: Range): string {
  return counted(Math.round((end - start) / MINUTE_MS), 'minute');
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

/** The fate of the events, to stand after them: `not billed`, `with status INGESTION_FAILED_*`. */
export function fateText(subject: string, escapeText: Escape): string {
  return FATES[subject] ?? `with status ${escapeText(subject)}`;
}

/** The same with its verb: `are not billed`. */
export function fateSentence(subject: string, events: number, escapeText: Escape): string {
  if (subject === 'failed') return `failed and ${events === 1 ? 'is' : 'are'} not billed`;
  // The words of Togai alone sound as if all was well.
  if (subject === 'in_progress') {
    return `${events === 1 ? 'is' : 'are'} in progress, unbilled`;
  }
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

/** A long piece in which a loss began also holds events of before: they are no part of a share. */
function hasTotal(about: IncidentFacts): boolean {
  const { lost, total, summary } = about;
  return !summary.incomplete && !isCoarse(about) && total > 0 && total >= lost;
}

/** Whether the beginning of a loss is known to a longer time only. */
export function isCoarse({ onsetUntil, accounts }: IncidentFacts): boolean {
  return [onsetUntil, ...accounts.map((one) => one.onsetUntil)].some((end) => end !== undefined);
}

/** `31.2% of events in progress`, `412 events in progress` */
export function levelText(about: IncidentFacts, value: number, escapeText: Escape): string {
  const amount = valueText(value, about);
  const events = about.unit === 'percent' ? `${amount} of events` : amount;
  // A share of incomplete counts may be too high as well as too low.
  const isBound = about.summary.incomplete && about.unit === 'events';
  return `${isBound ? 'at least ' : ''}${events} ${fateText(about.subject, escapeText)}`.trimEnd();
}

/** `up to ` before a value that is the worst of several accounts or schemas. */
export function upTo(about: IncidentFacts): string {
  const { by, nature, accounts, groups } = about;
  const names = nature === 'loss' ? accounts : groups;
  return by !== undefined && names.length > 1 ? 'up to ' : '';
}

/** The value beside its limit: `up to 31.2% of events are in progress`. */
export function levelNowText(about: IncidentFacts, escapeText: Escape): string {
  if (about.unit === 'percent') return levelSentence(about, escapeText);
  return `${upTo(about)}${levelText(about, about.value, escapeText)}`;
}

/** `31.2% of events are in progress`, `No events came`: whole, but for its full stop. */
export function levelSentence(about: IncidentFacts, escapeText: Escape): string {
  const { subject, unit, value } = about;
  if (subject === 'total') {
    return `${value === 0 ? 'No events' : counted(value, 'event')} came in ${windowLength(about.window)}`;
  }
  const amount =
    unit === 'percent' ? `${valueText(value, about)} of events` : valueText(value, about);
  const isBound = about.summary.incomplete && unit === 'events';
  const count = unit === 'percent' ? 2 : value;
  return `${upTo(about)}${isBound ? 'at least ' : ''}${amount} ${fateSentence(subject, count, escapeText)}`;
}

/** How many names are listed, and how. */
export interface Listing {
  readonly most: number;
  readonly escapeName: Escape;
  /** How many of them a message is about, where it is not about all. */
  readonly ofThem?: number | undefined;
  /** Whether a name fits. @default all do */
  readonly fits?: ((name: string) => boolean) | undefined;
}

/**
 * The accounts of an incident: `acme`, `25 accounts and others`, `all accounts`; empty for a loss
 * without known accounts.
 */
export function whoseText(about: IncidentFacts, listing: Listing): string {
  if (about.nature === 'level') {
    const { by, groups } = about;
    return by ? namesText(by, groups, groups.length, listing) : 'all accounts';
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
  { most, escapeName, ofThem, fits = () => true }: Listing,
): string {
  const whole = names.map((name) => nameText(kind, name));
  const inFull = count === names.length && count <= most && whole.every(fits);
  if (count === 1 || inFull) return whole.map((name) => escapeName(name)).join(', ');
  if (count === 0) return '';
  return `${ofThem === undefined ? '' : `${formatCount(ofThem)} of `}${counted(count, kind)}`;
}

/** Whether an incident is about one account alone. */
export function isOne(about: IncidentFacts): boolean {
  return countAccounts(about) === 1 && about.othersLost === 0;
}

/** Named accounts, those included that a message does not list. */
export function countAccounts({ accounts, moreAccounts }: IncidentFacts): number {
  return accounts.length + moreAccounts;
}

/** Accounts that send nothing any more: nobody knows whether they are mended. */
export function unknownAccounts({ accounts }: IncidentFacts): readonly AccountFacts[] {
  return accounts.filter(
    ({ stoppedAt, endedAt }) => stoppedAt !== undefined && endedAt === undefined,
  );
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

/** Whether a message is about an end. */
export function isEnd({ kind }: Pick<Notification, 'kind'>): boolean {
  return kind === 'resolved' || kind === 'closed';
}

/** Whether people are notified of an incident only when it is over. */
export function beganAndEnded({ kind, sequence, about }: Notification): boolean {
  return about !== undefined && kind === 'resolved' && sequence === 1;
}

/** The headline of a message about the monitor itself. */
export function failureHeadline({ kind, failure }: Notification): string {
  // The monitor works, and sees that nobody sends anything.
  const isOfEvents = failure?.kind === 'nothing_arrives';
  if (kind === 'resolved') return isOfEvents ? 'Events arrive again' : 'Monitoring works again';
  if (kind === 'closed') return isOfEvents ? 'No event arrived' : 'Monitoring was broken';
  return isOfEvents ? 'No event arrives' : 'Monitoring is broken';
}
