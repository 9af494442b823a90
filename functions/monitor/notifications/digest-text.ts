import type { Onset } from '../incidents/onset.ts';
import { counted, formatCount } from '../text/text.ts';
import { durationInWords } from '../timeline/duration.ts';
import { shortTime } from '../timeline/time.ts';
import type { Digest } from './digest-facts.ts';
import {
  accountText,
  causesOf,
  digestHeadline,
  goesOn,
  listed,
  NAMES,
} from './digest-headline-and-causes.ts';
import type { FreshNames } from './digest-new-names.ts';
import { doLines } from './digest-next-steps.ts';
import { SHORT_MS } from './digest-week-sums.ts';
import { trendOf } from './growing-or-falling.ts';
import { amountText, ESTIMATE } from './worth-text.ts';

/** A digest in lines. The first one is the subject. Details come after an empty one. */
export function digestText(digest: Digest): string {
  const lines = [
    digestHeadline(digest),
    ...doLines(digest),
    accountsLine(digest),
    trendLine(digest),
    whyLine(digest),
    incidentsLine(digest),
    unnoticedLine(digest),
    worthLine(digest),
    'Once a week; DigestDay = off ends it.',
  ];
  const details = [
    healedLine(digest),
    ...freshLines(digest.fresh),
    stoppedLine(digest.stopped),
    boundLine(digest),
  ];
  return [lines, details]
    .map((block) => block.filter((line) => line !== '').join('\n'))
    .filter((block) => block !== '')
    .join('\n\n');
}

function healedLine({ healed }: Digest): string {
  if (healed === 0) return '';
  return `Billed late: ${counted(healed, 'event')}, perhaps of earlier weeks. They are not subtracted above.`;
}

/** `Why: No price plan (acme and 1 more). Cause not known (initech, losses below the limits).` */
function whyLine(digest: Digest): string {
  if (digest.lost === 0) return '';
  const causes = causesOf(digest);
  const shown = causes.slice(0, NAMES).map(({ cause, whose }) => `${cause} (${listed(whose)})`);
  const more = causes.length > shown.length ? ' Others: see the messages of each incident.' : '';
  return `Why: ${shown.join('. ')}.${more}`;
}

/** `Growing: 1,517 lost in this week, 1,204 in the week before.` */
function trendLine({ lost, lostBefore, isPartial }: Digest): string {
  if (lostBefore === undefined)
    return 'Trend not known: there are no whole counts of the week before.';
  if (lost === 0 && lostBefore === 0) return '';
  const numbers = `${isPartial ? 'at least ' : ''}${formatCount(lost)} lost in this week, ${formatCount(lostBefore)} in the week before.`;
  const word = trendOf(lost, lostBefore);
  // A lower bound that is not above proves no fall.
  return `${isPartial && word !== 'Growing' ? 'Trend not known' : word}: ${numbers}`;
}

function worthLine(digest: Digest): string {
  const amount = amountText(digest);
  return amount === '' ? '' : `Worth about ${amount} (${ESTIMATE}).`;
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

function incidentsLine({ incidents, open }: Digest): string {
  if (incidents === 0) return 'Incidents of lost events: none.';
  const still = open.map(({ accounts: [first, ...others], subject, ...begun }) => {
    const whose = first ? accountText(first.name) : subject;
    const more = others.length > 0 ? ` and ${formatCount(others.length)} more` : '';
    return `${whose}${more} since ${onsetTimeText(begun)}`;
  });
  const end = still.length > 0 ? `still open: ${still.join(', ')}` : 'none open';
  return `Incidents of lost events: ${formatCount(incidents)}, ${end}.`;
}

/** As closely as it is known. */
function onsetTimeText({ onset, onsetUntil = onset, onsetOrEarlier }: Onset): string {
  if (onsetUntil === onset) return `${shortTime(onset)} UTC${onsetOrEarlier ? ' or earlier' : ''}`;
  return onsetOrEarlier
    ? `before ${shortTime(onsetUntil)} UTC`
    : `${shortTime(onset)} UTC or later`;
}

/** A slow leak breaches no rule, and is still not on the bill. */
function unnoticedLine({ week, unnoticed, accounts }: Digest): string {
  if (unnoticed === 0) return '';
  const leaks = accounts
    .filter((account) => account.unnoticed > 0)
    .sort((a, b) => b.unnoticed - a.unnoticed)
    .slice(0, NAMES)
    .map(
      ({ name, unnoticed: own, lastLoss }) =>
        `${accountText(name)} ${formatCount(own)} (${goesOn(week, lastLoss) ? 'still going on' : `last at ${shortTime(lastLoss)} UTC`})`,
    );
  const whose = leaks.length > 0 ? `: ${leaks.join(', ')}` : '';
  return `${formatCount(unnoticed)} of the lost events stayed below every limit, so nobody was notified${whose}. To be told earlier, lower a limit in Thresholds.`;
}

function freshLines(fresh: FreshNames | undefined): string[] {
  if (!fresh) return [];
  const { accounts, schemas, statuses, isOfLosses, comparedDays } = fresh;
  const before = `not in the ${comparedDays} days before`;
  const line = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${title} (${before}): ${listed(names)}.`];
  return [
    ...line('New statuses', statuses),
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
