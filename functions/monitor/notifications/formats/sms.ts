import { nameText } from '../../text/name-text.ts';
import { counted, formatCount, printable } from '../../text/text.ts';
import { durationInWords } from '../../timeline/duration.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { countAccounts, headlineOf, isEnd, plainName } from './phrases.ts';
import { ascii, renderSubject } from './subject.ts';
import { clockText, spanText } from './times.ts';
import { whyText } from './why-and-do.ts';

/** In characters of the alphabet of SMS. A message of 160 fits; SNS adds up to 12 in front. */
const MAX_LENGTH = 148;

/** Nobody may read it as a message of Togai. */
const MONITOR = 'Unbilled events';

/** One line, short enough for a single message. It says why and until when, where there is room. */
export function renderSms(notification: Notification): string {
  const { about } = notification;
  if (!about) return `${MONITOR} ${gapText(notification) || renderSubject(notification)}`;
  // The name of the monitor says that it counts events.
  const subject = renderSubject(notification).replace(/ events?(?= (?:not billed|lost)\b)/, '');
  return partsOf(notification, about)
    .filter((part) => part !== '')
    .reduce((text, part) => {
      const longer = `${text.replace(/\.$/, '')}. ${part}.`;
      return longer.length <= MAX_LENGTH ? longer : text;
    }, `${MONITOR} ${subject}`);
}

/** The most urgent first: the last ones are left out where there is no room. */
function partsOf(notification: Notification, about: IncidentFacts): string[] {
  const { kind, at } = notification;
  if (isEnd(notification)) {
    return [kind === 'resolved' && about.nature === 'loss' ? recoverText(about, at) : ''];
  }
  return [
    about.nature === 'level' && about.unit === 'percent' ? counted(about.events, 'event') : '',
    shortWhy(about),
    closesText(about, at),
    worstHit(about),
    about.nature === 'level' || about.goesOn ? 'Going on' : '',
  ];
}

/** `No price plan` */
function shortWhy(about: IncidentFacts): string {
  const { headline } = headlineOf(whyText(about, plainName));
  const short = headline
    .replace(/^.* (?:has|have) no (?=price plan$)/, 'No ')
    .replace(/^(No usage meter) matches these events$/, '$1');
  return ascii(printable(short, MAX_LENGTH));
}

/** `Bill closes 30 Nov 18:30 UTC` */
function closesText({ cycleEnd }: IncidentFacts, at: number): string {
  return cycleEnd === undefined ? '' : `Bill closes ${clockText(cycleEnd, at)} UTC`;
}

function recoverText({ cycleEnd }: IncidentFacts, at: number): string {
  return cycleEnd === undefined
    ? 'Recover them'
    : `Recover them before ${clockText(cycleEnd, at)} UTC`;
}

/** `globex, initech +23`; nothing where the beginning names all. */
function worstHit(about: IncidentFacts): string {
  const count = countAccounts(about);
  if (count <= 3) return '';
  const names = about.accounts.slice(0, 2).map(({ name }) => plainName(nameText('account', name)));
  return ascii(`${names.join(', ')} +${formatCount(count - names.length)}`);
}

/** The length first: a lock screen cuts the rest. */
function gapText({ topic, range, at }: Notification): string {
  if (topic !== 'gap' || !range) return '';
  const length = durationInWords(range.end - range.start);
  return `NOTICE Not counted for ${length}: ${spanText(range, at, ' to ')} UTC`;
}
