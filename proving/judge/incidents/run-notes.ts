import type { Entry, EntryOf, StateView } from '../../history.ts';
import { BUCKET, type CountingSource, HOUR, type Scenario } from '../../world/scenario.ts';
import { type FoldedLook, LookBook } from '../look-book.ts';
import { Obstacles } from '../obstacles.ts';
import { RequestLimits } from '../request-limits.ts';
import type { Span } from '../span.ts';
import { UncertainRanges } from '../uncertain-ranges.ts';
import { faultsOf } from './faults-of-channel.ts';
import type { Channel } from './is-for-people.ts';

/** The notes of a run. Times are epoch ms. */
export interface RunNote {
  readonly number: number;
  /** The run's time. */
  readonly at: number;
  readonly begunAt: number;
  readonly mayOversleep: boolean;
  /** The lease was free when it began, and Togai had asked for no pause. */
  readonly isFree: boolean;
  /** The watermark before the run. */
  readonly before: number | undefined;
  endedAt: number;
  outcome: string;
  source: CountingSource | undefined;
  /** No other run was under way when it ended. */
  isAlone: boolean;
  hasLease: boolean;
  hasStopped: boolean;
  /** Togai or the secret has refused the token. */
  tokenRefused: boolean;
  /** The watermark that it has committed. */
  watermark: number | undefined;
  /** How many runs in a row have not counted, by the state that it committed. */
  unfinished: number | undefined;
}

