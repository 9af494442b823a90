import type { Entry, EntryOf, StateView } from './history.ts';
import { ExpectedAlerts } from './oracle-alerts.ts';
import { ExpectedCounts } from './oracle-counts.ts';
import { ExpectedManners } from './oracle-limits.ts';
import { ExpectedMessages } from './oracle-messages.ts';
import { causeOf, ExpectedTroubles } from './oracle-monitor.ts';
import { Obstacles } from './oracle-obstacles.ts';
import { Outbox } from './oracle-outbox.ts';
import { windowOf } from './oracle-rules.ts';
import { BUCKET, HOUR, MINUTE, type Scenario } from './scenario.ts';
import type { TrueEvent } from './traffic.ts';

/** What a monitor must keep to, each with the number that the documentation gives it. */
export const INVARIANTS = {
  counted: 'every bucket holds the truth as of its last count, or is said not to',
  told: 'what must be told is told, and in time',
  'no noise': 'nothing is told without a cause, nor twice without a crash',
  polite: "Togai's quota and its bound on rejected requests are kept",
  bounded: 'state, buckets, runs and backlog stay small',
  safe: 'the token comes out nowhere, and a run leaves nothing behind',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  /** Epoch ms. */
  readonly time: number;
  readonly text: string;
}

/** After so many runs a bucket that always fails may be given up. */
const PATIENCE = 3;

/** What the judge takes note of in a run. */
interface Run {
  readonly number: number;
  readonly at: number;
  readonly begunAt: number;
  /** The lease was free when it began, as far as the clock of the run tells. */
  readonly leaseFree: boolean;
  /** Before it. */
  readonly frontier: number | undefined;
  readonly timeField: string | undefined;
  readonly mayOversleep: boolean;
  /** By how much its clock is wrong, ms. */
  readonly skewMs: number;
  hasLease: boolean;
  planned: boolean;
  committed: boolean;
  /** What it has published and not yet written down. */
  delivering: string | undefined;
  rejections: string | undefined;
  outOfTime: boolean;
  /** A message did not get out, or so it seemed. */
  muffled: boolean;
}

/**
 * The judge. It knows the truth, what the world did, and what was seen of the monitor; of the product it knows
 * nothing, and works out by itself what must have been counted, judged and told.
 */
export class Oracle {
  readonly violations: Violation[] = [];
  readonly #scenario: Scenario;
  readonly #counts: ExpectedCounts;
  readonly #alerts: ExpectedAlerts;
  readonly #troubles: ExpectedTroubles;
  readonly #manners: ExpectedManners;
  readonly #obstacles: Obstacles;
  readonly #outbox = new Outbox();
  readonly messages: ExpectedMessages;
  readonly #runs = new Map<number, Run>();
  /** Which runs have asked for a bucket since it was stored. */
  readonly #asked = new Map<number, Set<number>>();
  #state: StateView | undefined;
  #frontier: number | undefined;
  #judgedTo: number | undefined;
  readonly stats = { runs: 0, clearRuns: 0, killed: 0, requests: 0, buckets: 0, decided: 0 };

  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    const { settings } = scenario;
    this.#scenario = scenario;
    this.#counts = new ExpectedCounts(scenario, events);
    this.#alerts = new ExpectedAlerts(settings, this.#outbox);
    this.#troubles = new ExpectedTroubles(settings.repeatMinutes, this.#outbox);
    this.#manners = new ExpectedManners(settings);
    this.#obstacles = new Obstacles(scenario);
    this.messages = new ExpectedMessages(scenario, events, this.#outbox);
  }

  note(entry: Entry): void {
    const complain = (invariant: Invariant) => (text: string) => {
      this.violations.push({ invariant, time: entry.time, text });
    };
    if (entry.type === 'begun') this.#begun(entry);
    const run = this.#runs.get(entry.run);
    if (!run) return;
    // One that has overslept may be in the middle of a request when it goes on.
    if (!run.mayOversleep) this.#manners.note(entry, complain('polite'));
    switch (entry.type) {
      case 'sent':
        this.stats.requests++;
        this.#noteAsked(entry);
        break;
      case 'bucket':
        this.#bucket(run, entry, complain('counted'));
        break;
      case 'state':
        this.#stateWritten(run, entry, complain);
        break;
      case 'published': {
        const problem = this.messages.published(entry, run.at, run.mayOversleep);
        if (problem) complain('no noise')(problem);
        if (entry.seen) run.delivering = this.#outbox.keyOf(entry.told);
        else run.muffled = true;
        break;
      }
      case 'refused':
        if (entry.what === 'publish') run.muffled = true;
        break;
      case 'stopping':
        run.outOfTime = true;
        break;
      case 'ended':
        this.#ended(run, entry, complain);
        break;
      case 'leaked':
        complain('safe')(`the token is in ${entry.where}`);
        break;
      case 'too large':
        complain('bounded')(`${entry.what} has ${entry.bytes} bytes`);
        break;
    }
  }

