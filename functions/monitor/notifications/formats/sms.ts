import { printable } from '../../text/text.ts';
import type { Notification } from '../notification.ts';
import { isEnd } from './phrases.ts';
import { ascii, renderSubject } from './subject.ts';

/** In characters of the alphabet of SMS. A message of 160 fits; some networks add a few in front. */
const MAX_LENGTH = 140;

/** One line, short enough for a single message. It says why where there is room. */
export function renderSms(notification: Notification): string {
  const line = `Togai ${renderSubject(notification)}`;
  const why = isEnd(notification) ? undefined : notification.about?.why[0]?.why;
  if (why === undefined) return line;
  const both = `${line}. ${ascii(printable(why, MAX_LENGTH))}`;
  return both.length <= MAX_LENGTH ? both : line;
}
