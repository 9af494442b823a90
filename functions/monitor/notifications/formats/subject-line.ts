import { headlineOf } from '../../text/headline.ts';
import { formatCount } from '../../text/text.ts';
import { valueText } from '../../thresholds/value-text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import {
  beganAndEnded,
  countAccounts,
  failureHeadline,
  fateText,
  isEnd,
  type Listing,
  levelNowText,
  levelText,
  lostText,
  namesText,
  plainName,
  unknownAccounts,
  whoseText,
  windowLength,
} from './phrases.ts';
import { clockText, sinceClockText, spanText } from './times.ts';

/** SNS: "less than 100 characters", ASCII, no line breaks or control characters. */
const MAX_LENGTH = 99;

/** The parts of a subject that can be shorter, so that its numbers fit. */
interface Room {
  /** The most accounts or schemas that are listed. */
  readonly names: number;
  /** The longest name of an account or a schema, in characters. */
  readonly name: number;
  /** The longest status, in characters; 0 leaves it out. */
  readonly words: number;
  /** Whether remarks are shown: the length of a window, and that lost events are not on the bill. */
  readonly remarks: boolean;
}

/** From the full subject to the shortest. The first that fits is sent. */
const ROOMS: readonly Room[] = [
  { names: 3, name: 40, words: MAX_LENGTH, remarks: true },
  { names: 2, name: 24, words: MAX_LENGTH, remarks: true },
  { names: 1, name: 24, words: MAX_LENGTH, remarks: true },
  { names: 1, name: 12, words: 40, remarks: true },
  { names: 1, name: 12, words: 20, remarks: true },
  { names: 1, name: 12, words: 20, remarks: false },
  { names: 1, name: 12, words: 0, remarks: false },
];

/**
 * The line on a lock screen: `CRITICAL acme: 412 of 430 events not billed since 10:05 UTC`.
 *
 * @param fits a further limit of a text; left out for none
 */
export function renderSubject(
  notification: Notification,
  fits: (text: string) => boolean = () => true,
): string {
  const { about } = notification;
  if (!about) return cut(ascii(monitorSubject(notification)));
  const of = about.nature === 'level' ? levelSubject : lossSubject;
  const texts = ROOMS.map((room) => ascii(of(notification, about, room)));
  return texts.find((text) => text.length <= MAX_LENGTH && fits(text)) ?? cut(texts.at(-1) ?? '');
}

function monitorSubject(notification: Notification): string {
  const { failure, reason, kind, at } = notification;
  const { headline } = headlineOf(reason);
  if (!failure)
    return kind === 'test' ? `TEST: ${reason.split('\n')[0]}` : `NOTICE ${firstLine(reason)}`;
  const begin = `${levelOf(notification)} ${failureHeadline(notification)}`;
  const { onset, endedAt = at } = failure;
  if (isEnd(notification)) {
    const was = failure.kind === 'nothing_arrives' ? 'none came' : 'it was broken';
    return `${begin}: ${was} ${spanText({ start: onset, end: endedAt }, at)} UTC`;
  }
  return `${begin} since ${clockText(onset, at)} UTC: ${headline}`;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}

function levelOf(notification: Notification): string {
  const { kind, about } = notification;
  const severity = notification.severity.toUpperCase();
  switch (kind) {
    case 'escalated':
      return `NOW ${severity}`;
    case 'reminder':
      return `STILL ${severity}`;
    case 'resolved':
      return beganAndEnded(notification) ? 'BEGAN AND ENDED' : 'RESOLVED';
    case 'closed':
      return 'CLOSED';
    default:
      return about?.isAgain && kind === 'opened' ? `${severity} AGAIN` : severity;
  }
}

/** Whose events; of an end, how many of the accounts are known to be mended. */
function whoseIn(kind: Notification['kind'], about: IncidentFacts, room: Room): string {
  const silent = kind === 'resolved' ? unknownAccounts(about).length : 0;
  const mended = countAccounts(about) - silent;
  const ofThem = silent > 0 && mended > 0 ? mended : undefined;
  return whoseText(about, { ...listingIn(room), ofThem });
}

