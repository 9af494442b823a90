import { countUnnamed, countWhere, type StatusCounts } from '../events/counts.ts';
import { isProblem, isSettled } from '../events/status-groups.ts';
import type { EvaluatedWindow } from '../incidents/advance-incidents.ts';
import type { Incident } from '../incidents/incident.ts';
import type { SilenceScope } from '../incidents/silence.ts';
import { counted, formatCount } from '../text/text.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import { shareOf } from '../thresholds/share.ts';
import { shareText } from '../thresholds/value-text.ts';
import { lengthInWords } from '../timeline/duration.ts';

/** What a run knows of the events that a silence is about. */
export interface NewestNumbers {
  /** Left out where nothing could be evaluated. */
  readonly newest: Pick<EvaluatedWindow, 'window' | 'counts' | 'whole'> | undefined;
  readonly incidents: readonly Pick<Incident, 'id' | 'subject' | 'nature'>[];
}

/**
 * How much is lost under a silence: `Last hour: 71 of 73 events not billed (97.3%).` So nobody forgets it.
 *
 * @returns `undefined` where it is not known
 */
export function numbersUnderSilence(
  scope: SilenceScope,
  { newest, incidents }: NewestNumbers,
): string | undefined {
  if (!newest) return undefined;
  const { start, end } = newest.window;
  // Events that came late may be lost, too.
  const known = { ...newest, whole: newest.whole && !newest.counts.lacksLate };
  const numbers =
    'account' in scope
      ? numbersOfAccount(scope.account, known)
      : numbersOfAll(subjectOf(scope, incidents), known);
  return numbers && `Last ${lengthInWords(end - start)}: ${numbers}.`;
}

/** The subject of a silence; `null` for whatever is lost, `undefined` where no events have it. */
function subjectOf(
  scope: Exclude<SilenceScope, { readonly account: string }>,
  incidents: NewestNumbers['incidents'],
): string | null | undefined {
  if ('all' in scope) return null;
  if ('subject' in scope) return scope.subject;
  const incident = incidents.find(({ id }) => id === scope.incidentId);
  return incident?.nature === 'failure' ? undefined : incident?.subject;
}

type Newest = NonNullable<NewestNumbers['newest']>;

function numbersOfAccount(name: string, { counts, whole }: Newest): string | undefined {
  const { byStatus, accounts, ignoredNames } = counts;
  // Nobody counts whether it loses events.
  if (ignoredNames.accounts.has(name)) return undefined;
  const own = accounts.byName.get(name);
  if (own) {
    const isExact = whole && own.exact && !own.withoutTotal?.size;
    return lossText(own.byStatus, isExact, '');
  }
  // Togai metrics name the accounts with lost events alone.
  const isEachNamed = !accounts.truncated && countUnnamed(byStatus, accounts, isProblem) === 0;
  return whole && isEachNamed ? 'none of its events lost (0%)' : undefined;
}

function numbersOfAll(
  subject: string | null | undefined,
  { counts, whole }: Newest,
): string | undefined {
  if (subject === null) return lossText(counts.byStatus, whole, ' of all accounts');
  const [rule] = subject === undefined ? [] : parseThresholds(`${subject} >= 1`);
  if (!rule) return undefined;
  const { events, base, percent } = shareOf(rule.subject, counts.byStatus, counts.inProgressOf);
  if (!whole || base === 0) return `${subject}: at least ${counted(events, 'event')}`;
  return `${subject}: ${formatCount(events)} of ${counted(base, 'event')} (${shareText(percent)})`;
}

/** `71 of 73 events not billed (97.3%)` */
function lossText(byStatus: StatusCounts, isExact: boolean, whose: string): string {
  const lost = countWhere(byStatus, isProblem);
  if (!isExact) return `at least ${counted(lost, 'event')}${whose} not billed`;
  const settled = countWhere(byStatus, isSettled);
  if (settled === 0) return `no event${whose} billed or lost`;
  const share = shareText((100 * lost) / settled);
  return `${formatCount(lost)} of ${counted(settled, 'event')}${whose} not billed (${share})`;
}
