import { amountText } from '../../functions/monitor/notifications/worth-text.ts';
import { nameText } from '../../functions/monitor/text/name-text.ts';
import {
  counted,
  estimateText,
  formatCount,
  printable,
} from '../../functions/monitor/text/text.ts';
import { isoTime, type Range, shortTime } from '../../functions/monitor/timeline/time.ts';
import type { Fate } from './event-fate.ts';
import { type LostSums, largestFirst } from './sums.ts';
import { type Averages, inCents, NOT_WANTED, type PerEvent, worthOf } from './worth.ts';

/** So many rows of a table are printed. */
export const MOST_ROWS = 20;

export interface Found {
  readonly range: Range;
  readonly sums: LostSums;
  /** The number of events of each fate by now. */
  readonly fates: ReadonlyMap<Fate, number>;
  /** Whether the events are those of an earlier list. */
  readonly isLookedUp: boolean;
  /** Events of the range that were redone before, by the journal. */
  readonly redoneBefore: number;
  /** Entries of Togai's answers that could not be read. */
  readonly malformed: number;
  readonly malformedExample: string | undefined;
}

/** The fate of the events of an earlier list. The others are lost, or changed. */
const BECAME: Partial<Record<Fate, string>> = {
  redone: 'redone, and metered under a new id of Togai',
  healed: 'healed, metered by now',
  in_progress: 'in progress, Togai has not decided about them yet',
  duplicate:
    'lost, because they are undone, and only a duplicate of them is there. Togai redoes no duplicate: send them again with new ids',
  redone_before: 'redone, and not looked up since. Without --redo, the same command looks them up',
  sent_again: 'sent again, another event with the same id of the sender is metered',
  reverted: 'undone by a correction, and not taken in again',
  gone: 'gone, Togai does not show them any more',
};

/** The fates of events that are not known to be on a bill, and may get there. */
const OPEN: readonly Fate[] = ['in_progress', 'reverted', 'gone', 'redone_before'];

export function reportFound(found: Found, { perEvent, whyNone }: Averages): string {
  const { sums, fates, malformed, malformedExample } = found;
  const again = fates.get('lost_again') ?? 0;
  const which = found.isLookedUp ? 'of the list' : 'redone before';
  const lines = [
    headOf(found),
    ...table(largestFirst(sums.byStatus)),
    ...(sums.total > 0 ? ['By account'] : []),
    ...accountsOf(sums, perEvent),
    ...worthLines(found, { perEvent, whyNone }),
    ...(again > 0
      ? [
          `Redone before, and lost again under a new id of Togai: ${formatCount(again)} of them. Be sure that the cause is mended before you redo them`,
        ]
      : []),
    ...largestFirst(fates).flatMap(([fate, events]) =>
      BECAME[fate] ? [`${counted(events, 'event')} ${which}: ${BECAME[fate]}`] : [],
    ),
  ];
  if (malformed > 0) {
    lines.push(
      `${counted(malformed, 'entry').replace('entrys', 'entries')} could not be read, so they are not in the list (${malformedExample})`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function headOf({ range, sums, fates, isLookedUp, redoneBefore }: Found): string {
  const span = `${shortTime(range.start)} to ${shortTime(range.end)} UTC`;
  if (sums.total > 0) return `${counted(sums.total, 'lost event')}, received from ${span}`;
  const open = openIn(fates);
  if (open > 0) {
    const verb = open === 1 ? 'is' : 'are';
    return `No event from ${span} is known to be lost, but ${formatCount(open)} ${verb} not known to be on the bill.`;
  }
  if (isLookedUp) return `No event of the list is lost any more (${span}).`;
  if (redoneBefore === 0) return `No event was lost from ${span}.`;
  return `No event from ${span} is lost any more: ${formatCount(redoneBefore)} were redone, and are on the bill.`;
}

/** How many events are neither lost nor on a bill, or of unknown fate. */
function openIn(fates: ReadonlyMap<Fate, number>): number {
  return OPEN.reduce((sum, fate) => sum + (fates.get(fate) ?? 0), 0);
}

function accountsOf({ byAccount, others, unmetered }: LostSums, perEvent: PerEvent): string[] {
  const all = largestFirst(byAccount);
  const shown = all.slice(0, MOST_ROWS);
  const more = all.slice(MOST_ROWS).reduce((sum, [, events]) => sum + events, others);
  const named = shown.map(([name, events]): [string, number] => [
    nameText('account', name) + aboutText(unmetered.get(name), perEvent.get(name)),
    events,
  ]);
  return table(more > 0 ? [...named, ['all others', more]] : named);
}

/** ` (about 310)`; nothing where it is not known. */
export function aboutText(events: number | undefined, average: number | undefined): string {
  if (!events || average === undefined) return '';
  return ` (about ${estimateText(events * average)})`;
}

function worthLines({ sums }: Found, { perEvent, whyNone }: Averages): string[] {
  const worth = worthOf(sums.unmetered, perEvent);
  if (!worth) {
    const isAsked = sums.total > 0 && whyNone !== undefined && whyNone !== NOT_WANTED;
    return isAsked ? [`Worth unknown: ${printable(whyNone, 300)}`] : [];
  }
  const amount = amountText({ worth });
  return [
    `Worth about ${amount} in your base currency (an estimate from each account's own average)`,
  ];
}

/** The summary for machines, in one line. @param redo that of `--redo` */
export function reportJson(
  { range, sums, fates, isLookedUp, redoneBefore, malformed }: Found,
  { perEvent, whyNone }: Averages,
  redo?: Readonly<Record<string, unknown>>,
): string {
  const worth = worthOf(sums.unmetered, perEvent);
  return `${JSON.stringify({
    version: 1,
    range: { start: isoTime(range.start), end: isoTime(range.end) },
    lost: sums.total,
    byStatus: Object.fromEntries(largestFirst(sums.byStatus)),
    accounts: largestFirst(sums.byAccount).map(([name, lost]) => {
      const average = perEvent.get(name);
      const unmetered = sums.unmetered.get(name) ?? 0;
      return { name, lost, ...(average !== undefined && { worth: inCents(unmetered * average) }) };
    }),
    worth: worth ? { ...worth, amount: inCents(worth.amount) } : null,
    ...(whyNone !== undefined && { whyNoWorth: whyNone }),
    lostAgain: fates.get('lost_again') ?? 0,
    redoneBefore,
    malformed,
    notKnown: openIn(fates),
    now: Object.fromEntries(largestFirst(fates)),
    ...((isLookedUp || redoneBefore > 0) && {
      healed: fates.get('healed') ?? 0,
      redone: fates.get('redone') ?? 0,
    }),
    ...(redo && { redo }),
  })}\n`;
}

function table(rows: readonly (readonly [name: string, events: number])[]): string[] {
  return rows.map(([name, events]) => `${formatCount(events).padStart(9)}  ${printable(name, 80)}`);
}
