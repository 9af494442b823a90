import { printable } from '../../text/text.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { headlineOf, isEnd, plainName } from './phrases.ts';
import { ascii, renderSubject } from './subject.ts';
import { clockText } from './times.ts';
import { whyText } from './why-and-do.ts';

/** In characters of the alphabet of SMS. A message of 160 fits; some networks add a few in front. */
const MAX_LENGTH = 140;

/** One line, short enough for a single message. It says why and until when, where there is room. */
export function renderSms(notification: Notification): string {
  const { about, at } = notification;
  const line = `Togai ${renderSubject(notification)}`;
  if (!about) return line;
  const reason = isEnd(notification) ? '' : shortWhy(about);
  return [reason, closesText(about, at)]
    .filter((part) => part !== '')
    .reduce((text, part) => {
      const longer = `${text.replace(/\.$/, '')}. ${part}.`;
      return longer.length <= MAX_LENGTH ? longer : text;
    }, line);
}

/** `The account has no price plan` */
function shortWhy(about: IncidentFacts): string {
  return ascii(printable(headlineOf(whyText(about, plainName)).headline, MAX_LENGTH));
}

/** `Bill closes 30 Nov` */
function closesText({ cycleEnd }: IncidentFacts, at: number): string {
  if (cycleEnd === undefined) return '';
  const isToday = clockText(cycleEnd, at).length === 5;
  return `Bill closes ${isToday ? clockText(cycleEnd, at) : clockText(cycleEnd, at).slice(0, -6)}`;
}
