import {
  printSubject,
  subjectMatcher,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { Episodes } from './episodes.ts';
import { firstAfter, type History } from './history.ts';
import { PiecesOfHistory } from './pieces-of-history.ts';
import { replay } from './replay-episodes.ts';
import type { Replayed } from './replay-runs.ts';
import { printRules } from './suggest.ts';
import { shapeOf, valuesOf } from './values.ts';

export interface BacktestOptions {
  readonly minimumEvents: number;
  readonly repeatMs: number;
  /** Earlier pieces are only the beginning of windows. Epoch ms. */
  readonly from: number;
  /** See {@link PiecesOfHistory}. */
  readonly maxBlocks?: number;
}

interface Subject {
  readonly pieces: PiecesOfHistory;
  readonly values: Map<string, Float64Array>;
  readonly episodes: Episodes;
  /** The newest replay. A limit that moves leaves the other subjects as they are. */
  newest?: { readonly rules: string; readonly replayed: Replayed };
}

/** A history with the values of rules, to replay it with any limits. Subjects do not influence each other. */
export class Backtest {
  readonly history: History;
  readonly options: BacktestOptions;
  readonly #subjects = new Map<string, Subject>();

  constructor(history: History, options: BacktestOptions) {
    this.history = history;
    this.options = options;
  }

  /** Computes the values of rules that no rule before had the shape of. */
  prepare(rules: readonly Threshold[]): void {
    const missing = [...bySubject(rules)].flatMap(([name, own]) => {
      const subject = this.#subjectOf(name, own);
      const unknown = own.filter((rule) => !subject.values.has(shapeOf(rule)));
      return unknown.length > 0 ? { ...subject, rules: unknown } : [];
    });
    if (missing.length === 0) return;
    const found = valuesOf(missing, this.options.minimumEvents);
    for (const { rules: own, values } of missing) {
      for (const shape of own.map(shapeOf)) values.set(shape, found.get(shape) ?? NO_VALUES);
    }
  }

  /** Takes values that were computed before. */
  addValues(rule: Threshold, values: Float64Array): void {
    this.#subjectOf(printSubject(rule.subject), [rule]).values.set(shapeOf(rule), values);
  }

  /** The value of a rule at each window end. */
  valuesOf(rule: Threshold): Float64Array {
    this.prepare([rule]);
    const subject = this.#subjectOf(printSubject(rule.subject), [rule]);
    return subject.values.get(shapeOf(rule)) ?? NO_VALUES;
  }

  /** The incidents and notifications with some rules, in the order of time. */
  replay(rules: readonly Threshold[]): Replayed {
    this.prepare(rules);
    const parts = [...bySubject(rules)].map(([name, own]) => this.#replaySubject(name, own));
    return {
      incidents: parts
        .flatMap(({ incidents }) => incidents)
        .sort((a, b) => a.incident.openedAt - b.incident.openedAt),
      notifications: parts
        .flatMap(({ notifications }) => notifications)
        .sort((a, b) => a.at - b.at),
    };
  }

  #replaySubject(name: string, own: readonly Threshold[]): Replayed {
    const subject = this.#subjectOf(name, own);
    const rules = printRules(own);
    if (subject.newest?.rules === rules) return subject.newest.replayed;
    const from = firstAfter(this.history.ends, this.options.from);
    const { pieces, values, episodes } = subject;
    const replayed = replay(pieces, own, values, { ...this.options, from }, episodes);
    subject.newest = { rules, replayed };
    return replayed;
  }

  #subjectOf(name: string, rules: readonly Threshold[]): Subject {
    const known = this.#subjects.get(name);
    if (known) return known;
    const matches = rules[0] ? subjectMatcher(rules[0].subject) : () => false;
    const pieces = new PiecesOfHistory(this.history, matches, this.options.maxBlocks);
    const subject = { pieces, values: new Map<string, Float64Array>(), episodes: new Episodes() };
    this.#subjects.set(name, subject);
    return subject;
  }
}

const NO_VALUES = new Float64Array();

function bySubject(rules: readonly Threshold[]): Map<string, Threshold[]> {
  return Map.groupBy(rules, ({ subject }) => printSubject(subject));
}
