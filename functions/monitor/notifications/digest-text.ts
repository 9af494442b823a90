import { nameText } from '../text/name-text.ts';
import { counted, estimateText, formatCount, printable } from '../text/text.ts';
import { shareText } from '../thresholds/value-text.ts';
import { durationInWords } from '../timeline/duration.ts';
import { dayAndClock, dayText, HOUR_MS, MINUTE_MS, shortTime } from '../timeline/time.ts';
import type { Digest, FreshNames } from './digest.ts';
import { shortReason } from './reasons-by-status.ts';

const NAMES = 5;
const MAX_NAME = 256;
/** Its full stop included: a subject has 99 characters, and begins with `NOTICE `. */
const MAX_HEADLINE = 93;
const MAX_CAUSE = 80;
const NOT_KNOWN = 'Cause not known';
/** A run or two that did not count are no news. */
const SHORT_MS = 30 * MINUTE_MS;

/** A digest in lines. The first one is the subject. Details come after an empty one. */
export function digestText(digest: Digest): string {
  const lines = [
    headline(digest),
    worthLine(digest),
    accountsLine(digest),
    whyLine(digest),
    incidentsLine(digest),
    unnoticedLine(digest),
    ...doLines(digest),
    'This comes once a week; DigestDay = off ends it.',
  ];
  const details = [
    healedLine(digest),
    ...freshLines(digest.fresh),
    stoppedLine(digest.stopped),
    boundLine(digest),
    holesLine(digest),
  ];
  return [lines, details]
    .map((block) => block.filter((line) => line !== '').join('\n'))
    .filter((block) => block !== '')
    .join('\n\n');
}

/** `The week to 23 Nov: 1,517 of 3,013,584 events not billed (0.1%; acme and 2 more), 1 incident open.` */
function headline(digest: Digest): string {
  const { accounts } = digest;
  const [first, ...others] = accounts;
  if (!first) return headlineWith(digest, '');
  const more = others.length > 0 ? ` and ${formatCount(others.length)} more` : '';
  const named = headlineWith(digest, `; ${accountText(first.name)}${more}`);
  return named.length <= MAX_HEADLINE
    ? named
    : headlineWith(digest, `, ${counted(accounts.length, 'account')}`);
}

function headlineWith({ week, lost, settled, open, isPartial }: Digest, whose: string): string {
  const least = isPartial ? 'at least ' : '';
  const share = settled > 0 && lost > 0 ? ` (${shareText((100 * lost) / settled)}${whose})` : '';
  const still = open.length > 0 ? `, ${counted(open.length, 'incident')} open` : '';
  return `The week to ${dayText(week.end)}: ${least}${formatCount(lost)} of ${counted(settled, 'event')} not billed${share}${still}.`;
}

function healedLine({ healed }: Digest): string {
  if (healed === 0) return '';
  return `Billed late: ${counted(healed, 'event')}, perhaps of earlier weeks. They are not subtracted above.`;
}

/** `Why: No price plan (acme and 1 more). Cause not known (initech; losses below the limits).` */
function whyLine({ lost, unnoticed, causes }: Digest): string {
  if (lost === 0) return '';
  const whose = new Map<string, string[]>();
  for (const { whose: name, otherAccounts, why } of causes) {
    const more = otherAccounts > 0 ? ` and ${formatCount(otherAccounts)} more` : '';
    const cause = why === undefined ? NOT_KNOWN : printable(shortReason(why), MAX_CAUSE);
    whose.set(cause, [...(whose.get(cause) ?? []), `${accountText(name)}${more}`]);
  }
  if (unnoticed > 0) {
    whose.set(NOT_KNOWN, [...(whose.get(NOT_KNOWN) ?? []), 'losses below the limits']);
  }
  const shown = [...whose].slice(0, NAMES);
  const more = whose.size > shown.length ? ' Others: see the messages of each incident.' : '';
  return `Why: ${shown.map(([cause, names]) => `${cause} (${listed(names)})`).join('. ')}.${more}`;
}

/** The first line is short enough for an SMS. */
function doLines(digest: Digest): string[] {
  const { lost, cycleEnd } = digest;
  if (lost === 0) return [`Do: ${checks(digest).join('; ') || 'nothing'}.`];
  const how = 'The steps say how to recover these events.';
  if (cycleEnd === undefined) return [`Do: recover by the end of the billing cycle. ${how}`];
  return [
    `Do: recover by ${dayAndClock(cycleEnd)} UTC.`,
    `The first billing cycle of these accounts closes then. ${how}`,
  ];
}

/** Without a known loss: everything that may still hide one. */
function checks({ open, unproven, isPartial }: Digest): string[] {
  return [
    ...(open.length > 0
      ? [`mend the ${open.length === 1 ? 'incident' : 'incidents'} still open`]
      : []),
    ...(unproven.length > 0
      ? [`check whether ${listed(unproven)} ${unproven.length === 1 ? 'is' : 'are'} mended`]
      : []),
    ...(isPartial ? ['check in Togai the time that was not counted completely'] : []),
  ];
}

function worthLine({ worth }: Digest): string {
  if (!worth) return '';
  const { amount, accounts, of } = worth;
  const part =
    accounts < of
      ? ` for ${formatCount(accounts)} of ${formatCount(of)} accounts; of the others it is not known`
      : '';
  return `Worth: about ${estimateText(amount)} in Togai's base currency (an estimate${part}).`;
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
            ? `others ${formatCount(rest)} (all names: run "unmetered lost")`
            : 'not known',
        ]
      : []),
  ];
  return `By account: ${parts.join(', ')}.`;
}

function incidentsLine({ incidents, open, unproven }: Digest): string {
  if (incidents === 0) return 'Incidents of lost events: none.';
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
  const [are, them] = unproven.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const silent =
    unproven.length === 0
      ? ''
      : ` Nobody knows whether ${listed(unproven)} ${are} mended: check ${them}.`;
  return `Incidents of lost events: ${formatCount(incidents)}, ${end}.${silent}`;
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
  return `${counted(unnoticed, 'lost event')} stayed below every limit, so nobody was notified${whose}. Look samples up in Togai. To be told earlier, lower a limit in Thresholds.`;
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
