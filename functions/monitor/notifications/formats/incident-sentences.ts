import type { Onset } from '../../incidents/onset.ts';
import { nameText } from '../../text/name-text.ts';
import { counted, formatCount } from '../../text/text.ts';
import { shareText, valueText } from '../../thresholds/value-text.ts';
import { MINUTE_MS } from '../../timeline/time.ts';
import { LATELY_MS, type Trend, trendOf } from '../growing-or-falling.ts';
import type { AccountFacts, IncidentFacts, Notification } from '../notification.ts';
import {
  countAccounts,
  type Escape,
  fateSentence,
  isEnd,
  isOne,
  levelSentence,
  lostShare,
  lostText,
  ruleText,
  upTo,
  whoseText,
  windowLength,
} from './phrases.ts';
import { agoText, clockText, onsetClockText, rangeText, timeText, type When } from './times.ts';

/** Whole sentences about an incident that email and chat share. An empty text stands for nothing to say. */

/** In an email as many names as fit into a line. */
export const NAMES = 3;

/** Where people find those that a message does not list. */
export const ALL_NAMES = 'all names: run "unmetered lost"';

/** The accounts before a sentence: `acme: `; empty where none is named. */
export function whoBefore(about: IncidentFacts, escapeName: Escape): string {
  const whose = whoseText(about, { most: NAMES, escapeName });
  if (whose === '') return '';
  return about.nature === 'level' && !about.by ? 'All accounts together: ' : `${whose}: `;
}

/** `acme: 412 of 430 events are not billed (95.8% since it began).` */
export function headlineText(about: IncidentFacts, escapeName: Escape): string {
  const who = whoBefore(about, escapeName);
  if (about.nature === 'level') {
    const events = `${eventsText(about)} in ${windowLength(about.window)}`;
    const share = about.subject === 'total' ? '' : shareText(about.percent, beside(about));
    const other = about.unit === 'percent' ? events : share;
    const whose =
      about.by || about.events === 0 ? '' : ' Which accounts it hits most is not known.';
    return `${who}${levelSentence(about, escapeName)}${other === '' ? '' : ` (${other})`}.${whose}`;
  }
  const share = lostShare(about);
  const fate = fateSentence(about.subject, about.lost, escapeName);
  return `${who}${lostText(about)} ${fate}${share === '' ? '' : ` (${share} since it began)`}.`;
}

/** `5,622 of 18,020 events`; of an account or schema, or where not everything was counted, without the whole. */
function eventsText({ by, events, base, summary }: IncidentFacts): string {
  const isOfAll = by === undefined && !summary.incomplete && base >= events;
  return isOfAll ? `${formatCount(events)} of ${counted(base, 'event')}` : counted(events, 'event');
}

/** A share beside a limit in percent has as many decimals as the evaluation needs. */
function beside(about: IncidentFacts): IncidentFacts | undefined {
  return about.unit === 'percent' ? about : undefined;
}

/** `Since 26 Nov 10:05 UTC, 35 minutes ago. Still going on.` */
export function sinceText(about: IncidentFacts, when: When): string {
  const { onset } = about;
  const began = beganText(about, when);
  if (began !== '') return `${began} ${goesOnText(about)}`;
  return `Since ${timeText(onset, when)}, ${agoText(onset, when.at)}. ${goesOnText(about)}`;
}

/** `Began between 26 Nov 02:00 and 03:00 UTC.`, `Began before 26 Nov 03:00 UTC.` or `Began at 26 Nov 10:05 UTC or earlier.`; nothing where the beginning is known. */
export function beganText(begun: Onset, when: When): string {
  const { onset, onsetUntil = onset, onsetOrEarlier } = begun;
  if (onsetUntil === onset) {
    return onsetOrEarlier ? `Began at ${timeText(onset, when)} or earlier.` : '';
  }
  if (onsetOrEarlier) return `Began before ${timeText(onsetUntil, when)}.`;
  return `Began between ${rangeText({ start: onset, end: onsetUntil }, when, ' and ')}.`;
}

/** Minutes. */
const LATELY = LATELY_MS / MINUTE_MS;

/** Whether it goes on. Without a new loss nobody knows yet whether it is over. */
function goesOnText(about: IncidentFacts): string {
  if (about.nature === 'level' || about.goesOn) return 'Still going on.';
  if (isSilent(about))
    return 'No event of it is seen any more, so nobody knows whether it is mended.';
  if (about.goesOn === undefined) return 'Still going on, as far as is known.';
  return `Nothing lost in the last ${LATELY} minutes. Nobody knows yet whether it is over.`;
}

/** No account with a loss sends events any more. */
export function isSilent({ accounts, othersLost, moreAccounts }: IncidentFacts): boolean {
  const isKnown = accounts.length > 0 && moreAccounts === 0 && othersLost === 0;
  return isKnown && accounts.every(({ stoppedAt }) => stoppedAt !== undefined);
}

/** `Steady: 118 lost in the last 10 minutes, 117 in the 10 before.`; of a level against its beginning. */
export function trendText(about: IncidentFacts): string {
  if (about.nature === 'level') return levelTrendText(about);
  const { lately } = about;
  const word = trendWord(about);
  if (word === undefined || !lately) return '';
  const { now, before } = lately;
  return `${word}: ${formatCount(now)} lost in the last ${LATELY} minutes, ${formatCount(before)} in the ${LATELY} before.`;
}

