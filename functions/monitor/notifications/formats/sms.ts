import { headlineOf } from '../../text/headline.ts';
import { nameText } from '../../text/name-text.ts';
import { counted, formatCount } from '../../text/text.ts';
import { dayText } from '../../timeline/time.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { shortReason } from '../reasons-by-status.ts';
import { belowTitle, failureParts } from './failure-sentences.ts';
import { countAccounts, isEnd, plainName, unknownAccounts } from './phrases.ts';
import { mayWait } from './steps-after-end.ts';
import { ascii, cut, renderSubject } from './subject.ts';
import { clockText } from './times.ts';
import { doTexts, whyItWasText, whyText } from './why-and-do.ts';

/** In characters of the alphabet of SMS. A message of 160 fits; SNS adds up to 12 in front. */
const MAX_LENGTH = 148;

/** As much of the first part of a notice as there is room for. */
const MAX_BRIEF = 130;

/** Without it people could take the message for one of Togai. */
const MONITOR = 'Usage monitor';

/** One line, short enough for a single message: the subject, and then as much as there is room for. */
export function renderSms(notification: Notification): string {
  return partsOf(notification)
    .filter((part) => part !== '')
    .reduce(
      (text, part) => {
        const longer = `${text.replace(/\.$/, '')}. ${ascii(part).replace(/[.:]$/, '')}.`;
        return longer.length <= MAX_LENGTH ? longer : text;
      },
      `${MONITOR}${beginOf(notification)}`,
    );
}

function beginOf(notification: Notification): string {
  const [first] = notification.brief ?? [];
  return first === undefined
    ? ` ${renderSubject(notification)}`
    : `: ${cut(ascii(first), MAX_BRIEF)}`;
}

/** The most urgent first. */
function partsOf(notification: Notification): string[] {
  const { about, failure, kind, brief } = notification;
  if (brief) return brief.slice(1);
  if (about) {
    return isEnd(notification) ? endParts(notification, about) : openParts(notification, about);
  }
  if (!failure) return kind === 'test' ? [] : belowTitle(notification);
  const { headline, why, next } = failureParts(notification);
  if (isEnd(notification)) return [next, headline, NO_MORE];
  return ['Going on', next, headlineOf(why).headline];
}

const NO_MORE = 'No more messages';

function openParts({ at }: Notification, about: IncidentFacts): string[] {
  const isLevel = about.nature === 'level';
  return [
    isLevel || about.goesOn ? 'Going on' : '',
    shortReason(whyText(about, plainName)),
    worstHit(about),
    isLevel && about.unit === 'percent' ? counted(about.events, 'event') : '',
    shortStep(doTexts(about, plainName)[0] ?? ''),
    about.cycleEnd === undefined ? '' : `Bill closes ${dayOrClock(about.cycleEnd, at)}`,
  ];
}

function endParts({ kind, at }: Notification, about: IncidentFacts): string[] {
  if (kind === 'closed') return ['If it goes on, you may hear nothing'];
  const why = shortReason(whyItWasText(about, plainName));
  if (about.nature === 'level') return ['Nothing to do', NO_MORE, why];
  const by = about.cycleEnd === undefined ? '' : ` by ${dayOrClock(about.cycleEnd, at)}`;
  const recover = mayWait(about.cycleEnd, at) ? 'Wait a day, then recover' : 'Recover now';
  const silent = unknownAccounts(about).length;
  const ask = silent === 0 ? '' : `Ask why ${silent === 1 ? 'it is' : 'they are'} silent`;
  return [why, worstHit(about), ask, `${recover}${by}`, NO_MORE];
}

/** The first sentence, without the way through Togai: `Attach the price plan`. */
function shortStep(text: string): string {
  const step = headlineOf(text.replace(/^Togai > [^:]*: /, '')).headline;
  return step.charAt(0).toUpperCase() + step.slice(1);
}

/** `31 Mar`, or `18:30 UTC` on the same day */
function dayOrClock(time: number, at: number): string {
  const day = dayText(time);
  return day === dayText(at) ? `${clockText(time, at)} UTC` : day;
}

/** `globex, initech +23`; nothing where the beginning names all. */
function worstHit(about: IncidentFacts): string {
  const count = countAccounts(about);
  if (count <= 3) return '';
  const names = about.accounts.slice(0, 2).map(({ name }) => plainName(nameText('account', name)));
  return `${names.join(', ')} +${formatCount(count - names.length)}`;
}
