import { amountText } from '../../functions/monitor/notifications/formats/worth.ts';
import type { Worth } from '../../functions/monitor/notifications/notification.ts';
import { nameText } from '../../functions/monitor/text/name-text.ts';
import { counted, formatCount, printable } from '../../functions/monitor/text/text.ts';
import { isoTime, type Range, shortTime } from '../../functions/monitor/timeline/time.ts';
import { largestFirst, type Tally } from './tally.ts';
import { type PerEvent, worthOf } from './worth.ts';

/** So many rows of a table are printed. */
export const MOST_ROWS = 20;

/** What was found. */
export interface Found {
  readonly range: Range;
  readonly tally: Tally;
  /** Events of an earlier list that are metered by now. `undefined`: there was none. */
  readonly healed: number | undefined;
  /** Entries of Togai's answers that could not be read. */
  readonly malformed: number;
  readonly malformedExample: string | undefined;
}

export function reportFound(
  { range, tally, healed, malformed, malformedExample }: Found,
  perEvent: PerEvent,
): string {
  const span = `${shortTime(range.start)} to ${shortTime(range.end)} UTC`;
  const lines = [
    tally.total === 0
      ? `No event was lost from ${span}.`
      : `${counted(tally.total, 'lost event')}, received from ${span}`,
    ...table(largestFirst(tally.byStatus)),
    ...(tally.total > 0 ? ['By account'] : []),
    ...accountsOf(tally, perEvent),
    ...worthLines(worthOf(tally.unmetered, perEvent)),
  ];
  if (healed) lines.push(`${counted(healed, 'event')} of the list healed: they are metered by now`);
  if (malformed > 0) {
    lines.push(
      `${counted(malformed, 'entry').replace('entrys', 'entries')} could not be read, so they are not in the list (${malformedExample})`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function accountsOf({ byAccount, others, unmetered }: Tally, perEvent: PerEvent): string[] {
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
  return ` (about ${amountText({ worth: { amount: events * average, accounts: 1, of: 1 } })})`;
}

function worthLines(worth: Worth | undefined): string[] {
  if (!worth) return [];
  const amount = amountText({ worth });
  return [
    `Worth about ${amount} in your base currency (an estimate from each account's own average)`,
  ];
}

/** The summary for machines, in one line. @param redo that of `--redo` */
export function reportJson(
  { range, tally, healed, malformed }: Found,
  perEvent: PerEvent,
  redo?: Readonly<Record<string, unknown>>,
): string {
  return `${JSON.stringify({
    version: 1,
    range: { start: isoTime(range.start), end: isoTime(range.end) },
    lost: tally.total,
    byStatus: Object.fromEntries(largestFirst(tally.byStatus)),
    accounts: largestFirst(tally.byAccount).map(([name, lost]) => {
      const average = perEvent.get(name);
      const unmetered = tally.unmetered.get(name) ?? 0;
      return { name, lost, ...(average !== undefined && { worth: unmetered * average }) };
    }),
    worth: worthOf(tally.unmetered, perEvent) ?? null,
    malformed,
    ...(healed !== undefined && { healed }),
    ...(redo && { redo }),
  })}\n`;
}

function table(rows: readonly (readonly [name: string, events: number])[]): string[] {
  return rows.map(([name, events]) => `${formatCount(events).padStart(9)}  ${printable(name, 80)}`);
}