/** `Growing: 31.2% now, 25.4% when it passed the limit.` */
function levelTrendText(about: IncidentFacts): string {
  const { value, firstValue, worst } = about;
  if (isNewLevel(about)) {
    return 'It has just passed the limit: too early to say whether it grows.';
  }
  const word = trendWord(about);
  if (word === undefined || firstValue === undefined) {
    return worst === value
      ? 'Getting worse or staying the same: now is the worst since it began.'
      : `Better now: ${worstText(about)}`;
  }
  const first = `${valueText(firstValue, about)} when it passed the limit`;
  if (worst === value || worst === firstValue)
    return `${word}: ${valueText(value, about)} now, ${first}.`;
  return `${word}: ${valueText(value, about)} now, ${first}; ${worstText(about)}`;
}

function isNewLevel({ value, firstValue, onset, window }: IncidentFacts): boolean {
  return value === firstValue && onset >= window.end;
}

/** Whether the loss or the level grows; `undefined` where nobody knows, or nothing was lost lately. */
export function trendWord(about: IncidentFacts): Trend | undefined {
  const { nature, value, firstValue, lately } = about;
  if (nature === 'level') {
    return firstValue === undefined || isNewLevel(about) ? undefined : trendOf(value, firstValue);
  }
  if (!lately || (lately.now === 0 && lately.before === 0)) return undefined;
  return trendOf(lately.now, lately.before);
}

/** `at worst it was 34.5% in 60 minutes.` */
export function worstText(about: IncidentFacts): string {
  return `at worst it was ${valueText(about.worst, about)} in ${windowLength(about.window)}.`;
}

/** An account that began so much later than the incident has its own beginning. */
const LATER_MS = 10 * MINUTE_MS;

/**
 * `acme 4,102 · umbrella 31 (since 10:50 UTC) · 22 more 2,318 (names below)`; nothing for one account alone.
 *
 * @param list where all names are: `names below`
 */
export function whoText(
  about: IncidentFacts,
  escapeName: Escape,
  { at, list }: { readonly at: number; readonly list: string },
): string {
  if (about.nature === 'level' || isOne(about)) return '';
  if (countAccounts(about) === 0) return 'no account is known, or none stands out';
  const { accounts, moreAccounts, moreLost, othersLost } = about;
  const shown = accounts.slice(0, NAMES);
  const hidden = accounts.slice(NAMES);
  const more = hidden.length + moreAccounts;
  const rest = moreLost + hidden.reduce((sum, { lost }) => sum + lost, 0);
  return [
    ...shown.map(
      (account) =>
        `${escapeName(nameText('account', account.name))} ${formatCount(account.lost)}${laterText(account, about, at)}`,
    ),
    ...(more > 0 ? [`${formatCount(more)} more ${formatCount(rest)} (${list})`] : []),
    ...(othersLost > 0 ? [`others ${formatCount(othersLost)}`] : []),
  ].join(' · ');
}

function laterText(account: AccountFacts, about: IncidentFacts, at: number): string {
  if (account.onset - about.onset <= LATER_MS) return '';
  const began = account.endedAt === undefined ? 'since' : 'from';
  return ` (${began} ${onsetClockText(account, at)})`;
}

/** `Not affected: 11 other accounts (5,214 events, none lost).` */
export function unaffectedText({ unaffected, nature }: IncidentFacts): string {
  if (unaffected === null || nature === 'level') return '';
  const { accounts, events } = unaffected;
  if (accounts === 0) return 'Not affected: nobody. Every account that sent events lost some.';
  return `Not affected: ${counted(accounts, 'other account')} (${counted(events, 'event')}, none lost).`;
}

/** `Limit: at least 50% of an account's events not billed in 60 minutes. Now 55.9% in that time.` */
export function limitText(about: IncidentFacts, escapeText: Escape): string {
  const now = `${upTo(about)}${valueText(about.value, about)}`;
  // The share of the first line has only the time since it began.
  const isLonger = about.nature === 'loss' && about.window.start < about.onset;
  const before = isLonger && about.unit === 'percent' ? ' in that time' : '';
  // Strays of other accounts count as well, so it may be more than the first line says.
  const isOfAll = about.nature === 'loss' && about.unit === 'events' && about.by === undefined;
  const whose = isOfAll ? ' of all accounts' : '';
  return `Limit: ${ruleText(about, escapeText)}. Now ${now}${whose}${before}.`;
}

/** `Silenced: account test-1 until 3 Mar 09:00 UTC (mira).` */
export function silencedText({ silenced = [] }: IncidentFacts, escapeText: Escape) {
  if (silenced.length === 0) return '';
  const parts = silenced.map(
    ({ what, until, by }) =>
      `${escapeText(what)} until ${clockText(until)} UTC (${escapeText(by, 80)})`,
  );
  return `Silenced: ${parts.join(', ')}.`;
}

/** `Incident u-7k2f, message 2.` */
export function incidentText({ incidentId, sequence }: Notification): string {
  return incidentId === undefined ? '' : `Incident ${incidentId}, message ${sequence}.`;
}

/** `Stop its reminders: unmetered silence --incident u-7k2f --for 8h`; nothing once it is over. */
export function quietText(notification: Notification): string {
  const { incidentId } = notification;
  if (incidentId === undefined || isEnd(notification)) return '';
  return `Stop its reminders: unmetered silence --incident ${incidentId} --for 8h`;
}

/** The difference from a first message: it came back, it got worse, or it is only a reminder. */
export function remarkText({ kind, severity, about, failure }: Notification): string {
  if (kind === 'escalated') return `It is ${severity} now. The message before was a warning.`;
  if (kind === 'reminder') return 'A reminder: nobody has mended it yet.';
  if (kind === 'changed' && failure) return 'The cause is another one than before.';
  return kind === 'opened' && about?.isAgain ? 'It is back: it had ended, and began again.' : '';
}
