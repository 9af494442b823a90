import { breaches, type Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { type Episode, Episodes } from './episodes.ts';
import type { History } from './history.ts';
import type { PiecesOfHistory } from './pieces-of-history.ts';
import { Play, type PlayOptions, type Replayed } from './replay-runs.ts';
import { shapeOf } from './values.ts';

export interface ReplayOptions extends PlayOptions {
  /** Evaluates the piece of this number and later ones. @default 0 */
  readonly from?: number;
}

/**
 * The incidents and notifications of the function with some rules: its own evaluation, incidents
 * and decisions to notify, run by run. Runs without a breach and without an open incident change
 * nothing, so they are left out.
 *
 * @param rules all of one subject
 * @param values by the shape of the rule
 * @param known of earlier replays with the same pieces and options
 */
export function replay(
  pieces: PiecesOfHistory,
  rules: readonly Threshold[],
  values: ReadonlyMap<string, Float64Array>,
  options: ReplayOptions,
  known = new Episodes(),
): Replayed {
  const { history } = pieces;
  const ofRules = rules.map((rule) => values.get(shapeOf(rule)) ?? NO_VALUES);
  /** The number of the first piece whose window breaches a rule; `to` if there is none. */
  const firstBreach = (own: readonly Threshold[], from: number, to: number): number => {
    let first = to;
    for (const [index, rule] of own.entries()) {
      const ofRule = ofRules[index] ?? NO_VALUES;
      let at = from;
      while (at < first && !breaches(ofRule[at] ?? Number.NaN, rule)) at++;
      first = Math.min(first, at);
    }
    return first;
  };
  const episodes: Episode[] = [];
  let index = options.from ?? 0;
  while (index < history.length) {
    const breach = firstBreach(rules, index, history.length);
    if (breach === history.length) break;
    const start = firstOfRun(history, breach, index);
    const episode = known.episode(start, rules, (own) =>
      playFrom(
        start,
        new Play(pieces, own, options),
        history,
        (from, to) => firstBreach(own, from, to) < to,
      ),
    );
    episodes.push(episode);
    index = episode.next;
  }
  return {
    incidents: episodes.flatMap(({ incidents }) => incidents),
    notifications: episodes.flatMap(({ notifications }) => notifications),
  };
}

const NO_VALUES = new Float64Array();

/** Plays until nothing is remembered any more. */
function playFrom(
  start: number,
  play: Play,
  history: History,
  isBreached: (from: number, to: number) => boolean,
): Episode {
  let index = start;
  while (index < history.length) {
    if (index > start && play.isForgottenAt(history.ends[index - 1] ?? 0)) break;
    const last = lastOfRun(history, index);
    if (play.isBusy || isBreached(index, last + 1)) play.run(last, index);
    index = last + 1;
  }
  return { ...play.finish(), next: index };
}

function lastOfRun({ notes }: History, index: number): number {
  let last = index;
  while (last + 1 < notes.length && notes[last + 1]?.runEnd === notes[index]?.runEnd) last++;
  return last;
}

/** @param least the number of the first piece that is evaluated */
function firstOfRun({ notes }: History, index: number, least: number): number {
  let first = index;
  while (first > least && notes[first - 1]?.runEnd === notes[index]?.runEnd) first--;
  return first;
}
