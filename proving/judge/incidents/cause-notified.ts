import { BUCKET, HOUR } from '../../world/scenario.ts';
import { type Threshold, thresholdText } from '../../world/world-settings.ts';
import { broken, minuteText, type Violation } from '../complaint.ts';
import { isBreached, isPlain } from './breach.ts';
import { type Evaluated, evaluatedRuns } from './evaluated.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isEnd, isNamedIn, openOf, type ShownIncidents, shownAt } from './incidents-per-channel.ts';
import { isForPeople } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import { isLoss, type Loss } from './true-losses.ts';
import { unnamedProblem } from './unnamed.ts';

/** A loss goes on that has so many lost events in three buckets. */
const MANY = 5;
const CALM = 3 * BUCKET;

/**
 * Causes that the truth alone shows, and that a channel was not notified of. The first of each
 * threshold and channel.
 */
export function causesNotNotified(known: Known): {
  readonly demanded: number;
  readonly violations: readonly Violation[];
} {
  let demanded = 0;
  const violations: Violation[] = [];
  const { thresholds } = known.scenario.settings;
  for (const [channel, told] of known.told) {
    const evaluated = evaluatedRuns(known, channel, told);
    for (const threshold of thresholds) {
      const isMeant = isPlain(threshold) && isLoss(threshold.subject);
      if (!isMeant || !(threshold.critical || isForPeople(channel))) continue;
      for (const one of evaluated) {
        const endedAt = lastEnd(told, threshold.subject, one.run.begunAt);
        const { isDemanded, problem } = causeIn(known, threshold, one, endedAt);
        if (isDemanded) demanded++;
        if (!problem) continue;
        const text = `${thresholdText(threshold)} at ${minuteText(one.window.end)}, ${channel}: ${problem}`;
        violations.push(violationAt(one.run.endedAt, broken('cause-notified', text)));
        break;
      }
    }
  }
  return { demanded, violations };
}

/** When a channel was last notified of the end of an incident. No later loss is subtracted. */
function lastEnd(told: readonly Told[], subject: string, before: number): number {
  const ends = told.filter(
    (one) => isEnd(one) && one.message.subject === subject && one.time < before,
  );
  return ends.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
}

/** @param endedAt no earlier loss counts */
function causeIn(
  known: Known,
  threshold: Threshold,
  one: Evaluated,
  endedAt: number,
): { readonly isDemanded: boolean; readonly problem: string | undefined } {
  const { losses, scenario, silences } = known;
  const { subject } = threshold;
  const open = openOf(one.before, subject);
  const fresh = losses
    .certainIn(subject, one.window, one.source, threshold.by !== undefined)
    .filter(({ account, certainFrom = 0 }) => {
      const heardFrom = silences.heardFrom(subject, account, one.run, one.window);
      return certainFrom > Math.max(endedAt, heardFrom);
    });
  const unowned = fresh.filter(({ account }) => !open.some((each) => isNamedIn(each, account)));
  // A page about a loss that is over would only be noise.
  const lately = unowned.filter(({ becameAt }) => becameAt >= one.window.end - CALM);
  const isOver = !isForPeople(one.channel) && lately.length < MANY;
  const isDemanded = !isOver && isBreached(threshold, unowned, scenario.weight);
  if (
    isDemanded &&
    !isHeard(one, subject, unowned) &&
    !isOfWarnings(known, threshold, one, unowned) &&
    !mayHaveEndedUntold(known, threshold, one, lately)
  ) {
    return { isDemanded, problem: 'it is plainly breached, and no incident is open' };
  }
  return { isDemanded, problem: accountProblem(known, threshold, one, endedAt) };
}

/**
 * An incident that only a silenced account made a breach may have begun and ended, told to nobody. Its other losses open nothing any
 * more. Losses that go on open another one.
 */
function mayHaveEndedUntold(
  { losses, silences, scenario }: Known,
  threshold: Threshold,
  { window, source }: Evaluated,
  lately: readonly Loss[],
): boolean {
  const silenced = silences.possibleIn(window);
  if (silenced.size === 0) return false;
  // It has forgiven losses that were in the window at its end.
  const wide = { start: 2 * window.start - window.end, end: window.end };
  const all = losses.certainIn(threshold.subject, wide, source, true);
  const isHeldBack = all.some(({ account }) => silenced.has(account));
  return isHeldBack && !isBreached(threshold, lately, scenario.weight);
}

/** A pager is not told of warnings. Without the accounts that these name, the rule is not breached. */
function isOfWarnings(
  { scenario, told }: Known,
  threshold: Threshold,
  { channel, run }: Evaluated,
  losses: readonly Loss[],
): boolean {
  if (isForPeople(channel)) return false;
  return [...told].some(([other, messages]) => {
    const open = isForPeople(other)
      ? openOf(shownAt(messages, run.begunAt), threshold.subject)
      : [];
    const warnings = open.filter(({ last }) => last.message.severity === 'warning');
    const left = losses.filter(({ account }) => !warnings.some((each) => isNamedIn(each, account)));
    return !isBreached(threshold, left, scenario.weight);
  });
}

/** An incident is open, or one has ended since the losses began. */
function isHeard({ after, run }: Evaluated, subject: string, fresh: readonly Loss[]): boolean {
  const since = fresh.reduce((least, loss) => Math.min(least, loss.becameAt), run.begunAt);
  return ownOf(after, subject).some((each) => each.isOpen || each.last.time > since);
}

function ownOf(shown: ShownIncidents, subject: string) {
  return [...shown.values()].filter((each) => each.subject === subject);
}

/** An account that alone breaches the threshold, and that no message names. */
function accountProblem(
  known: Known,
  threshold: Threshold,
  one: Evaluated,
  endedAt: number,
): string | undefined {
  const { losses, runs, scenario, silences } = known;
  const { window, run, source, channel } = one;
  // Counts tell accounts and schemas apart, and not the schemas of an account.
  if (threshold.by === 'schema') return undefined;
  // A pager is not notified of accounts that join.
  if (!isForPeople(channel)) return undefined;
  // The names of the whole window must be known.
  const isNamed = !runs.uncertain.touch(window, true);
  if (!isNamed || !runs.isQuiet(channel, window.start - 2 * HOUR, run.endedAt)) return undefined;
  const certain = losses
    .certainIn(threshold.subject, window, source, true)
    .filter(({ account, certainFrom = 0 }) => account !== '' && certainFrom > endedAt);
  for (const [account, all] of Map.groupBy(certain, (loss) => loss.account)) {
    const toldAt = endToldAt(one.before, threshold.subject, account);
    const heardFrom = silences.heardFrom(threshold.subject, account, run, window);
    const own = all.filter(({ certainFrom = 0 }) => certainFrom > Math.max(toldAt, heardFrom));
    if (!isBreached(threshold, own, scenario.weight)) continue;
    const problem = unnamedProblem(known, one, threshold.subject, own);
    if (problem) return problem;
  }
  return undefined;
}

/** When the newest message of an open incident said that an account is mended. */
function endToldAt(shown: ShownIncidents, subject: string, account: string): number {
  const ends = openOf(shown, subject).flatMap(({ last }) =>
    last.message.accounts.some(({ name, end }) => name === account && end !== null)
      ? [last.time]
      : [],
  );
  return Math.max(Number.NEGATIVE_INFINITY, ...ends);
}
