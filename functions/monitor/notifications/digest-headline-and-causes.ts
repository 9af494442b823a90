import { MAX_NAME_SHOWN, nameText } from '../text/name-text.ts';
import { counted, formatCount, printable } from '../text/text.ts';
import { shareText } from '../thresholds/value-text.ts';
import { dayText, HOUR_MS, type Range } from '../timeline/time.ts';
import { NO_CAUSE, shortReason } from './cause-and-next-step-by-status.ts';
import type { Digest } from './digest-facts.ts';

/** Texts that the email and the SMS of a week share. */

/** So many names stand in a list. */
export const NAMES = 5;
/** Its full stop included: a subject has 99 characters, and begins with `NOTICE `. */
const MAX_HEADLINE = 93;
const MAX_CAUSE = 80;

/** `The week to 23 Nov: 1,517 of 3,013,584 events not billed (0.1%; acme and 2 more), 1 incident open.` */
export function digestHeadline(digest: Digest): string {
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

interface CauseOfLosses {
  /** `No price plan` */
  readonly cause: string;
  readonly whose: readonly string[];
  readonly lost: number;
}

/** Each cause once, that of the greatest loss first. */
export function causesOf({ causes, unnoticed }: Digest): CauseOfLosses[] {
  const found = new Map<string, CauseOfLosses>();
  const add = (cause: string, name: string, events: number) => {
    const { whose, lost } = found.get(cause) ?? { whose: [], lost: 0 };
    found.set(cause, { cause, whose: [...whose, name], lost: lost + events });
  };
  for (const { whose, otherAccounts, why, lost } of causes) {
    const more = otherAccounts > 0 ? ` and ${formatCount(otherAccounts)} more` : '';
    const cause = why === undefined ? NO_CAUSE : printable(shortReason(why), MAX_CAUSE);
    add(cause, `${accountText(whose)}${more}`, lost);
  }
  if (unnoticed > 0) add(NO_CAUSE, 'losses below the limits', unnoticed);
  return [...found.values()].sort((a, b) => b.lost - a.lost);
}

/** Whether a loss goes on at the end of the week. */
export function goesOn(week: Range, lastLoss: number): boolean {
  return week.end - lastLoss < HOUR_MS;
}

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES).map(accountText);
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ');
}

export function accountText(name: string): string {
  return printable(nameText('account', name), MAX_NAME_SHOWN);
}