  #noteAsked({ path, run }: EntryOf<'sent'>): void {
    const start = /start_time=(\d+)/.exec(path)?.[1];
    if (start === undefined) return;
    const bucket = floor(Number(start) + 1);
    this.#asked.set(bucket, (this.#asked.get(bucket) ?? new Set()).add(run));
  }

  #begun({ run, time, at, now, mayOversleep }: EntryOf<'begun'>): void {
    this.stats.runs++;
    this.#runs.set(run, {
      number: run,
      at,
      begunAt: time,
      leaseFree: (this.#state?.leaseUntil ?? 0) <= now,
      frontier: this.#frontier,
      timeField: this.#state?.timeField,
      mayOversleep,
      skewMs: now - time,
      hasLease: false,
      planned: false,
      committed: false,
      delivering: undefined,
      rejections: undefined,
      outOfTime: false,
      muffled: false,
    });
  }

  #bucket(run: Run, { bucket, time }: EntryOf<'bucket'>, complain: (text: string) => void): void {
    const name = `bucket ${iso(bucket.start)}`;
    this.stats.buckets++;
    if (!run.hasLease) complain(`${name} was stored by a run without the lease`);
    const problem = this.#counts.stored(
      bucket,
      run.number,
      run.mayOversleep ? undefined : this.#counts.termsAt(run.at, run.timeField),
      run.begunAt,
      time,
    );
    if (problem) complain(`${name}: ${problem}`);
    if (bucket.partial) this.messages.skipped(bucket.start, bucket.start + BUCKET);
    if (bucket.partial && !this.#obstacles.between(run.begunAt, time) && !run.outOfTime) {
      complain(`${name} was given up, and nothing stood in the way`);
    }
    const tries = this.#asked.get(bucket.start)?.size ?? 0;
    if (bucket.partial && !run.outOfTime && tries < PATIENCE) {
      complain(`${name} was given up after ${tries} runs`);
    }
    this.#asked.delete(bucket.start);
  }

  /** A write is the lease, a rejected token, a delivery, the commit, or a lease given back: the order tells which. */
  #stateWritten(
    run: Run,
    { state, time }: EntryOf<'state'>,
    complain: (invariant: Invariant) => (text: string) => void,
  ): void {
    const leaseUntil = this.#state?.leaseUntil ?? 0;
    this.#state = state;
    const { delivering, rejections } = run;
    run.rejections = state.rejections;
    run.delivering = undefined;
    if (!run.hasLease) {
      run.hasLease = true;
      if (leaseUntil > time + run.skewMs) complain('polite')('a run took the lease of another');
      this.#troubles.begun(run.at);
      return;
    }
    if (delivering !== undefined) {
      this.#outbox.delivered(delivering);
      const [, name, firedAt] = /^(.*)@([^@]*)$/.exec(delivering) ?? [];
      if (name && firedAt) this.#alerts.delivered(name, Date.parse(firedAt), run.at);
      this.messages.recorded();
      return;
    }
    if (run.committed) return;
    const commits = state.committedAt === run.at;
    // A run that is told to stop gives its lease back, and nothing else.
    if (!commits && state.rejections === rejections) return;
    this.#plan(run);
    if (commits) this.#commit(run, state, complain('counted'));
  }

  /** What is out of reach is skipped, and that is told. */
  #plan(run: Run): void {
    if (run.planned) return;
    run.planned = true;
    const { settleMinutes, windowMinutes, maxCatchUpHours } = this.#scenario.settings;
    const newest = floor(run.at - settleMinutes * MINUTE);
    const window = windowMinutes * MINUTE;
    const reach = newest - Math.max(maxCatchUpHours * HOUR, window);
    const from = this.#frontier ?? newest - window;
    if (from < reach) {
      this.#frontier = reach;
      this.#judgedTo = Math.max(this.#judgedTo ?? reach, reach);
      this.messages.skipped(from, reach);
    }
    this.#troubles.skipped(run.at, from < reach ? { start: from, end: reach } : undefined);
  }

  #commit(run: Run, state: StateView, complain: (text: string) => void): void {
    run.committed = true;
    const { settleMinutes, windowMinutes } = this.#scenario.settings;
    const newest = floor(run.at - settleMinutes * MINUTE);
    const window = windowMinutes * MINUTE;
    let frontier = this.#frontier ?? newest - window;
    const known = (start: number) => this.#counts.get(start, run.number, run.begunAt);
    while (known(frontier)) frontier += BUCKET;
    this.#frontier = frontier;
    if (state.frontier !== frontier) {
      complain(`the frontier is ${iso(state.frontier)}, and should be ${iso(frontier)}`);
    }
    const ends: number[] = [];
    const first =
      this.#judgedTo === undefined ? frontier : Math.min(this.#judgedTo + BUCKET, frontier);
    for (let end = first; end <= frontier; end += BUCKET) ends.push(end);
    this.#judgedTo = frontier;
    const windowAt = (end: number) => {
      const buckets = Array.from({ length: window / BUCKET }, (_, index) =>
        known(end - window + index * BUCKET),
      );
      return windowOf(buckets);
    };
    this.#alerts.commit({ at: run.at, frontier, ends, windowAt });
    this.#troubles.committed(run.at, causeOf(state));
    const lastHour = Array.from({ length: 12 }, (_, index) =>
      known(frontier - (index + 1) * BUCKET),
    );
    this.#troubles.sized(run.at, lastHour);
  }

  #ended(
    run: Run,
    { time, outcome, problem, sleepers }: EntryOf<'ended'>,
    complain: (invariant: Invariant) => (text: string) => void,
  ): void {
    this.#runs.delete(run.number);
    if (outcome === 'killed') this.stats.killed++;
    if (sleepers !== 0) complain('safe')(`${sleepers} timers were left by a run that has ended`);
    const hasEnded = outcome === 'finished' || outcome === 'failed';
    if (hasEnded && !run.committed) complain('told')('a run says that it ended, and wrote nothing');
    if (hasEnded && this.#state?.leaseUntil !== 0 && this.#runs.size === 0) {
      complain('bounded')('a run that has ended keeps the lease');
    }
    if (hasEnded && !run.muffled && this.#outbox.keys.length > 0) {
      const due = this.#outbox.keys.map((key) => `${key} (${this.#outbox.get(key)?.kind})`);
      complain('told')(`was decided and not delivered, and nothing stood in the way: ${due}`);
    }
    const isClear =
      run.leaseFree &&
      !this.#obstacles.between(run.begunAt, time) &&
      !this.#manners.isBarred(time) &&
      this.#runs.size === 0;
    this.messages.runEnded(run.at, time, isClear && hasEnded, this.#frontier);
    if (!isClear) return;
    this.stats.clearRuns++;
    if (outcome !== 'finished') {
      complain('told')(`nothing stood in the way of a run, and it ${outcome}: ${problem}`);
      return;
    }
    const newest = floor(run.at - this.#scenario.settings.settleMinutes * MINUTE);
    const frontier = this.#frontier ?? newest;
    if (run.outOfTime) {
      if (frontier <= (run.frontier ?? 0)) complain('bounded')('the backlog does not shrink');
      return;
    }
    const from = run.frontier ?? newest - this.#scenario.settings.windowMinutes * MINUTE;
    const missed = this.#counts.missed(run.at, from, run.timeField, run.number);
    if (missed.length > 0) {
      complain('counted')(`${missed.length} buckets were due and not counted: ${iso(missed[0])}`);
    }
    if (frontier < newest) complain('bounded')(`a run left a backlog from ${iso(frontier)} on`);
  }

  /** What is to be said when all is over. */
  finish(): void {
    this.stats.decided = this.#outbox.decided;
    this.violations.push(...this.messages.finish());
  }
}

function floor(time: number): number {
  return Math.floor(time / BUCKET) * BUCKET;
}

function iso(time: number | undefined): string {
  return time === undefined ? 'nowhere' : new Date(time).toISOString().slice(0, 16);
}
