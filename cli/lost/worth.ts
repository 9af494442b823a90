import { TogaiError } from '../../functions/monitor/errors.ts';
import type { Worth } from '../../functions/monitor/notifications/notification.ts';
import {
  daysBefore,
  MAX_ACCOUNTS_WITH_WORTH,
  perEventIn,
  TOO_LITTLE_REVENUE,
} from '../../functions/monitor/notifications/revenue-per-event.ts';
import type { AccountRevenue } from '../../functions/monitor/ports.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import { type LostSums, largestFirst } from './sums.ts';

/** The average revenue of a metered event, by account. An account is missing where it is not known. */
export type PerEvent = ReadonlyMap<string, number>;

export interface Averages {
  readonly perEvent: PerEvent;
  /** Why no account has one; `undefined` where one has. */
  readonly whyNone: string | undefined;
}

export const NOT_WANTED = 'it is hidden by ShowWorth = false';
const NONE_LOST = 'no event is lost';
const NONE_UNMETERED =
  'only unmetered events have one: nobody knows whether others would have been billed';

/**
 * Asks for the averages of the accounts that lost most, of the days before the loss. One request, or none. A failure leaves them
 * unknown: the list is worth printing without them. Failed events have no worth: nobody knows whether they would have been billed.
 */
export async function perEventOf(
  { sums, range }: { readonly sums: LostSums; readonly range: Range },
  togai: AccountRevenue,
  isWanted: boolean,
  signal: AbortSignal,
): Promise<Averages> {
  const names = largestFirst(sums.unmetered)
    .slice(0, MAX_ACCOUNTS_WITH_WORTH)
    .map(([name]) => name);
  if (!isWanted) return none(NOT_WANTED);
  if (names.length === 0) return none(sums.total === 0 ? NONE_LOST : NONE_UNMETERED);
  try {
    const answer = await togai.revenue(daysBefore(range.start), names, signal);
    const perEvent = new Map(
      [...perEventIn(answer, names)].flatMap(([name, average]) =>
        average === null ? [] : [[name, average]],
      ),
    );
    return perEvent.size > 0 ? { perEvent, whyNone: undefined } : none(TOO_LITTLE_REVENUE);
  } catch (error) {
    if (error instanceof TogaiError) return none(`Togai did not tell revenue: ${error.message}`);
    throw error;
  }
}

function none(whyNone: string): Averages {
  return { perEvent: new Map(), whyNone };
}

/** @returns an amount for machines: without the noise of floating point */
export function inCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** @returns `undefined` where nothing is known */
export function worthOf(
  unmetered: ReadonlyMap<string, number>,
  perEvent: PerEvent,
): Worth | undefined {
  const amounts = [...unmetered].flatMap(([name, events]) => {
    const average = perEvent.get(name);
    return average === undefined ? [] : [events * average];
  });
  const amount = amounts.reduce((sum, one) => sum + one, 0);
  return amount > 0 ? { amount, accounts: amounts.length, of: unmetered.size } : undefined;
}