function lossSubject(notification: Notification, about: IncidentFacts, room: Room): string {
  const { kind, at } = notification;
  const whose = whoseIn(kind, about, room);
  const begin = [levelOf(notification), whose, stateText(kind, about, room)]
    .filter((word) => word !== '')
    .join(' ');
  const since = sinceClockText(about, at);
  if (kind === 'resolved') {
    const remark = room.remarks ? ', not billed' : '';
    const lost = lostText(room.words === 0 ? { ...about, total: 0 } : about);
    return `${begin}: ${lost} lost ${spanText(rangeOf(about, at), at)} UTC${remark}`;
  }
  const fate = room.words === 0 ? 'lost' : fateIn(about, room);
  if (kind === 'closed') {
    const remark = room.remarks ? ', end not known' : '';
    return `${begin}: ${lostText(about)} ${fate} ${since}${remark}`;
  }
  return `${begin}: ${lostText(about)} ${fate} ${since}`;
}

function levelSubject(notification: Notification, about: IncidentFacts, room: Room): string {
  const { kind, at } = notification;
  const whose = whoseIn(kind, about, room);
  const begin = [levelOf(notification), whose === '' ? '' : `${whose}:`]
    .filter((word) => word !== '')
    .join(' ');
  const worst =
    room.words === 0
      ? valueText(about.worst, about)
      : levelText(about, about.worst, shortWords(room));
  const span = spanText(rangeOf(about, at), at);
  if (kind === 'resolved') return `${begin} ${worst} at worst, ${span} UTC`;
  const since = `since ${clockText(about.onset, at)} UTC`;
  if (kind === 'closed') {
    return `${begin} ${worst} at worst, ${since}${room.remarks ? ', not known to be over' : ''}`;
  }
  const window = room.remarks && about.unit === 'events' ? ` in ${windowLength(about.window)}` : '';
  const limit = `limit ${about.limit}${about.unit === 'percent' ? '%' : ''}`;
  const now =
    room.words === 0 ? valueText(about.value, about) : levelNowText(about, shortWords(room));
  return `${begin} ${now}${window} ${since} (${limit})`;
}

/**
 * The accounts that changed, or are not known to be mended: `(umbrella joined, acme mended)`,
 * `(hooli silent)`. Their number where the names are too long.
 */
function stateText(kind: Notification['kind'], about: IncidentFacts, room: Room): string {
  const text = statesIn(kind, about)
    .filter(([of]) => of.length > 0)
    .map(([of, state]) => {
      const names = of.map(({ name }) => name);
      const short = room.remarks ? namesText('account', names, names.length, listingIn(room)) : '';
      return `${short === '' || names.length > room.names ? formatCount(names.length) : short} ${state}`;
    })
    .join(', ');
  return text === '' ? '' : `(${text})`;
}

function statesIn(kind: Notification['kind'], about: IncidentFacts) {
  const news = kind === 'changed' ? about.accounts.filter(({ isNews }) => isNews) : [];
  // A message that a loss is over must not hide that some accounts may still lose events.
  const silent = kind === 'resolved' ? unknownAccounts(about) : [];
  return [
    [news.filter(({ endedAt, stoppedAt }) => (endedAt ?? stoppedAt) === undefined), 'joined'],
    [news.filter(({ endedAt }) => endedAt !== undefined), 'mended'],
    [silent, 'silent'],
  ] as const;
}

function rangeOf({ onset, endedAt }: IncidentFacts, at: number) {
  return { start: onset, end: endedAt ?? at };
}

function fateIn({ subject }: IncidentFacts, room: Room): string {
  return fateText(subject, shortWords(room));
}

const shortWords = (room: Room) => (words: string) => cut(plainName(words), room.words);

const listingIn = (room: Room): Listing => ({
  most: room.names,
  escapeName: (name) => cut(ascii(plainName(name)), room.name),
  fits: (name) => ascii(plainName(name)).length <= room.name,
});

/** Other letters become `?`: SNS refuses them in a subject. */
export function ascii(text: string): string {
  return Array.from(text.normalize('NFKD').replace(/\p{M}/gu, ''), (letter) =>
    letter >= ' ' && letter <= '~' ? letter : '?',
  ).join('');
}

/** At most `maxLength` characters; a text that is cut ends in `...`. */
export function cut(text: string, maxLength = MAX_LENGTH): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 3).replace(/[\s.,;:]+$/, '')}...`;
}