/** All runs of a world with their counts. */
export class RunNotes {
  readonly looks = new LookBook();
  /** When buckets were stored as partial, with events, by their starts. */
  readonly partial = new Map<number, number>();
  /** Ranges that are not counted in full. */
  readonly uncertain = new UncertainRanges();
  /** The runs that have ended, in the order of their ends. */
  readonly ended: RunNote[] = [];
  /** The watermarks of runs that counted by another source than the one before. */
  readonly changesOfSource: number[] = [];
  readonly #scenario: Scenario;
  readonly #limits: RequestLimits;
  readonly #obstacles = new Map<Channel, Obstacles>();
  readonly #underWay = new Map<number, RunNote>();
  /** The buckets that a listing has counted in full. */
  readonly #listed = new Set<number>();
  #state: StateView | undefined;
  #firstWatermark: number | undefined;
  #source: CountingSource | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#limits = new RequestLimits(scenario.settings);
  }

  get firstWatermark(): number | undefined {
    return this.#firstWatermark;
  }

  /** @returns the notes of the run, if it is under way or has just ended */
  note(entry: Entry): RunNote | undefined {
    if (entry.type === 'begun') this.#begun(entry);
    const run = this.#underWay.get(entry.run);
    if (!run) return undefined;
    this.#limits.note(entry, run.mayOversleep);
    switch (entry.type) {
      case 'answered':
        run.tokenRefused ||= entry.status === 401 || entry.status === 403;
        break;
      case 'refused':
        run.tokenRefused ||= entry.what === 'GetSecretValue';
        break;
      case 'stopping':
        run.hasStopped = true;
        break;
      case 'look':
        this.#looked(entry);
        break;
      case 'bucket':
        this.#counted(entry);
        break;
      case 'state':
        this.#stored(run, entry);
        break;
      case 'ended':
        this.#ended(run, entry);
        break;
    }
    return run;
  }

  /** Nothing stood in the way of the run, nor of its messages to the channel. */
  isClear(run: RunNote, channel: Channel): boolean {
    const { isFree, isAlone, outcome, hasStopped, begunAt, endedAt } = run;
    const hasFinished = outcome === 'finished' && !hasStopped && !run.mayOversleep;
    return isFree && isAlone && hasFinished && this.isQuiet(channel, begunAt, endedAt);
  }

  /** No fault of the world, other than one of another channel, was active. */
  isQuiet(channel: Channel, from: number, to: number): boolean {
    const faults = faultsOf(this.#scenario, channel);
    const known =
      this.#obstacles.get(channel) ?? new Obstacles({ ...this.#scenario, faults: [...faults] });
    this.#obstacles.set(channel, known);
    return !known.between(from, to);
  }

  /** The piece of the timeline that holds a time, as a look has counted it, or else its bucket. */
  pieceAt(time: number): Span {
    const start = Math.floor(time / BUCKET) * BUCKET;
    const bucket = { start, end: start + BUCKET };
    const look = this.lookOf(time);
    if (!look) return bucket;
    // The first look spreads whole hours.
    const since = look.isFirst ? look.since - HOUR : look.since;
    return { start: Math.min(since, bucket.start), end: Math.max(look.end, bucket.end) };
  }

  lookOf(time: number): FoldedLook | undefined {
    return this.looks.from(time).find(({ since }) => since <= time);
  }

  /** Whether all of a span is counted. */
  isCounted({ start, end }: Span): boolean {
    for (let bucket = start; bucket < end; bucket += BUCKET) {
      if (!this.#listed.has(bucket) && !this.lookOf(bucket)) return false;
    }
    return true;
  }

  #begun({ run, time, at, now, mayOversleep, counting }: EntryOf<'begun'>): void {
    const isFree = (this.#state?.leaseUntil ?? 0) <= now && !this.#limits.mayBlock(time);
    this.#underWay.set(run, {
      number: run,
      at,
      begunAt: time,
      mayOversleep,
      isFree,
      before: this.#state?.watermark,
      endedAt: Number.POSITIVE_INFINITY,
      outcome: '',
      source: counting === 'auto' ? undefined : counting,
      isAlone: false,
      hasLease: false,
      hasStopped: false,
      tokenRefused: false,
      watermark: undefined,
      unfinished: undefined,
    });
  }

  #looked({ look, run, time }: EntryOf<'look'>): void {
    if (!this.looks.prepare(look, this.#underWay.get(run)?.begunAt ?? time)) return;
    this.looks.store(look, run, time);
    const isCut = look.asked.some(({ scope, complete }) => scope === 'account' && !complete);
    if (isCut) this.uncertain.addUnnamed({ start: look.since, end: look.end });
  }

  #counted({ bucket: { start, partial, counts }, time }: EntryOf<'bucket'>): void {
    const { total, ignored, malformed } = counts;
    if (partial && total + ignored + malformed > 0) this.partial.set(start, time);
    if (counts.accounts.truncated) this.uncertain.addUnnamed({ start, end: start + BUCKET });
    if (partial) {
      this.#listed.delete(start);
      this.uncertain.addSkipped({ start, end: start + BUCKET });
    } else this.#listed.add(start);
  }

  #stored(run: RunNote, { state }: EntryOf<'state'>): void {
    this.#state = state;
    run.hasLease = true;
    if (state.committedAt !== run.at) return;
    run.watermark = state.watermark;
    run.unfinished = state.unfinished;
    run.source ??= state.source;
    this.#firstWatermark ??= state.watermark;
  }

  #ended(run: RunNote, { time, outcome, source }: EntryOf<'ended'>): void {
    this.#underWay.delete(run.number);
    run.endedAt = time;
    run.outcome = outcome;
    run.source = source ?? run.source;
    run.isAlone = this.#underWay.size === 0;
    this.ended.push(run);
    const { watermark } = run;
    if (watermark === undefined || run.source === undefined) return;
    for (let start = run.before ?? watermark; start < watermark; start += BUCKET) {
      const skipped = { start, end: start + BUCKET };
      if (!this.isCounted(skipped)) this.uncertain.addSkipped(skipped);
    }
    // Where the source changes, events that were under way may count twice, or later.
    if (this.#source !== undefined && this.#source !== run.source) {
      this.uncertain.addSkipped({ start: watermark - HOUR, end: watermark + HOUR });
      this.changesOfSource.push(watermark);
    }
    this.#source = run.source;
  }
}
