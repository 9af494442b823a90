import { formatCount } from '../../text/text.ts';
import type { AlertFacts, Notification } from '../notification.ts';
import {
  atLeast,
  eventsText,
  groupText,
  lasted,
  monitorHeadline,
  percentText,
  plainName,
  subjectWords,
  valueText,
  whoseText,
  windowLength,
} from './phrases.ts';

/** SNS: "less than 100 characters", ASCII, no line breaks or control characters. */
const MAX_LENGTH = 99;
const MAX_NAME = 40;

/** What a person reads on a lock screen: `CRITICAL: 412 unmetered events in 60 min (6.1%), 398 of them account acme`. */
export function renderSubject(notification: Notification): string {
  const { about } = notification;
  const text = about
    ? alertSubject(notification, about)
    : `${monitorHeadline(notification)}: ${notification.reason}`;
  return ascii(text);
}

function alertSubject({ kind, severity, at }: Notification, about: AlertFacts): string {
  const level = severity.toUpperCase();
  const rule = about.threshold;
  switch (kind) {
    case 'resolved':
      return `RESOLVED after ${lasted(about, at)}: ${rule} (at worst ${valueText(about.peak, about.unit)})`;
    case 'withdrawn':
      return `WITHDRAWN, not solved: ${rule}`;
    case 'grew':
      return `${level}, GROWING: also ${about.by} ${about.joined.map(short).join(', ')}, ${eventsText(about, plainName)} in ${windowLength(about.window)}`;
    case 'reminder':
      return `STILL ${level} after ${lasted(about, at)}: ${headline(about)}`;
    default:
      return about.resolvedAt === undefined
        ? `${level}: ${headline(about)}`
        : `${level}, OVER after ${lasted(about, at)}: ${headline(about)}`;
  }
}

function headline(about: AlertFacts): string {
  const length = windowLength(about.window);
  const [first] = about.groups;
  if (about.by && first) {
    const noun = subjectWords(about.subject);
    const share = about.unit === 'percent' ? ` (${percentText(first.value)})` : '';
    const others = about.groups.length - 1 + about.moreGroups;
    const more = others > 0 ? `, and ${formatCount(others)} more` : '';
    return `${groupText(about, short(first.name), plainName)}: ${atLeast(about.summary)}${formatCount(first.events)} ${noun} events in ${length}${share}${more}`;
  }
  const share = about.subject === 'total' ? '' : ` (${percentText(about.percent)})`;
  const whose = whoseText(about, short);
  return `${eventsText(about, plainName)} in ${length}${share}${whose ? `, ${whose}` : ''}`;
}

function short(name: string): string {
  const safe = plainName(name);
  return safe.length <= MAX_NAME ? safe : `${safe.slice(0, MAX_NAME - 3)}...`;
}

/** Other letters become `?`: SNS refuses them in a subject. */
function ascii(text: string): string {
  const safe = Array.from(text.normalize('NFKD').replace(/\p{M}/gu, ''), (letter) =>
    letter >= ' ' && letter <= '~' ? letter : '?',
  ).join('');
  return safe.length <= MAX_LENGTH
    ? safe
    : `${safe.slice(0, MAX_LENGTH - 3).replace(/[\s.,;:]+$/, '')}...`;
}
