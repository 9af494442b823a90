import type { EntryOf, StateView } from '../history.ts';
import { generationAt, HOUR, MINUTE } from '../world/scenario.ts';
import { PATIENCE } from './bucket-writes.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import { missedBuckets } from './due-buckets.ts';
import { FewRequests } from './few-requests.ts';
import type { Knowledge } from './knowledge.ts';
import { questionsIn } from './look-answers.ts';
import type { LookBook } from './look-book.ts';
import type { Run } from './run.ts';

/**
 * A range that cannot be read may be stored as partial after `PATIENCE` runs, and must be so many
 * runs later.
 */
const HELD_UP = 3;

/** The events of a page. */
const PAGE = 50;
/** Metrics without a new number for so long are old, if the list has newer events. */
const OLD = 30 * MINUTE;
/** Without a new number for so long they may be old, where no list shows it. */
const SILENT = 6 * HOUR - MINUTE;

/** The judgement of a run that has ended. */
export interface JudgedEnd {
  readonly complaints: readonly Complaint[];
  /** Nothing stood in the way of the run. */
  readonly isClear: boolean;
}

/** Judges runs when they end. */
export class RunEnds {
  readonly #known: Knowledge;
  readonly #fewRequests: FewRequests;
  #wasStillListing = false;
  /** How many runs in a row had an unreadable range behind them, and no other obstacle. */
  #heldUp = 0;

  constructor(known: Knowledge) {
    this.#known = known;
    this.#fewRequests = new FewRequests(known.looks, known.scenario.settings);
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
    const { obstacles, requestLimits } = this.#known;
    const complaints: Complaint[] = [];
    if (sleepers !== 0) {
      const text = `${sleepers} timers were left by a run that has ended`;
      complaints.push(broken('no-timer-left', text));
    }
    const hasEnded = outcome === 'finished' || outcome === 'failed';
    if (hasEnded) {
      complaints.push(...this.#endProblems(run, isAlone && state?.leaseUntil !== 0));
      complaints.push(...this.#heldUpProblems(run, time));
      const wrongSource = this.#known.sources.ended(run, entry);
      if (wrongSource) complaints.push(wrongSource);
    }
    const isClear =
      run.leaseFree &&
      !obstacles.between(run.begunAt, time) &&
      !requestLimits.mayBlock(run.begunAt) &&
      isAlone;
    if (isClear) complaints.push(...this.#clearRunProblems(run, entry));
    return { complaints, isClear };
  }

  #endProblems(run: Run, keepsLease: boolean): Complaint[] {
    const complaints: Complaint[] = [];
    if (!run.committed) {
      const text = 'a run says that it ended, and wrote nothing';
      complaints.push(broken('ended-run-has-committed', text));
    }
    if (keepsLease) {
      complaints.push(broken('lease-given-back', 'a run that has ended keeps the lease'));
    }
    return complaints;
  }

  /** A range that cannot be read is stored as partial after some runs. */
  #heldUpProblems(run: Run, time: number): Complaint[] {
    const { obstacles, requestLimits, progress } = this.#known;
    const brokenTo = obstacles.brokenBetween(run.begunAt, time);
    const newest = progress.newestAt(run.at, run.source ?? 'metrics');
    const isBehind = brokenTo !== undefined && newest > brokenTo;
    const hasTime = run.leaseFree && !run.softDeadline && !requestLimits.mayBlock(time);
    const counts = isBehind && hasTime && run.source === 'listing';
    this.#heldUp = counts ? this.#heldUp + 1 : 0;
    const watermark = progress.watermark ?? newest;
    if (this.#heldUp <= PATIENCE + HELD_UP || watermark >= newest) return [];
    const text = `a range that cannot be read holds up the buckets after ${minuteText(watermark)}`;
    return [broken('unreadable-range-passed', text)];
  }

  #clearRunProblems(run: Run, entry: EntryOf<'ended'>): Complaint[] {
    const { outcome, problem } = entry;
    const isStillListing = outcome === 'failed' && this.#isStillListing(run);
    const isExcused =
      this.#showsOldNumbers(run) ||
      this.#isSilent(run) ||
      this.#isOutOfReach(run, entry.time) ||
      (isStillListing && !this.#wasStillListing);
    this.#wasStillListing = isStillListing;
    if (outcome === 'failed' && isExcused) return [];
    if (outcome !== 'finished') {
      const text = `nothing stood in the way of a run, and it ${outcome}: ${problem}`;
      return [broken('clear-run-finishes', text)];
    }
    const { source, softDeadline, at } = run;
    const { progress } = this.#known;
    if (source === undefined) return [];
    const newest = progress.newestAt(at, source);
    const watermark = progress.watermark ?? newest;
    if (softDeadline) {
      if (watermark > (run.watermark ?? 0)) return [];
      return [broken('backlog-shrinks', 'the backlog does not shrink')];
    }
    const complaints = source === 'listing' ? this.#missedProblems(run) : this.#lookProblems(run);
    // A look that is not needed to show a rise may be missing.
    if (watermark < newest && source === 'listing') {
      const text = `a run left a backlog from ${minuteText(watermark)} on`;
      complaints.push(broken('no-backlog-left', text));
    }
    return complaints;
  }

  /** Nothing has risen for long, and the list shows newer events: then metrics are of an older time. */
  #showsOldNumbers(run: Run): boolean {
    const { newest } = this.#known.looks;
    if (run.looked || !newest || run.at - newest.end < OLD) return false;
    const isAnswered = run.answers.some(({ metrics }) => metrics !== undefined);
    const isNewer = run.answers.some(({ page }) => (page?.newestCreatedAt ?? 0) > newest.takenAt);
    return isAnswered && isNewer && risenIn(run, this.#known.looks) === undefined;
  }

  /** Nothing has risen for hours, and the list is in an order that does not show whether there is anything newer. */
  #isSilent(run: Run): boolean {
    const { looks, scenario } = this.#known;
    const { timeFilter, order } = generationAt(scenario, run.begunAt);
    const isBlind = timeFilter === 'ignored' && order === 'oldest-first';
    const isLong = looks.newest !== undefined && run.begunAt - looks.newest.end > SILENT;
    return isBlind && isLong && !run.looked && risenIn(run, looks) === undefined;
  }

  /**
   * A list without a time filter is read from its newest event back to the oldest due bucket. The run has used all its time for that,
   * and at the rate of the settings it takes longer.
   */
  #isOutOfReach({ at, begunAt, counting, watermark, softDeadline }: Run, now: number): boolean {
    const { scenario, progress, traffic } = this.#known;
    const { timeFilter, order } = generationAt(scenario, begunAt);
    const isByOrder = timeFilter === 'ignored' && order === 'newest-first';
    if (!softDeadline || counting !== 'listing' || !isByOrder) return false;
    const start = watermark ?? progress.startOfNewestWindow(at, 'listing');
    const pages = traffic.createdIn(undefined, { start, end: begunAt }) / PAGE;
    return pages > (scenario.settings.maxRequestsPerSecond * (now - begunAt)) / 1_000;
  }

