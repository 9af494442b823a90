import type { Entry, EntryOf } from '../history.ts';
import type { Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { BucketWrites } from './bucket-writes.ts';
import { broken, type Complaint, type Violation } from './complaint.ts';
import { IncidentJudge } from './incidents/incident-judge.ts';
import { type Knowledge, newKnowledge } from './knowledge.ts';
import { LookWrites } from './look-writes.ts';
import { beginRun, type Run } from './run.ts';
import { RunEnds } from './run-ends.ts';
import { StateWrites } from './state-writes.ts';

/**
 * The judge. It knows the truth, the faults of the world, and everything that was seen of the monitor. It knows nothing of
 * the product: it works out by itself which buckets must be counted, evaluated and notified.
 */
export class Judge {
  readonly violations: Violation[] = [];
  readonly #incidents: IncidentJudge;
  readonly #known: Knowledge;
  readonly #bucketWrites: BucketWrites;
  readonly #lookWrites: LookWrites;
  readonly #stateWrites: StateWrites;
  readonly #runEnds: RunEnds;
  readonly #runs = new Map<number, Run>();
  readonly #delivered = new Map<string, number>();
  /** The channel and id of each message. */
  readonly #messages = new Set<string>();
  readonly #stats = {
    runs: 0,
    clearRuns: 0,
    killed: 0,
    requests: 0,
    buckets: 0,
    looks: 0,
    repeated: 0,
    demanded: 0,
  };

  /** @param events the truth */
  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    this.#incidents = new IncidentJudge(scenario, events);
    this.#known = newKnowledge(scenario, events);
    this.#bucketWrites = new BucketWrites(this.#known);
    this.#lookWrites = new LookWrites(this.#known, events);
    this.#stateWrites = new StateWrites(this.#known);
    this.#runEnds = new RunEnds(this.#known);
  }

  /** Numbers for the report. */
  get stats() {
    return { ...this.#stats };
  }

  /** How many messages were delivered, repetitions left out, by kind. */
  get delivered(): ReadonlyMap<string, number> {
    return this.#delivered;
  }

  /** @param time epoch ms */
  complain(time: number, complaint: Complaint): void {
    this.violations.push({ ...complaint, time });
  }

  note(entry: Entry): void {
    if (entry.type === 'begun') this.#begun(entry);
    this.#incidents.note(entry);
    const run = this.#runs.get(entry.run);
    if (!run) return;
    const { requestLimits } = this.#known;
    for (const complaint of [
      ...requestLimits.note(entry, run.mayOversleep),
      ...this.#complaints(entry, run),
    ]) {
      this.complain(entry.time, complaint);
    }
  }

  /** The world is over. */
  finish(): void {
    this.violations.push(...this.#incidents.finish());
    this.violations.sort((a, b) => a.time - b.time);
    this.#stats.demanded = this.#incidents.demanded;
  }

  #begun(entry: EntryOf<'begun'>): void {
    this.#stats.runs++;
    const { watermark } = this.#known.progress;
    const run = beginRun(entry, { state: this.#stateWrites.state, watermark });
    this.#runs.set(run.number, run);
  }

  #complaints(entry: Entry, run: Run): readonly Complaint[] {
    switch (entry.type) {
      case 'sent':
        this.#stats.requests++;
        run.sent++;
        this.#bucketWrites.asked(entry, run);
        return [];
      case 'answered':
        if (entry.metrics || entry.page) run.answers.push(entry);
        // A rejected request is sent again when the secret holds another token.
        if (entry.status === 401) run.sent--;
        return [];
      case 'bucket':
        this.#stats.buckets++;
        return this.#bucketWrites.stored(run, entry);
      case 'look':
        this.#stats.looks++;
        return this.#lookWrites.stored(run, entry);
      case 'state':
        return this.#stateWrites.stored(run, entry);
      case 'published':
        this.#published(entry, run);
        return [];
      case 'stopping':
        run.softDeadline = true;
        return [];
      case 'ended':
        return this.#ended(entry, run);
      case 'leaked':
        return [broken('token-secret', `the token is in ${entry.where}`)];
      case 'too large': {
        const text = `${entry.what} has ${entry.bytes} bytes`;
        return entry.what === 'the state'
          ? [broken('state-small', text)]
          : [broken('bucket-small', text)];
      }
      case 'begun':
      case 'silence':
      case 'refused':
        return [];
    }
  }

  #published({ channel, message }: EntryOf<'published'>, run: Run): void {
    const { id, kind, incidentId, subject } = message;
    const key = `${channel} ${id}`;
    if (this.#messages.has(key)) this.#stats.repeated++;
    else this.#delivered.set(kind, (this.#delivered.get(kind) ?? 0) + 1);
    this.#messages.add(key);
    if (incidentId === null || subject === 'monitor') return;
    run.told.set(incidentId, (run.told.get(incidentId) ?? new Set()).add(kind));
  }

  #ended(entry: EntryOf<'ended'>, run: Run): readonly Complaint[] {
    this.#runs.delete(run.number);
    if (entry.outcome === 'killed') this.#stats.killed++;
    const isAlone = this.#runs.size === 0;
    const { state } = this.#stateWrites;
    const { complaints, isClear } = this.#runEnds.ended(run, entry, state, isAlone);
    if (isClear) this.#stats.clearRuns++;
    return complaints;
  }
}
