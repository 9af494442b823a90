import { nameText } from '../../text/name-text.ts';
import { counted, formatCount } from '../../text/text.ts';
import { shareText, valueText } from '../../thresholds/value-text.ts';
import { MINUTE_MS } from '../../timeline/time.ts';
import type { AccountFacts, IncidentFacts, Notification } from '../notification.ts';
import {
  clockText,
  countAccounts,
  durationText,
  type Escape,
  fateSentence,
  isEnd,
  isOne,
  levelNowText,
  levelText,
  lostShare,
  lostText,
  ruleText,
  whoseText,
} from './phrases.ts';

/** Whole sentences about an incident that email and chat share. An empty text stands for nothing to say. */

/** In an email as many names as fit into a line. */
const NAMES = 3;

/** Who is hit, before a sentence: `acme: `; nothing where nobody is named. */
export function whoBefore(about: IncidentFacts, escapeName: Escape): string {
  const whose = whoseText(about, { most: NAMES, escapeName });
  return whose === '' ? '' : `${whose}: `;
}

/** `acme: 412 of 430 events are not billed (95.8%).` */
export function headlineText(about: IncidentFacts, escapeName: Escape): string {
  const who = whoBefore(about, escapeName);
  if (about.nature === 'level') {
    const events = counted(about.events, 'event');
    const share = about.subject === 'total' ? '' : shareText(about.percent, beside(about));
    const other = about.unit === 'percent' ? events : share;
    return `${who}${levelNowText(about, escapeName)}${other === '' ? '' : ` (${other})`}.`;
  }
  const share = lostShare(about);
  const fate = fateSentence(about.subject, about.lost, escapeName);
  return `${who}${lostText(about)} ${fate}${share === '' ? '' : ` (${share})`}.`;
}

/** A share beside a limit in percent has as many decimals as the evaluation needs. */
function beside(about: IncidentFacts): IncidentFacts | undefined {
  return about.unit === 'percent' ? about : undefined;
}

/** `Since 10:05 UTC, 35 min ago. Still going on.` */
export function sinceText(about: IncidentFacts, at: number): string {
  const { onset } = about;
  return `Since ${clockText(onset, at)} UTC, ${durationText(onset, at)} ago. ${goesOnText(about)}`;
}

/** Whether it goes on. Without a new loss nobody knows yet whether it is over. */
function goesOnText(about: IncidentFacts): string {
  if (about.nature === 'level' || about.lately.now > 0) return 'Still going on.';
  if (isSilent(about)) return 'No events come any more, so nobody knows whether it is mended.';
  return 'No loss in the last 10 minutes. That it is over is not proven yet.';
}

/** Nobody who lost events sends any. */
function isSilent({ accounts, othersLost, moreAccounts }: IncidentFacts): boolean {
  const isKnown = accounts.length > 0 && moreAccounts === 0 && othersLost === 0;
  return isKnown && accounts.every(({ stoppedAt }) => stoppedAt !== undefined);
}

/** Smaller changes than a fifth are chance. */
const STEADY = 1.2;

/** `Steady: 118 lost in the last 10 minutes, 117 in the 10 before.` */
export function trendText(about: IncidentFacts, escapeText: Escape): string {
  const { now, before } = about.lately;
  if (about.nature === 'level') return `At worst ${levelText(about, about.worst, escapeText)}.`;
  if (now === 0 && before === 0) return '';
  const numbers = `${formatCount(now)} lost in the last 10 minutes, ${formatCount(before)} in the 10 before.`;
  if (now > before * STEADY) return `Growing: ${numbers}`;
  return before > now * STEADY ? `Falling: ${numbers}` : `Steady: ${numbers}`;
}

/** Such accounts began together. */
const TOGETHER_MS = 10 * MINUTE_MS;

/** What many accounts share: `All 25 began within 10 minutes, all schema api_calls: look for one cause.` */
export function commonText(about: IncidentFacts, escapeName: Escape): string {
  const { accounts, summary } = about;
  if (accounts.length < 2) return '';
  const onsets = accounts.map(({ onset }) => onset);
  const all = about.moreAccounts === 0 ? 'All' : 'The largest';
  const isTogether = Math.max(...onsets) - Math.min(...onsets) <= TOGETHER_MS;
  const [schema, ...others] = summary.truncated ? [] : summary.topSchemas;
  const shared = [
    ...(isTogether ? ['began within 10 minutes'] : []),
    ...(schema && others.length === 0
      ? [`lose only schema ${escapeName(nameText('schema', schema.name))}`]
      : []),
  ];
  if (shared.length === 0) return '';
  const whole = all === 'All' && accounts.length === 2 ? 'Both' : `${all} ${accounts.length}`;
  return `${whole} ${shared.join(' and ')}: look for one cause.`;
}

