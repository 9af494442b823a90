import { nameText } from '../text/name-text.ts';
import { counted, estimateText, formatCount, printable } from '../text/text.ts';
import { shareText } from '../thresholds/value-text.ts';
import { durationInWords } from '../timeline/duration.ts';
import { MINUTE_MS, shortTime } from '../timeline/time.ts';
import type { Digest, FreshNames } from './digest.ts';

const NAMES = 10;
const MAX_NAME = 256;
/** A run or two that did not count are no news. */
const SHORT_MS = 30 * MINUTE_MS;

/** A digest in lines. The first one is the subject. */
export function digestText(digest: Digest): string {
  return [
    headline(digest),
    lossLine(digest),
    worthLine(digest),
    accountsLine(digest),
    incidentsLine(digest),
    unnoticedLine(digest),
    ...freshLines(digest.fresh),
    stoppedLine(digest.stopped),
    boundLine(digest),
    holesLine(digest),
    digest.lost > 0 ? 'Do: recover the lost events before the billing cycle closes.' : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/**
 * `The week to 2026-11-23: 1,517 events lost, 1,517 not on the bill, 1 incident open.` Events that healed may have been lost
 * before this week, so they are not subtracted.
 */
function headline({ week, lost, healed, open, isPartial }: Digest): string {
  const day = shortTime(week.end).slice(0, 10);
  const least = isPartial ? 'at least ' : '';
  const rest = healed > 0 ? `, ${formatCount(healed)} healed` : '';
  const left = healed === 0 && lost > 0 ? `, ${formatCount(lost)} not on the bill` : rest;
  const still = open.length > 0 ? `, ${counted(open.length, 'incident')} open` : '';
  return `The week to ${day}: ${least}${counted(lost, 'event')} lost${left}${still}.`;
}

function lossLine({ lost, settled, healed }: Digest): string {
  const share = settled > 0 && lost > 0 ? ` (${shareText((100 * lost) / settled)})` : '';
  const of = `${formatCount(lost)} of ${counted(settled, 'event')} were lost${share}.`;
  if (healed === 0) return lost === 0 ? of : `${of} None of them is known to have healed.`;
  return `${of} ${counted(healed, 'event')} that had been lost healed and ${healed === 1 ? 'is' : 'are'} billed; ${healed === 1 ? 'it' : 'they'} may have been lost before this week.`;
}

function worthLine({ worth }: Digest): string {
  if (!worth) return '';
  const { amount, accounts, of } = worth;
  const part = accounts < of ? `, for ${formatCount(accounts)} of ${formatCount(of)} accounts` : '';
  return `Worth: about ${estimateText(amount)} in your base currency (an estimate${part}).`;
}

/** `By account: acme 1,204, globex 300, others 13.` */
function accountsLine({ accounts, lost }: Digest): string {
  if (lost === 0) return '';
  const shown = accounts.slice(0, NAMES);
  const rest = lost - shown.reduce((sum, account) => sum + account.lost, 0);
  const parts = [
    ...shown.map((account) => `${accountText(account.name)} ${formatCount(account.lost)}`),
    ...(rest > 0
      ? [`${shown.length > 0 ? 'others' : 'accounts not known'} ${formatCount(rest)}`]
      : []),
  ];
  return `By account: ${parts.join(', ')}.`;
}

function incidentsLine({ incidents, open }: Digest): string {
  if (incidents === 0) return 'Incidents: none.';
  const still = open.map(({ accounts: [first, ...others], subject, ...begun }) => {
    const { onset, onsetUntil = onset, onsetOrEarlier } = begun;
    const whose = first ? accountText(first.name) : subject;
    const more = others.length > 0 ? ` and ${formatCount(others.length)} more` : '';
    const since = onsetOrEarlier
      ? `${shortTime(onsetUntil)} UTC or earlier`
      : `${shortTime(onset)} UTC${onsetUntil === onset ? '' : ' or later'}`;
    return `${whose}${more} since ${since}`;
  });
  const end = still.length > 0 ? `still open: ${still.join(', ')}` : 'all over';
  return `Incidents: ${formatCount(incidents)}, ${end}.`;
}

/** A slow leak is nobody's alarm, and still not on the bill. */
function unnoticedLine({ unnoticed, accounts }: Digest): string {
  if (unnoticed === 0) return '';
  const leaks = accounts
    .filter((account) => account.unnoticed > 0)
    .sort((a, b) => b.unnoticed - a.unnoticed)
    .slice(0, NAMES)
    .map((account) => `${accountText(account.name)} ${formatCount(account.unnoticed)}`);
  const whose = leaks.length > 0 ? `: ${leaks.join(', ')}` : '';
  return `${counted(unnoticed, 'lost event')} stayed below every limit, so nobody was told${whose}.`;
}

function freshLines(fresh: FreshNames | undefined): string[] {
  if (!fresh) return [];
  const { accounts, schemas, statuses, isOfLosses, comparedDays } = fresh;
  const before = `not in the ${comparedDays} days before`;
  const line = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${title} (${before}): ${listed(names)}.`];
  return [
    ...line('New statuses', statuses).map(
      (text) => `${text} Something changed in Togai or at a sender.`,
    ),
    ...line(isOfLosses ? 'Schemas that lost events first' : 'New schemas', schemas),
    ...line(isOfLosses ? 'Accounts that lost events first' : 'New accounts', accounts),
  ];
}

function stoppedLine(stopped: readonly string[]): string {
  if (stopped.length === 0) return '';
  return `Silent for a day or more, after events on most days: ${listed(stopped)}.`;
}

function boundLine({ week, from }: Digest): string {
  if (from - week.start < SHORT_MS) return '';
  return `Only what was counted from ${shortTime(from)} UTC on is in these numbers: ${durationInWords(week.end - from)}.`;
}

function holesLine({ uncountedMs }: Digest): string {
  if (uncountedMs === 0) return '';
  return `For ${durationInWords(uncountedMs)} of the week there are no counts.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES).map(accountText);
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ');
}

function accountText(name: string): string {
  return printable(nameText('account', name), MAX_NAME);
}
