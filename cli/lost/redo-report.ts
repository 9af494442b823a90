import type { SettingError } from '../../functions/monitor/errors.ts';
import { nameText } from '../../functions/monitor/text/name-text.ts';
import { counted, formatCount, printable } from '../../functions/monitor/text/text.ts';
import { isoTime, shortTime } from '../../functions/monitor/timeline/time.ts';
import type { DryRun } from './dry-run.ts';
import { aboutText, MOST_ROWS } from './report.ts';
import { largestFirst } from './sums.ts';
import { inCents, type PerEvent } from './worth.ts';

export interface RedoSums {
  /** By the last step. */
  readonly kinds: ReadonlyMap<string, number>;
  /** By reason. */
  readonly refused: ReadonlyMap<string, number>;
  /** Togai's ids of the events whose requests have no known end. */
  readonly unsure: readonly string[];
}

/** The end of the billing cycle of each account that was looked up. Epoch ms; `undefined`: not known. */
export type Cycles = ReadonlyMap<string, number | undefined>;

/** Facts of accounts besides their events. */
export interface AboutAccounts {
  readonly cycles: Cycles;
  readonly perEvent: PerEvent;
}

const BEFORE: Readonly<Record<string, string>> = {
  redone:
    'redone before, by the journal: an event that was lost again has a new id, and is in a new list without --resume',
  refused: 'refused by Togai before, by the journal',
  unsure: 'sent before without a known end, by the journal: it is looked up and never sent again',
};

const KINDS: Readonly<Record<string, string>> = {
  redone: 'redone: Togai has taken them in again',
  refused: 'refused by Togai',
  unsure: 'unsure: nobody knows whether they were redone',
  unsure_before: 'left to another process, which has begun them',
  healed: 'healed: metered by now',
  in_progress: 'in progress: Togai has not decided about them yet',
  reverted: 'undone by a correction meanwhile',
  redone_before: 'redone before: metered under a new id of Togai',
  lost_again: 'redone before, and lost again under a new id of Togai: list them anew',
  duplicate: 'undone before, and only a duplicate of them is there: send them again with new ids',
  sent_again: 'not redone: another event with the same id of the sender is billed',
  changed: 'not redone: changed since they were listed',
  gone: 'gone: Togai does not show them any more',
  cannot: 'not redone: they cannot be',
};

interface Next {
  /** The command line that redoes them; `undefined`: this one does. */
  readonly again: string | undefined;
  /** Why no token can redo them; `undefined`: one can. */
  readonly tokenProblem: SettingError | undefined;
}

export function reportDryRun(
  dryRun: DryRun,
  { cycles, perEvent }: AboutAccounts,
  { again, tokenProblem }: Next,
): string {
  const { redoable, cannot, before, accounts } = dryRun;
  const shown = dryRun.largest(MOST_ROWS);
  const more = accounts.size - shown.length;
  return linesOf([
    `${counted(redoable, 'event')} can be redone`,
    ...shown.map(({ name, events, unmetered }) => {
      const end = cycles.get(name);
      const cycle =
        end === undefined
          ? 'end of its billing cycle unknown'
          : `billing cycle closes ${shortTime(end)} UTC`;
      const worth = aboutText(unmetered, perEvent.get(name));
      return row(events, `${nameText('account', printable(name, 80))}${worth}  (${cycle})`);
    }),
    ...(more > 0 ? [`${counted(more, 'more account')}`] : []),
    ...largestFirst(cannot).map(
      ([why, events]) => `${counted(events, 'event')} cannot be redone: ${why}`,
    ),
    ...largestFirst(before).map(([step, events]) => `${counted(events, 'event')} ${BEFORE[step]}`),
    ...(redoable > 0 && again !== undefined
      ? ['Nothing was changed. Mend the cause first, then redo them:', `  ${again}`]
      : []),
    ...(redoable > 0 && again !== undefined && tokenProblem !== undefined
      ? [`That needs another token: ${tokenProblem.advice ?? tokenProblem.message}`]
      : []),
  ]);
}

/** @param listCommand the command line that lists the same events */
export function reportRedo({ kinds, refused, unsure }: RedoSums, listCommand: string): string {
  const reasons = largestFirst(refused);
  return linesOf([
    ...largestFirst(kinds).map(([kind, events]) => `${counted(events, 'event')} ${KINDS[kind]}`),
    ...reasons
      .slice(0, MOST_ROWS)
      .map(([why, events]) => row(events, `refused: ${printable(why, 300)}`)),
    ...(unsure.length > 0
      ? [
          'Look these up in Togai. They are not sent again:',
          ...unsure.slice(0, MOST_ROWS).map((id) => `  ${printable(id, 200)}`),
          ...(unsure.length > MOST_ROWS ? ['  and more, in the journal'] : []),
        ]
      : []),
    ...(kinds.has('redone')
      ? ['Togai processes them now. See in some minutes which are still lost:', `  ${listCommand}`]
      : []),
  ]);
}

/** The same for machines. @param sums `undefined`: nothing was redone */
export function redoJson(
  dryRun: DryRun,
  { cycles, perEvent }: AboutAccounts,
  sums: RedoSums | undefined,
) {
  return {
    redoable: dryRun.redoable,
    accounts: dryRun.largest(Number.POSITIVE_INFINITY).map(({ name, events, unmetered }) => {
      const end = cycles.get(name);
      const average = perEvent.get(name);
      return {
        name,
        redoable: events,
        ...(average !== undefined && { worth: inCents(unmetered * average) }),
        ...(end !== undefined && { cycleEnd: isoTime(end) }),
      };
    }),
    cannot: Object.fromEntries(dryRun.cannot),
    before: Object.fromEntries(dryRun.before),
    ...(sums && {
      done: Object.fromEntries(sums.kinds),
      refused: Object.fromEntries(sums.refused),
      unsure: sums.unsure,
    }),
  };
}

function row(events: number, text: string): string {
  return `${formatCount(events).padStart(9)}  ${text}`;
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