  /** Metrics could not be used a short time ago, and a list cannot count here. The next run asks metrics again. */
  #isStillListing(run: Run): boolean {
    const { timeFilter, orderBy, order } = generationAt(this.#known.scenario, run.begunAt);
    const isByOrder =
      timeFilter === 'ignored' && orderBy === 'createdAt' && order === 'newest-first';
    const asksMetrics = run.answers.some(({ metrics }) => metrics !== undefined);
    return !asksMetrics && run.counting === 'auto' && timeFilter !== 'createdAt' && !isByOrder;
  }

  #missedProblems(run: Run): Complaint[] {
    const { stored, scenario, progress } = this.#known;
    const from = run.watermark ?? progress.startOfNewestWindow(run.at, 'listing');
    const missed = missedBuckets(stored, scenario.settings, run, from);
    if (missed.length === 0) return [];
    const text = `${missed.length} buckets were due and not counted: ${minuteText(missed[0])}`;
    return [broken('due-buckets-counted', text)];
  }

  #lookProblems(run: Run): Complaint[] {
    const { looks } = this.#known;
    if (run.looked) {
      const wrong = this.#fewRequests.problem(run);
      return wrong ? [wrong] : [];
    }
    const risen = risenIn(run, looks);
    if (risen === undefined) return [];
    const text = `a run stored no look, and ${risen} rose`;
    return [broken('no-backlog-left', text)];
  }
}

/** A status that is higher in the answers of a run than in the looks before. */
function risenIn({ answers }: Run, looks: LookBook): string | undefined {
  for (const { scope, hours, range } of answers.flatMap((answer) => questionsIn(answer, []))) {
    if (scope !== 'all') continue;
    for (const [label, statuses] of hours) {
      if (label < range.start + HOUR || label + HOUR > range.end - HOUR) continue;
      const known = [...looks.levelsOf('all', (one) => one === label)];
      const sum = known.reduce((all, { value }) => all + value, 0);
      const answered = [...statuses.values()].reduce((all, value) => all + value, 0);
      if (answered > sum) return `the events of ${minuteText(label)}`;
    }
  }
  return undefined;
}
