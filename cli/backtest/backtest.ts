import {
  printSubject,
  printThreshold,
  subjectMatcher,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { firstAfter, type History } from './history.ts';
import { PiecesOfHistory } from './pieces-of-history.ts';
import { type Replayed, replay } from './replay.ts';
import { shapeOf, valuesOf } from './values.ts';

export interface BacktestOptions {
  readonly minimumEvents: number;
  readonly repeatMs: number;
  /** What lies before this time is the beginning of windows only. Epoch ms. */
  readonly from: number;
  /** See {@link PiecesOfHistory}. */
  readonly maxBlocks?: number;
}

interface Subject {
  readonly pieces: PiecesOfHistory;
  readonly values: Map<string, Float64Array>;
}

/** A history with the values of rules, to replay it with any limits. Subjects do not influence each other. */
export class Backtest {
  readonly history: History;
  readonly options: BacktestOptions;
  readonly #subjects = new Map<string, Subject>();
  readonly #replayed = new Map<string, Replayed>();

  constructor(history: History, options: BacktestOptions) {
    this.history = history;
    this.options = options;
  }

  /** Computes the values of rules that no rule before had the shape of. */
  prepare(rules: readonly Threshold[], onEnd?: () => void): void {
    for (const [name, own] of bySubject(rules)) {
      const subject = this.#subjectOf(name, own);
      const missing = own.filter((rule) => !subject.values.has(shapeOf(rule)));
      if (missing.length === 0) continue;
      const { minimumEvents } = this.options;
      for (const [shape, values] of valuesOf(subject.pieces, missing, minimumEvents, onEnd)) {
        subject.values.set(shape, values);
      }
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
    return subject.values.get(shapeOf(rule)) ?? new Float64Array();
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

  #replaySubject(name: string, rules: readonly Threshold[]): Replayed {
    const key = rules.map(printThreshold).join();
    const known = this.#replayed.get(key);
    if (known) return known;
    const { pieces, values } = this.#subjectOf(name, rules);
    const from = firstAfter(this.history.ends, this.options.from);
    const replayed = replay(pieces, rules, values, { ...this.options, from });
    this.#replayed.set(key, replayed);
    return replayed;
  }

  #subjectOf(name: string, rules: readonly Threshold[]): Subject {
    const known = this.#subjects.get(name);
    if (known) return known;
    const matches = rules[0] ? subjectMatcher(rules[0].subject) : () => false;
    const pieces = new PiecesOfHistory(this.history, matches, this.options.maxBlocks);
    const subject = { pieces, values: new Map<string, Float64Array>() };
    this.#subjects.set(name, subject);
    return subject;
  }
}

function bySubject(rules: readonly Threshold[]): Map<string, Threshold[]> {
  return Map.groupBy(rules, ({ subject }) => printSubject(subject));
}
