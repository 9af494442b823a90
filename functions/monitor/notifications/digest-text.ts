import { nameText } from '../text/name-text.ts';
import { counted, estimateText, formatCount, printable } from '../text/text.ts';
import { shareText } from '../thresholds/value-text.ts';
import { durationInWords } from '../timeline/duration.ts';
import { dayText, HOUR_MS, MINUTE_MS, shortTime } from '../timeline/time.ts';
import type { Digest, FreshNames } from './digest.ts';

const NAMES = 10;
const MAX_NAME = 256;
/** A run or two that did not count are no news. */
const SHORT_MS = 30 * MINUTE_MS;

/** A digest in lines. The first one is the subject. */
export function digestText(digest: Digest): string {
  return [
    headline(digest),
    worthLine(digest),
    accountsLine(digest),
    incidentsLine(digest),
    unnoticedLine(digest),
    ...whyAndDo(digest),
    'This comes once a week; DigestDay = off ends it.',
    healedLine(digest),
    ...freshLines(digest.fresh),
    stoppedLine(digest.stopped),
    boundLine(digest),
    holesLine(digest),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** `The week to 23 Nov: 1,517 of 3,013,584 events not billed (0.1%, 3 accounts), 1 incident open.` */
function headline({ week, lost, settled, accounts, open, isPartial }: Digest): string {
  const least = isPartial ? 'at least ' : '';
  const whose = accounts.length > 0 ? `, ${counted(accounts.length, 'account')}` : '';
  const share = settled > 0 && lost > 0 ? ` (${shareText((100 * lost) / settled)}${whose})` : '';
  const still = open.length > 0 ? `, ${counted(open.length, 'incident')} open` : '';
  return `The week to ${dayText(week.end)}: ${least}${formatCount(lost)} of ${counted(settled, 'event')} not billed${share}${still}.`;
}

function healedLine({ healed }: Digest): string {
  if (healed === 0) return '';
  return `Billed late: ${counted(healed, 'event')}, perhaps of earlier weeks. They are not subtracted above.`;
}

/** Each cause stands in the messages of its incident. */
function whyAndDo({ lost, unnoticed, incidents, cycleEnd }: Digest): string[] {
  if (lost === 0) return ['Do: nothing.'];
  const end =
    cycleEnd === undefined
      ? 'the end of the billing cycle'
      : `${dayText(cycleEnd)} ${shortTime(cycleEnd).slice(11)} UTC`;
  const causes = [
    ...(incidents > 0 ? ['the messages of each incident say it'] : []),
    ...(unnoticed > 0 ? ['of losses below the limits it is not known'] : []),
  ];
  return [
    `Why: ${causes.join('; ')}.`,
    `Do: recover them by ${end}.`,
    ...(cycleEnd === undefined ? [] : ['The first of the billing cycles closes then.']),
    ...(unnoticed > 0 ? ['To be told of losses below the limits, lower one in Thresholds.'] : []),
  ];
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
      ? [
          shown.length > 0
            ? `others ${formatCount(rest)} (all names: command unmetered lost)`
            : 'not known',
        ]
      : []),
  ];
  return `By account: ${parts.join(', ')}.`;
}

function incidentsLine({ incidents, open, unproven }: Digest): string {
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
  const end = still.length > 0 ? `still open: ${still.join(', ')}` : 'none open';
  const silent = unproven.length > 0 ? ` Not known to be mended: ${listed(unproven)}.` : '';
  return `Incidents: ${formatCount(incidents)}, ${end}.${silent}`;
}

/** A slow leak is nobody's alarm, and still not on the bill. */
function unnoticedLine({ week, unnoticed, accounts }: Digest): string {
  if (unnoticed === 0) return '';
  const leaks = accounts
    .filter((account) => account.unnoticed > 0)
    .sort((a, b) => b.unnoticed - a.unnoticed)
    .slice(0, NAMES)
    .map(
      ({ name, unnoticed: own, lastLoss }) =>
        `${accountText(name)} ${formatCount(own)} (${week.end - lastLoss < HOUR_MS ? 'still going on' : `last at ${shortTime(lastLoss)} UTC`})`,
    );
  const whose = leaks.length > 0 ? `: ${leaks.join(', ')}` : '';
  return `${counted(unnoticed, 'lost event')} stayed below every limit, so nobody was notified${whose}.`;
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