/** `acme 4,102 · globex 1,880 · initech 990 · 22 more 2,318`; nothing for one account alone. */
export function whoText(about: IncidentFacts, escapeName: Escape): string {
  if (countAccounts(about) === 0 || isOne(about)) return '';
  const { accounts, moreAccounts, moreLost, othersLost } = about;
  const shown = accounts.slice(0, NAMES);
  const hidden = accounts.slice(NAMES);
  const more = hidden.length + moreAccounts;
  const rest = moreLost + hidden.reduce((sum, { lost }) => sum + lost, 0);
  return [
    ...shown.map(
      ({ name, lost }) => `${escapeName(nameText('account', name))} ${formatCount(lost)}`,
    ),
    ...(more > 0 ? [`${formatCount(more)} more ${formatCount(rest)}`] : []),
    ...(othersLost > 0 ? [`others ${formatCount(othersLost)}`] : []),
  ].join(' · ');
}

/** `New: umbrella. Mended: acme.`: what has changed since the message before. */
export function newsText({ accounts }: IncidentFacts, escapeName: Escape): string {
  const news = accounts.filter(({ isNews }) => isNews);
  const list = (title: string, of: readonly AccountFacts[]) =>
    of.length === 0 ? [] : [`${title}: ${listed(of, escapeName)}.`];
  return [
    ...list(
      'New',
      news.filter(({ endedAt, stoppedAt }) => (endedAt ?? stoppedAt) === undefined),
    ),
    ...list(
      'Mended',
      news.filter(({ endedAt }) => endedAt !== undefined),
    ),
  ].join(' ');
}

/** `hooli sends nothing any more: not known to be mended.` Nothing where a sentence above says so of all. */
export function stoppedText(notification: Notification, escapeName: Escape): string {
  const { about } = notification;
  if (!about || (!isEnd(notification) && isSilent(about))) return '';
  const stopped = about.accounts.filter(
    ({ stoppedAt, endedAt }) => stoppedAt !== undefined && endedAt === undefined,
  );
  if (stopped.length === 0) return '';
  const verb = stopped.length === 1 ? 'sends' : 'send';
  return `${listed(stopped, escapeName)} ${verb} nothing any more: not known to be mended.`;
}

function listed(accounts: readonly AccountFacts[], escapeName: Escape): string {
  const shown = accounts.slice(0, NAMES).map(({ name }) => escapeName(nameText('account', name)));
  const more = accounts.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** What is not affected: `11 other accounts: 5,214 events, none lost.` */
export function unaffectedText({ unaffected, nature }: IncidentFacts): string {
  if (unaffected === null || nature === 'level') return '';
  const { accounts, events } = unaffected;
  if (accounts === 0) return 'Not affected: nobody. Every account that sent events lost some.';
  return `Not affected: ${counted(accounts, 'other account')} with ${counted(events, 'event')}, none lost.`;
}

/** `Limit: at least 50% of an account's events not billed in 60 min. Now 95.8%.` */
export function limitText(about: IncidentFacts, escapeText: Escape): string {
  return `Limit: ${ruleText(about, escapeText)}. Now ${valueText(about.value, about)}.`;
}

/** `Silenced: test-1 until 09:00 (mira).` */
export function silencedText({ silenced = [] }: IncidentFacts, at: number, escapeText: Escape) {
  if (silenced.length === 0) return '';
  const parts = silenced.map(
    ({ what, until, by }) =>
      `${escapeText(what)} until ${clockText(until, at)} (${escapeText(by, 80)})`,
  );
  return `Silenced: ${parts.join(', ')}.`;
}

/** `Incident u-7k2f, message 2.` */
export function incidentText({ incidentId, sequence }: Notification): string {
  return incidentId === undefined ? '' : `Incident ${incidentId}, message ${sequence}.`;
}

/** What is special about the message: it came back, it got worse, or it is only a reminder. */
export function remarkText({ kind, severity, about }: Notification): string {
  if (kind === 'escalated') return `This is ${severity} now; the message before was not.`;
  if (kind === 'reminder') return 'A reminder: it has not ended yet.';
  return kind === 'opened' && about?.isAgain
    ? 'It is back: this incident had ended, and has begun again.'
    : '';
}
