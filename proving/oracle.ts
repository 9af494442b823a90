import type { Entry, EntryOf, StateView } from './history.ts';
import { ExpectedAlerts } from './oracle-alerts.ts';
import { type Calendar, calendarOf, endOf, floorTo } from './oracle-calendar.ts';
import { ExpectedCounts } from './oracle-counts.ts';
import { ExpectedManners } from './oracle-limits.ts';
import { ExpectedMessages } from './oracle-messages.ts';
import { causeOf, ExpectedTroubles } from './oracle-monitor.ts';
import { Obstacles } from './oracle-obstacles.ts';
import { Outbox } from './oracle-outbox.ts';
import { windowOf } from './oracle-rules.ts';
import {
  iso,
  isUngrouped,
  needlessIn,
  noteGroups,
  type Run,
  rulesWithout,
  seesAllGroups,
} from './oracle-run.ts';
import {
  BUCKET,
  type Counting,
  type Grouping,
  HOUR,
  type Rule,
  type Scenario,
} from './scenario.ts';
import type { TrueEvent } from './traffic.ts';

/** What a monitor must keep to, each with the number that the documentation gives it. */
export const INVARIANTS = {
  counted: 'every bucket holds the truth as of its last count, or is said not to',
  notified: 'what must be told is told, and in time',
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
/** So many runs later it must be, and not hold up what comes after it. */
const HELD_UP = 3;

/**
 * The judge. It knows the truth, what the world did, and what was seen of the monitor; of the product it knows
 * nothing, and works out by itself what must have been counted, judged and told.
 */
export class Oracle {
  readonly violations: Violation[] = [];
  readonly #scenario: Scenario;
  readonly #expected: ExpectedCounts;
  readonly #alerts: ExpectedAlerts;
  readonly #monitorFailures: ExpectedTroubles;
  readonly #manners: ExpectedManners;
  readonly #obstacles: Obstacles;
  readonly #outbox = new Outbox();
  readonly messages: ExpectedMessages;
  readonly #runs = new Map<number, Run>();
  /** Which runs have asked for a bucket since it was stored. */
  readonly #asked = new Map<number, Set<number>>();
  #state: StateView | undefined;
  #watermark: number | undefined;
  #evaluatedTo: number | undefined;
  #counting: Counting | undefined;
  /** Runs in a row that had a range behind them that cannot be read, and nothing else in the way. */
  #heldUp = 0;
  readonly stats = {
    runs: 0,
    clearRuns: 0,
    killed: 0,
    requests: 0,
    buckets: 0,
    decided: 0,
    dropped: 0,
    waiting: 0,
  };

  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    const { settings } = scenario;
    this.#scenario = scenario;
    this.#expected = new ExpectedCounts(scenario, events);
    this.#alerts = new ExpectedAlerts(settings, this.#outbox);
    this.#monitorFailures = new ExpectedTroubles(settings.repeatMinutes, this.#outbox);
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
    this.#manners.note(entry, run.mayOversleep ? undefined : complain('polite'));
    switch (entry.type) {
      case 'sent':
        this.stats.requests++;
        run.sent[entry.hour === undefined ? 'others' : 'metrics']++;
        this.#noteAsked(entry, run);
        break;
      case 'answered':
        noteGroups(run, entry);
        if (entry.status === 401) run.rejected++;
        break;
      case 'bucket':
        this.#bucket(run, entry, complain('counted'));
        break;
      case 'state':
        this.#stateWritten(run, entry, complain);
        break;
      case 'published': {
        const problem = this.messages.published(entry, run);
        if (problem) complain('no noise')(problem);
        if (entry.seen) run.delivering = this.#outbox.keyOf(entry.notified);
        else run.muffled = true;
        break;
      }
      case 'refused':
        if (entry.what === 'publish') run.muffled = true;
        break;
      case 'stopping':
        run.softDeadline = true;
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

  #noteAsked({ path, hour }: EntryOf<'sent'>, { number, calendar }: Run): void {
    const listed = /start_time=(\d+)/.exec(path)?.[1];
    if (hour === undefined && (listed === undefined || calendar.counting === 'metrics')) return;
    const bucket = hour ?? floorTo(BUCKET, Number(listed) + 1);
    this.#asked.set(bucket, (this.#asked.get(bucket) ?? new Set()).add(number));
  }

  #begun({ run, time, at, now, mayOversleep, counting }: EntryOf<'begun'>): void {
    this.stats.runs++;
    const calendar = calendarOf(counting, this.#scenario.settings);
    const watermark = this.#watermarkFor(calendar, at);
    const outstanding = watermark ?? calendar.windowAt(calendar.newestAt(at)).start;
    this.#runs.set(run, {
      number: run,
      at,
      begunAt: time,
      leaseFree: (this.#state?.leaseUntil ?? 0) <= now,
      watermark,
      calendar,
      due: counting === 'metrics' ? this.#expected.dueHours(calendar, at, outstanding) : undefined,
      counted: new Set(),
      refused: new Set(),
      named: new Map(),
      unnamed: new Map(),
      namedBefore: this.#expected.namesKnown(calendar, at),
      sent: { metrics: 0, others: 0 },
      rejected: 0,
      lookedUp: 0,
      judgedFrom: undefined,
      timeField: this.#state?.timeField,
      mayOversleep,
      skewMs: now - time,
      hasLease: false,
      planned: false,
      committed: false,
      delivering: undefined,
      rejections: undefined,
      softDeadline: false,
      muffled: false,
    });
  }

  /** Where another way of counting begins, the newest window is outstanding again. */
  #watermarkFor(calendar: Calendar, at: number): number | undefined {
    if (this.#watermark === undefined) return undefined;
    if ((this.#counting ?? calendar.counting) === calendar.counting) return this.#watermark;
    return Math.min(this.#watermark, calendar.windowAt(calendar.newestAt(at)).start);
  }

  #bucket(run: Run, { bucket, time }: EntryOf<'bucket'>, complain: (text: string) => void): void {
    const { calendar, begunAt } = run;
    const name = `${calendar.counting === 'metrics' ? 'hour' : 'bucket'} ${iso(bucket.start)}`;
    this.stats.buckets++;
    if (!run.hasLease) complain(`${name} was stored by a run without the lease`);
    const isLost = (by: Grouping) =>
      this.#obstacles.lost(by, begunAt, time) || isUngrouped(run, bucket.start, by);
    const problem = this.#expected.stored(bucket, {
      run: run.number,
      calendar,
      wanted: run.mayOversleep
        ? undefined
        : this.#expected.termsAt(calendar.counting, run.at, run.timeField),
      since: begunAt,
      now: time,
      lost: {
        blurred: isLost('RAW_EVENT_STATUS'),
        accountsLost: isLost('ACCOUNT_ID'),
        schemasLost: isLost('SCHEMA_NAME'),
      },
    });
    if (!bucket.partial) run.counted.add(bucket.start);
    const { accounts, schemas } = bucket.counts;
    if (accounts.truncated || schemas.truncated) this.messages.blurred(bucket.start, endOf(bucket));
    if (problem) complain(`${name}: ${problem}`);
    if (bucket.partial) this.messages.skipped(bucket.start, endOf(bucket));
    if (bucket.partial && !this.#obstacles.between(run.begunAt, time) && !run.softDeadline) {
      complain(`${name} was given up, and nothing stood in the way`);
    }
    const tries = this.#asked.get(bucket.start)?.size ?? 0;
    if (bucket.partial && !run.softDeadline && tries < PATIENCE) {
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
      this.#monitorFailures.begun(run.at);
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
    const { calendar, at } = run;
    const reach = calendar.reachAt(at);
    this.#watermark = this.#watermarkFor(calendar, at);
    this.#counting = calendar.counting;
    const from = this.#watermark ?? calendar.windowAt(calendar.newestAt(at)).start;
    if (from < reach) {
      this.#watermark = reach;
      this.#evaluatedTo = Math.max(this.#evaluatedTo ?? reach, reach);
      this.messages.skipped(from, reach);
    }
    this.#monitorFailures.skipped(run.at, from < reach ? { start: from, end: reach } : undefined);
  }

  #commit(run: Run, state: StateView, complain: (text: string) => void): void {
    run.committed = true;
    const { calendar, at } = run;
    const known = (start: number) => this.#expected.get(calendar, start, run.number, run.begunAt);
    const from = this.#watermark ?? calendar.windowAt(calendar.newestAt(at)).start;
    const watermark = calendar.watermarkFrom(from, known);
    this.#watermark = watermark;
    if (state.watermark !== watermark) {
      complain(`the watermark is ${iso(state.watermark)}, and should be ${iso(watermark)}`);
    }
    const ends = calendar.endsAfter(this.#evaluatedTo, watermark);
    if (ends.length > 0) {
      this.#evaluatedTo = watermark;
      run.judgedFrom = calendar.windowAt(watermark).start;
    }
    const spanAt = (end: number, { operator }: Rule) =>
      calendar.windowAt(end, operator.startsWith('<'));
    const windowAt = (end: number, rule: Rule) => {
      const span = spanAt(end, rule);
      const buckets = calendar.piecesOf(span).map((piece) => {
        const bucket = known(piece.start);
        return bucket && endOf(bucket) >= piece.end ? bucket : undefined;
      });
      // An hour that was open at that end may have been counted farther since.
      const last = buckets.at(-1);
      return windowOf({ ...span, end: last ? Math.max(span.end, endOf(last)) : span.end }, buckets);
    };
    this.#alerts.commit({ at, watermark, ends, windowAt, spanAt, calmMs: calendar.calmMs });
    this.#monitorFailures.committed(at, causeOf(state));
    if (run.counted.size > 0)
      this.#monitorFailures.grouped(
        at,
        rulesWithout(run, this.#scenario.settings),
        seesAllGroups(run, this.#scenario.settings),
      );
    const lastHour = Array.from({ length: HOUR / BUCKET }, (_, index) =>
      known(watermark - (index + 1) * BUCKET),
    );
    this.#monitorFailures.sized(at, lastHour);
    run.lookedUp = this.#outbox.keys.filter((key) =>
      ['fired', 'grew'].includes(this.#outbox.get(key)?.kind ?? ''),
    ).length;
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
    if (hasEnded && !run.committed)
      complain('notified')('a run says that it ended, and wrote nothing');
    if (hasEnded && this.#state?.leaseUntil !== 0 && this.#runs.size === 0) {
      complain('bounded')('a run that has ended keeps the lease');
    }
    if (hasEnded && !run.muffled && this.#outbox.keys.length > 0) {
      const due = this.#outbox.keys.map((key) => `${key} (${this.#outbox.get(key)?.kind})`);
      complain('notified')(`was decided and not delivered, and nothing stood in the way: ${due}`);
    }
    if (hasEnded) this.#noteHeldUp(run, time, complain('bounded'));
    const isClear =
      run.leaseFree &&
      !this.#obstacles.between(run.begunAt, time) &&
      !this.#manners.isBarred(run.begunAt) &&
      this.#runs.size === 0;
    this.messages.runEnded(run.at, time, isClear && hasEnded, this.#watermark, run.judgedFrom);
    if (!isClear) return;
    this.stats.clearRuns++;
    if (outcome !== 'finished') {
      complain('notified')(`nothing stood in the way of a run, and it ${outcome}: ${problem}`);
      return;
    }
    const { calendar, at } = run;
    const newest = calendar.newestAt(at);
    const watermark = this.#watermark ?? newest;
    if (run.softDeadline) {
      if (watermark <= (run.watermark ?? 0)) complain('bounded')('the backlog does not shrink');
      return;
    }
    const from = run.watermark ?? calendar.windowAt(newest).start;
    const { due } = run;
    const missed = due
      ? [...due].filter((hour) => !run.counted.has(hour))
      : this.#expected.missed(at, from, run.timeField, run.number);
    if (missed.length > 0) {
      complain('counted')(`${missed.length} buckets were due and not counted: ${iso(missed[0])}`);
    }
    if (due) {
      for (const text of needlessIn(run, due, this.#scenario.settings)) complain('polite')(text);
    }
    if (watermark < newest) complain('bounded')(`a run left a backlog from ${iso(watermark)} on`);
  }

  /** What cannot be read is given up after some runs, and holds up nothing more. */
  #noteHeldUp(run: Run, time: number, complain: (text: string) => void): void {
    const brokenTo = this.#obstacles.brokenBetween(run.begunAt, time);
    const newest = run.calendar.newestAt(run.at);
    const isBehind = brokenTo !== undefined && newest > brokenTo;
    const isAlone = run.leaseFree && !run.softDeadline && !this.#manners.isBarred(time);
    this.#heldUp = isBehind && isAlone && run.calendar.counting === 'events' ? this.#heldUp + 1 : 0;
    const watermark = this.#watermark ?? newest;
    if (this.#heldUp > PATIENCE + HELD_UP && watermark < newest) {
      complain(`a range that cannot be read holds up what comes after ${iso(watermark)}`);
    }
  }

  /** What is to be said when all is over. */
  finish(): void {
    this.stats.decided = this.#outbox.decided;
    this.stats.dropped = this.#outbox.dropped;
    this.stats.waiting = this.#outbox.waiting;
    this.violations.push(...this.messages.finish());
  }
}
