import type { EntryOf } from '../history.ts';
import { generationAt, HOUR, MINUTE, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { broken, type Complaint } from './complaint.ts';
import type { Progress } from './progress.ts';
import type { Run } from './run.ts';
import type { Span } from './span.ts';

const A_PAGE = 50;
/** More pages than this are too many for a list, at once, and after two runs. */
const AT_ONCE = 20;
const AFTER_TWO_RUNS = 2;
/** Events that a run has seen in Togai metrics count for so long. */
const REMEMBERED = 25 * HOUR;

/** The counting sources of runs, against the rules of the choice. */
export class Sources {
  readonly #scenario: Scenario;
  readonly #events: readonly TrueEvent[];
  readonly #progress: Progress;
  /** How many runs in a row have listed more than two pages. */
  #large = 0;
  /** When the last run with a look began: events after it have come since. */
  #lookedAt: number | undefined;

  constructor(scenario: Scenario, events: readonly TrueEvent[], progress: Progress) {
    this.#scenario = scenario;
    this.#events = events;
    this.#progress = progress;
  }

  /** A run that counted has ended. */
  ended(run: Run, { source, sourceReason, time }: EntryOf<'ended'>): Complaint | undefined {
    const { counting } = run;
    if (source === undefined) return undefined;
    if (!/\w{3}/.test(sourceReason ?? '')) {
      return broken('source-has-a-reason', `a run counts by ${source} and does not say why`);
    }
    if (counting !== 'auto') {
      if (source === counting) return undefined;
      return broken('source-as-set', `a run counts by ${source}, and ${counting} is set`);
    }
    const pages = this.#pagesSince(run);
    const large = this.#large;
    if (run.looked) this.#lookedAt = run.begunAt;
    if (pages !== undefined) this.#large = pages > AFTER_TWO_RUNS ? large + 1 : 0;
    if (source === 'metrics' || this.#lacksMetrics({ start: run.begunAt, end: time })) {
      return undefined;
    }
    if (!this.#mayBeProven(time)) {
      return broken('list-is-proven', 'a run counts by a list that is not by createdAt');
    }
    if (pages === undefined || pages <= AFTER_TWO_RUNS) return undefined;
    if (pages <= AT_ONCE && large < AFTER_TWO_RUNS) return undefined;
    const text = `a run lists ${Math.ceil(pages)} pages after ${large} runs with too many`;
    return broken('metrics-where-much-is-due', text);
  }

  /**
   * The pages of events since the last look; `undefined` for a run without a look, which cannot
   * know.
   */
  #pagesSince(run: Run): number | undefined {
    if (!run.looked && this.#lookedAt !== undefined) return undefined;
    // Events out of reach after an outage are not counted, and are a gap.
    const missed = run.looked?.isFirst ? run.looked.since : 0;
    const since =
      this.#lookedAt ?? run.watermark ?? this.#progress.startOfNewestWindow(run.at, 'listing');
    const from = Math.max(since, missed);
    // Events are in the order of their `createdAt`.
    let came = 0;
    for (let index = this.#firstFrom(run.begunAt) - 1; index >= 0; index--) {
      const event = this.#events[index] as TrueEvent;
      if (event.createdAt < from) break;
      if (statusAt(event, run.begunAt) !== undefined) came++;
    }
    return (came * this.#scenario.weight) / A_PAGE;
  }

  /** The place of the first event that is no older than a time. */
  #firstFrom(time: number): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle] as TrueEvent).createdAt < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether metrics could not be used at some time that a run may remember. */
  #lacksMetrics({ start, end }: Span): boolean {
    const { generations, faults } = this.#scenario;
    const from = start - REMEMBERED;
    const isLacking = generations.some(({ from: begins, generation }, index) => {
      const ends = generations[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      const { metricsAccess, metricsGrouping } = generation;
      const isUnusable = metricsAccess === 'refused' || metricsGrouping === 'ignored';
      return isUnusable && begins <= end && ends > from;
    });
    const isFailing = faults.some(
      ({ kind, from: begins, to }) =>
        METRICS_FAULTS.includes(kind) && begins - MINUTE <= end && to >= from,
    );
    return isLacking || isFailing;
  }

  /** Whether an answer of the last day could show a list by `createdAt`. */
  #mayBeProven(time: number): boolean {
    const { generations } = this.#scenario;
    const recent = generations.filter(({ from }) => from > time - REMEMBERED && from <= time);
    const first = generationAt(this.#scenario, time - REMEMBERED);
    return [first, ...recent.map(({ generation }) => generation)].some(
      ({ timeFilter, orderBy }) =>
        timeFilter === 'createdAt' || (timeFilter === 'ignored' && orderBy === 'createdAt'),
    );
  }
}

const METRICS_FAULTS: readonly string[] = [
  'grouping-refused',
  'grouping-ignored',
  'result-missing',
  'wrong-body',
  'server-error',
  'hang',
  'broken-buckets',
  'throttling',
  'slow',
];
