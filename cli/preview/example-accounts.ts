import type { AccountFacts } from '../../functions/monitor/notifications/notification.ts';
import { at } from './example-windows.ts';

/** The accounts of the examples, with all events that each lost since the loss began. */

export function account(
  name: string,
  [lost, total]: readonly [lost: number, total: number],
  onset: number,
  rest: Partial<AccountFacts> = {},
): AccountFacts {
  return { name, lost, total, onset, isNews: false, ...rest };
}

/** `acme`, and `umbrella` that joined it. */
export function both(
  acme: readonly [lost: number, total: number],
  umbrella: readonly [lost: number, total: number],
  rest: Partial<AccountFacts> = {},
): AccountFacts[] {
  return [
    account('acme', acme, at(2, 10, 5), rest),
    account('umbrella', umbrella, at(2, 10, 50), rest),
  ];
}

const FIRST = at(3, 2, 0);
const MENDED = { endedAt: at(3, 2, 50), isNews: true };

/** 25 accounts: 9,290 of 11,640 events from 02:00 to 02:40 UTC. */
export const MANY_OPENED: readonly AccountFacts[] = [
  account('globex', [4_102, 5_000], FIRST),
  account('initech', [1_880, 2_400], FIRST),
  account('hooli', [990, 1_200], FIRST),
  account('acme', [402, 491], FIRST),
  account('umbrella', [61, 77], at(3, 2, 5)),
  ...customers((index) => (index === 19 ? [88, 135] : [102 - index, 123])),
];

/** The same until 02:50 UTC: 12,190 of 14,550 events. */
export const MANY_RESOLVED: readonly AccountFacts[] = [
  account('globex', [5_382, 6_250], FIRST, MENDED),
  account('initech', [2_467, 3_000], FIRST, MENDED),
  account('hooli', [1_299, 1_500], FIRST, { stoppedAt: at(3, 2, 50) }),
  account('acme', [527, 614], FIRST, MENDED),
  account('umbrella', [80, 96], at(3, 2, 5), MENDED),
  ...customers((index) => (index === 19 ? [117, 164] : [131 - index, 154]), MENDED),
];

/** Twenty smaller ones. */
function customers(
  numbers: (index: number) => readonly [lost: number, total: number],
  rest: Partial<AccountFacts> = {},
): AccountFacts[] {
  return Array.from({ length: 20 }, (_, index) =>
    account(`customer-${index + 6}`, numbers(index), FIRST, rest),
  );
}
