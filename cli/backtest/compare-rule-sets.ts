import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import type { Backtest } from './backtest.ts';
import type { History } from './history.ts';
import { firstAfter } from './history.ts';
import {
  type IncidentNumbers,
  incidentNumbers,
  type Numbers,
  nightIn,
  numbersOf,
} from './numbers.ts';
import type { ReplayedNotification } from './replay-runs.ts';
import { printRules, type Suggestion, suggest } from './suggest.ts';
import { lossesIn, unnoticedIn } from './unnoticed.ts';

/** A set of rules with its results over the history. */
export interface ComparedSet {
  /** `A`, `B`; `suggested` for the rules that were found. */
  readonly name: string;
  readonly rules: readonly Threshold[];
  readonly numbers: Numbers;
  readonly incidents: readonly IncidentNumbers[];
  readonly notifications: readonly ReplayedNotification[];
}

export interface Comparison {
  /** The time of its events, epoch ms: a piece at its start may begin before the asked range. */
  readonly range: Range;
  readonly pieces: number;
  readonly events: number;
  /** Time of the range without counts, in ms. */
  readonly missingMs: number;
  readonly sets: readonly ComparedSet[];
  /** For the rules of the first set. */
  readonly suggestions: readonly Suggestion[];
}

/** Replays one set of rules. */
export type CompareSet = (rules: readonly Threshold[], name: string) => ComparedSet;

/** Replays a history with one set of rules after another. */
export function comparer(backtest: Backtest, range: Range, timeZone: string): CompareSet {
  const { history } = backtest;
  const losses = lossesIn(history, firstAfter(history.ends, range.start));
  const isAtNight = nightIn(timeZone);
  return (rules, name) => {
    const replayed = backtest.replay(rules);
    const incidents = replayed.incidents.map(({ incident }) => incident);
    const unnoticed = unnoticedIn(history, losses, incidents);
    return {
      name,
      rules,
      numbers: numbersOf(replayed, range, isAtNight, unnoticed),
      incidents: replayed.incidents.map((one) => incidentNumbers(one, range.end)),
      notifications: replayed.notifications,
    };
  };
}

/** Replays a history with several sets of rules, and with those that its quiet part suggests. */
export function compare(
  backtest: Backtest,
  sets: readonly (readonly Threshold[])[],
  range: Range,
  timeZone: string,
): Comparison {
  const { history } = backtest;
  const first = firstAfter(history.ends, range.start);
  const covered = { ...range, start: Math.min(range.start, history.starts[first] ?? range.start) };
  const compareSet = comparer(backtest, covered, timeZone);
  const compared = sets.map((rules, index) => compareSet(rules, String.fromCodePoint(65 + index)));
  const ends = history.ends.slice(first);
  const events = eventsFrom(history, first);
  const suggestions = (sets[0] ?? []).map((rule) =>
    suggest(rule, ends, backtest.valuesOf(rule).subarray(first), events),
  );
  const suggested = suggestions.map((suggestion) => suggestion.suggested);
  const isNew = sets.every((rules) => printRules(rules) !== printRules(suggested));
  return {
    range: covered,
    pieces: history.length - first,
    events: events.reduce((sum, each) => sum + each, 0),
    missingMs: missingIn(history, covered),
    sets: isNew ? [...compared, compareSet(suggested, 'suggested')] : compared,
    suggestions,
  };
}

/**
 * The events of each piece. The history begins a window earlier than the evaluated range.
 *
 * @param first the number of a piece
 */
function eventsFrom({ all, length }: History, first: number): number[] {
  const counts = all.counts.view();
  return Array.from({ length: length - first }, (_, index) => {
    let events = 0;
    const end = all.startOf(first + index + 1);
    for (let row = all.startOf(first + index); row < end; row++) events += counts[row] ?? 0;
    return events;
  });
}

function missingIn({ starts, ends }: History, range: Range): number {
  let reached = range.start;
  let missing = 0;
  for (const [index, start] of starts.entries()) {
    missing += Math.max(0, start - reached);
    reached = Math.max(reached, ends[index] ?? 0);
  }
  return missing + Math.max(0, range.end - reached);
}
