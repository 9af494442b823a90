import type { EntryOf, StateView } from '../history.ts';
import { PATIENCE } from './bucket-writes.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import { missedBuckets } from './due-buckets.ts';
import type { Knowledge } from './knowledge.ts';
import { needlessRequests } from './needless-requests.ts';
import { startOfNewestWindow } from './progress.ts';
import type { Run } from './run.ts';

/** So many runs after it may be stored as partial, a range that cannot be read must be. */
const HELD_UP = 3;

/** The judgement of a run that has ended. */
export interface JudgedEnd {
  readonly complaints: readonly Complaint[];
  /** Nothing stood in the way of the run. */
  readonly isClear: boolean;
}

/** Judges runs when they end. */
export class RunEnds {
  readonly #known: Knowledge;
  /** How many runs in a row had an unreadable range behind them, and no other obstacle. */
  #heldUp = 0;

  constructor(known: Knowledge) {
    this.#known = known;
  }

  /**
   * A run has ended.
   *
   * @param state the stored state
   * @param isAlone no other run is under way
   */
  ended(
    run: Run,
    entry: EntryOf<'ended'>,
    state: StateView | undefined,
    isAlone: boolean,
  ): JudgedEnd {
    const { time, outcome, sleepers } = entry;
    const { obstacles, requestLimits, clearRuns, progress } = this.#known;
    const complaints: Complaint[] = [];
    if (sleepers !== 0) {
      const text = `${sleepers} timers were left by a run that has ended`;
      complaints.push(broken('no-timer-left', text));
    }
    const hasEnded = outcome === 'finished' || outcome === 'failed';
    if (hasEnded) {
      complaints.push(...this.#endProblems(run, isAlone && state?.leaseUntil !== 0));
      complaints.push(...this.#heldUpProblems(run, time));
    }
    const isClear =
      run.leaseFree &&
      !obstacles.between(run.begunAt, time) &&
      !requestLimits.mayBlock(run.begunAt) &&
      isAlone;
    clearRuns.ended(run, time, isClear && hasEnded, progress.watermark);
    if (isClear) complaints.push(...this.#clearRunProblems(run, entry));
    return { complaints, isClear };
  }

  #endProblems(run: Run, keepsLease: boolean): Complaint[] {
    const { outbox } = this.#known;
    const complaints: Complaint[] = [];
    if (!run.committed) {
      const text = 'a run says that it ended, and wrote nothing';
      complaints.push(broken('ended-run-has-committed', text));
    }
    if (keepsLease) {
      complaints.push(broken('lease-given-back', 'a run that has ended keeps the lease'));
    }
    if (!run.publishFailed && outbox.keys.length > 0) {
      const due = outbox.keys.map((key) => `${key} (${outbox.get(key)?.kind})`);
      const text = `was decided and not delivered, and nothing stood in the way: ${due}`;
      complaints.push(broken('outbox-delivered', text));
    }
    return complaints;
  }

  /** A range that cannot be read is stored as partial after some runs. */
  #heldUpProblems(run: Run, time: number): Complaint[] {
    const { obstacles, requestLimits, progress } = this.#known;
    const brokenTo = obstacles.brokenBetween(run.begunAt, time);
    const newest = run.calendar.newestAt(run.at);
    const isBehind = brokenTo !== undefined && newest > brokenTo;
    const hasTime = run.leaseFree && !run.softDeadline && !requestLimits.mayBlock(time);
    const counts = isBehind && hasTime && run.calendar.counting === 'events';
    this.#heldUp = counts ? this.#heldUp + 1 : 0;
    const watermark = progress.watermark ?? newest;
    if (this.#heldUp <= PATIENCE + HELD_UP || watermark >= newest) return [];
    const text = `a range that cannot be read holds up the buckets after ${minuteText(watermark)}`;
    return [broken('unreadable-range-passed', text)];
  }

  #clearRunProblems(run: Run, { outcome, problem }: EntryOf<'ended'>): Complaint[] {
    if (outcome !== 'finished') {
      const text = `nothing stood in the way of a run, and it ${outcome}: ${problem}`;
      return [broken('clear-run-finishes', text)];
    }
    const newest = run.calendar.newestAt(run.at);
    const watermark = this.#known.progress.watermark ?? newest;
    if (run.softDeadline) {
      if (watermark > (run.watermark ?? 0)) return [];
      return [broken('backlog-shrinks', 'the backlog does not shrink')];
    }
    const complaints = this.#countingProblems(run);
    if (watermark < newest) {
      const text = `a run left a backlog from ${minuteText(watermark)} on`;
      complaints.push(broken('no-backlog-left', text));
    }
    return complaints;
  }

  #countingProblems(run: Run): Complaint[] {
    const { calendar, at, due, counted } = run;
    const { stored, scenario } = this.#known;
    const { settings } = scenario;
    const from = run.watermark ?? startOfNewestWindow(calendar, at);
    const missed = due
      ? [...due].filter((hour) => !counted.has(hour))
      : missedBuckets(stored, settings, run, from);
    const complaints: Complaint[] = [];
    if (missed.length > 0) {
      const text = `${missed.length} buckets were due and not counted: ${minuteText(missed[0])}`;
      complaints.push(broken('due-buckets-counted', text));
    }
    if (due) complaints.push(...needlessRequests(run, due, settings));
    return complaints;
  }
}
