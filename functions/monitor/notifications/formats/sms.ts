import { headlineOf } from '../../text/headline.ts';
import { nameText } from '../../text/name-text.ts';
import { counted, formatCount } from '../../text/text.ts';
import { dayText } from '../../timeline/time.ts';
import { NO_CAUSE, shortReason } from '../cause-and-next-step-by-status.ts';
import type { IncidentFacts, Notification } from '../notification.ts';
import { doTexts, whyItWasText, whyText } from './cause-and-next-step-sentences.ts';
import { belowTitle, failureParts } from './failure-sentences.ts';
import { trendWord } from './incident-sentences.ts';
import { countAccounts, isEnd, plainName, unknownAccounts } from './phrases.ts';
import { mayWait } from './steps-after-end.ts';
import { ascii, cut, renderSubject } from './subject-line.ts';
import { clockText } from './times.ts';

/** In characters of the alphabet of SMS. A message of 160 fits; SNS adds up to 12 in front. */
const MAX_LENGTH = 148;

/** As much of the first part of a notice as there is room for. */
const MAX_BRIEF = 130;

/** Without it people could take the message for one of Togai. */
const MONITOR = 'Usage monitor';

/** One line, short enough for a single message: the subject, and then as much as there is room for. */
export function renderSms(notification: Notification): string {
  return partsOf(notification).reduce<string>(
    (text, part) =>
      [part]
        .flat()
        .filter((wording) => wording !== '')
        .map((wording) => `${text.replace(/\.$/, '')}. ${ascii(wording).replace(/[.:]$/, '')}.`)
        .find((longer) => longer.length <= MAX_LENGTH) ?? text,
    `${MONITOR}${beginOf(notification)}`,
  );
}

/** One or more wordings of the same: the first that has room stands. */
type Part = string | readonly string[];

function beginOf(notification: Notification): string {
  const [first] = notification.brief ?? [];
  return first === undefined
    ? ` ${renderSubject(notification)}`
    : `: ${cut(ascii(first), MAX_BRIEF)}`;
}

/** The most urgent first. */
function partsOf(notification: Notification): readonly Part[] {
  const { about, failure, kind, brief } = notification;
  if (brief) return brief.slice(1);
  if (about) {
    return isEnd(notification) ? endParts(notification, about) : openParts(notification, about);
  }
  if (!failure) return kind === 'test' ? [] : belowTitle(notification);
  const { headline, why, next } = failureParts(notification);
  if (isEnd(notification)) return [next, headline, NO_MORE];
  const step = headlineOf(next).headline;
  return [[next, step, inFewWords(step)], 'Going on', headlineOf(why).headline];
}

const NO_MORE = 'No more messages';

function openParts({ at }: Notification, about: IncidentFacts): readonly Part[] {
  const isLevel = about.nature === 'level';
  const step = shortStep(doTexts(about, plainName)[0] ?? '');
  const steps = [step, inFewWords(step)];
  const why = shortReason(whyText(about, plainName));
  const goesOn = isLevel || about.goesOn ? 'Going on' : '';
  return [
    trendWord(about) ?? goesOn,
    ...(why === NO_CAUSE ? [steps, why] : [why, steps]),
    worstHit(about),
    isLevel && about.unit === 'percent' ? counted(about.events, 'event') : '',
    about.cycleEnd === undefined ? '' : `Bill closes ${dayOrClock(about.cycleEnd, at)}`,
  ];
}

function endParts({ kind, at }: Notification, about: IncidentFacts): readonly Part[] {
  const why = shortReason(whyItWasText(about, plainName));
  if (kind === 'closed') return ['Check if it goes on. No more messages', why];
  if (about.nature === 'level') return ['Nothing to do', NO_MORE, why];
  const by = about.cycleEnd === undefined ? '' : ` by ${dayOrClock(about.cycleEnd, at)}`;
  const silent = unknownAccounts(about).length;
  const ask = silent === 0 ? '' : `Ask why ${silent === 1 ? 'it is' : 'they are'} silent`;
  const recover = `Recover${by === '' ? ' the events' : by}`;
  const isUrgent = !mayWait(about.cycleEnd, at);
  const wait = silent === 0 ? `Wait a day, then recover${by}` : '';
  const ways = [isUrgent ? `Recover now${by === '' ? '' : `,${by}`}` : wait, recover];
  return [ways, ask, why, worstHit(about), NO_MORE];
}

/** The first sentence, without the way through Togai: `Attach the price plan`. */
function shortStep(text: string): string {
  const step = headlineOf(text.replace(/^Togai > [^:]*: /, '')).headline;
  return step.charAt(0).toUpperCase() + step.slice(1);
}

/** `Ask the team that sends them`, without the rest of the step. */
function inFewWords(step: string): string {
  return step.replace(/(?:,| about | for | or | to ).*$/, '');
}

/** `31 Mar`, or `18:30 UTC` on the same day */
function dayOrClock(time: number, at: number): string {
  const day = dayText(time);
  return day === dayText(at) ? `${clockText(time, at)} UTC` : day;
}

/** `globex +24`; nothing where the beginning names all. */
function worstHit(about: IncidentFacts): string {
  const count = countAccounts(about);
  const [first] = about.accounts;
  if (count <= 3 || !first) return '';
  return `${plainName(nameText('account', first.name))} +${formatCount(count - 1)}`;
}
