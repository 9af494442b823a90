import { nameText } from '../../text/name-text.ts';
import { formatCount } from '../../text/text.ts';
import { shareText, valueText } from '../../thresholds/value-text.ts';
import type { AlertFacts, Notification } from '../notification.ts';
import {
  eventsText,
  groupText,
  lasted,
  monitorHeadline,
  percentText,
  plainName,
  whoseText,
  windowLength,
} from './phrases.ts';

/** SNS: "less than 100 characters", ASCII, no line breaks or control characters. */
const MAX_LENGTH = 99;

/** The parts of a subject that can be shorter, so that its numbers fit. */
interface Room {
  /** The most accounts or schemas that are listed. */
  readonly names: number;
  /** The longest name of an account or a schema, in characters. */
  readonly name: number;
  /** The longest status or rule, in characters. */
  readonly words: number;
  /** Whether the length of the window is shown. */
  readonly window: boolean;
  /** Whether the duration of the alert is shown. */
  readonly lasted: boolean;
}

/** From the full subject to the shortest. The first that fits is sent. */
const ROOMS: readonly Room[] = [
  { names: 10, name: 40, words: MAX_LENGTH, window: true, lasted: true },
  { names: 5, name: 24, words: MAX_LENGTH, window: true, lasted: true },
  { names: 3, name: 12, words: MAX_LENGTH, window: true, lasted: true },
  { names: 1, name: 12, words: 40, window: true, lasted: true },
  { names: 1, name: 12, words: 20, window: true, lasted: true },
  { names: 1, name: 12, words: 20, window: false, lasted: true },
  { names: 1, name: 12, words: 20, window: false, lasted: false },
  { names: 1, name: 12, words: 12, window: false, lasted: false },
];

/**
 * The line on a lock screen: `CRITICAL: 412 unmetered events in 60 min (6.1%), 398 of them account acme`.
 *
 * @param fits a further limit of a text; left out for none
 */
export function renderSubject(
  notification: Notification,
  fits: (text: string) => boolean = () => true,
): string {
  const { about } = notification;
  if (!about) return cut(ascii(`${monitorHeadline(notification)}: ${notification.reason}`));
  const texts = ROOMS.map((room) => ascii(alertSubject(notification, about, room)));
  return texts.find((text) => text.length <= MAX_LENGTH && fits(text)) ?? cut(texts.at(-1) ?? '');
}

function alertSubject({ kind, severity, at }: Notification, about: AlertFacts, room: Room): string {
  const level = severity.toUpperCase();
  const after = room.lasted ? ` after ${lasted(about, at)}` : '';
  const rule = cut(about.threshold, room.words);
  switch (kind) {
    case 'resolved':
      return `RESOLVED${after}: ${rule} (at worst ${valueText(about.peak, about)})`;
    case 'withdrawn':
      return `WITHDRAWN, not solved: ${rule}`;
    case 'grew':
      return `${level}, GROWING: also ${joinedText(about, room)}, ${eventsIn(about, room)}`;
    case 'reminder':
      return `STILL ${level}${after}: ${headline(about, room)}`;
    default:
      return about.resolvedAt === undefined
        ? `${level}: ${headline(about, room)}`
        : `${level}, OVER${after}: ${headline(about, room)}`;
  }
}

function headline(about: AlertFacts, room: Room): string {
  const [first] = about.groups;
  if (about.by && first) {
    const share = about.unit === 'percent' ? ` (${shareText(first.value, about)})` : '';
    const more = moreText(about.groups.length - 1 + about.moreGroups);
    return `${groupText(about, first.name, shortName(room))}: ${eventsIn({ ...about, events: first.events }, room)}${share}${more}`;
  }
  const share = about.subject === 'total' ? '' : ` (${percentText(about)})`;
  const whose = whoseText(about, shortName(room));
  return `${eventsIn(about, room)}${share}${whose ? `, ${whose}` : ''}`;
}

/** `at least 412 unmetered events in 60 min` */
function eventsIn(about: AlertFacts, room: Room): string {
  const events = eventsText(about, (words) => cut(plainName(words), room.words));
  return room.window ? `${events} in ${windowLength(about.window)}` : events;
}

/** `account acme, globex`; one name and a number where not all names fit. */
function joinedText(about: AlertFacts, room: Room): string {
  const { joined, moreJoined } = about;
  const [first = '', ...others] = joined;
  const inFull = moreJoined === 0 && joined.length <= room.names;
  if (inFull && joined.every((name) => plainName(name).length <= room.name)) {
    const names = others.map((name) => plainName(nameText(about.by ?? 'account', name)));
    return [groupText(about, first, plainName), ...names].join(', ');
  }
  return `${groupText(about, first, shortName(room))}${moreText(others.length + moreJoined)}`;
}

function moreText(others: number): string {
  return others > 0 ? `, and ${formatCount(others)} more` : '';
}

const shortName =
  ({ name: room }: Room) =>
  (name: string): string =>
    cut(ascii(plainName(name)), room);

/** Other letters become `?`: SNS refuses them in a subject. */
function ascii(text: string): string {
  return Array.from(text.normalize('NFKD').replace(/\p{M}/gu, ''), (letter) =>
    letter >= ' ' && letter <= '~' ? letter : '?',
  ).join('');
}

function cut(text: string, maxLength = MAX_LENGTH): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 3).replace(/[\s.,;:]+$/, '')}...`;
}
