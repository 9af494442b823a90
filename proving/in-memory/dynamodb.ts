import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import type { Silence } from '../../functions/monitor/incidents/silence.ts';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import type { Note, StateView } from '../history.ts';
import { answerLost, refuse } from './aws-errors.ts';
import { SimulatedCounts } from './dynamodb-counts.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';
import { showsToken } from './tokens.ts';

const READ_MS = 6;
const WRITE_MS = 9;
/** Bytes of JSON. */
const MAX_STATE_BYTES = 100_000;

type WriteNote = (note: Note) => void;

/** The table of the monitor, with conditional writes as strict as those of `dynamodb-store.ts`. */
export class SimulatedTable {
  readonly #faults: Faults;
  readonly #timeline: Timeline;
  #state: { readonly text: string; readonly runNumber: number; readonly runId: string } | undefined;
  readonly #counts: SimulatedCounts;
  readonly #incidents = new Map<string, { readonly text: string; readonly runNumber: number }>();
  readonly #silences = new Map<string, string>();
  #refusesNextWrite = false;
  /** Bytes of JSON. */
  largestState = 0;

  constructor(faults: Faults, timeline: Timeline) {
    this.#faults = faults;
    this.#timeline = timeline;
    this.#counts = new SimulatedCounts(faults, timeline);
  }

  /** Bytes after compression, of the buckets that were measured. */
  get largestBucket(): number {
    return this.#counts.largestBucket;
  }

  /** The store of one run. */
  store(life: Life, note: WriteNote): MonitorStore {
    this.#refusesNextWrite = false;
    return {
      readState: () =>
        life.call(async () => {
          await life.sleep(READ_MS);
          this.#mayRead(note);
          return this.#state && (JSON.parse(this.#state.text) as MonitorState);
        }),
      readStart: () =>
        life.call(async () => {
          await life.sleep(READ_MS);
          this.#mayRead(note);
          const state = this.#state && (JSON.parse(this.#state.text) as MonitorState);
          return { state, silences: this.silences() };
        }),
      readSilences: () =>
        life.call(async () => {
          await life.sleep(READ_MS);
          this.#mayRead(note);
          return this.silences();
        }),
      // A deployed run changes no silence: each has begun when it is made.
      writeSilence: () => Promise.resolve(false),
      changeSilence: () => Promise.resolve(false),
      writeState: (state, expected) =>
        life.call(async () => {
          await life.sleep(WRITE_MS);
          return this.#writeState(state, expected, note);
        }),
      unreadable: () => [],
      readCounts: ({ start, end }) =>
        life.call(async () => {
          await life.sleep(READ_MS);
          this.#mayRead(note);
          return this.#counts.within(start, end);
        }),
      writeBucket: (record) =>
        life.call(async () => {
          await life.sleep(WRITE_MS);
          return this.#counts.writeBucket(record, note);
        }),
      writeLook: (record) =>
        life.call(async () => {
          await life.sleep(WRITE_MS);
          return this.#counts.writeLook(record, note);
        }),
      readIncidents: (ids) =>
        life.call(async () => {
          await life.sleep(READ_MS);
          this.#mayRead(note);
          return ids.flatMap((id) => {
            const stored = this.#incidents.get(id);
            return stored ? (JSON.parse(stored.text) as Incident) : [];
          });
        }),
      writeIncident: (incident, runNumber) =>
        life.call(async () => {
          await life.sleep(WRITE_MS);
          return this.#writeIncident(incident, runNumber, note);
        }),
    };
  }

  silences(): Silence[] {
    return [...this.#silences.values()].map((text) => JSON.parse(text) as Silence);
  }

  /** Stores a silence that a person made or ended: people are no part of a run, and meet no faults. */
  putSilence(silence: Silence): void {
    this.#silences.set(silence.id, JSON.stringify(silence));
  }

  #writeIncident(incident: Incident, runNumber: number, note: WriteNote): boolean {
    const { now } = this.#timeline;
    this.#mayWrite(note);
    const { id } = incident;
    const stored = this.#incidents.get(id);
    if (stored && stored.runNumber > runNumber) return false;
    const text = JSON.stringify(incident);
    this.#incidents.set(id, { text, runNumber });
    if (text.length > MAX_STATE_BYTES) {
      note({ type: 'too large', what: 'an incident', bytes: text.length });
    }
    if (showsToken(text)) note({ type: 'leaked', where: 'a stored incident' });
    const unseen = this.#faults.strikes('state-write-unseen', now) !== undefined;
    if (unseen) throw answerLost('PutItem of an incident');
    return true;
  }

  /** The next write of the state or an incident fails. */
  refuseNextWrite(): void {
    this.#refusesNextWrite = true;
  }

  #mayWrite(note: WriteNote): void {
    const isRefused = this.#refusesNextWrite;
    this.#refusesNextWrite = false;
    const isStruck = this.#faults.strikes('state-write-refused', this.#timeline.now) !== undefined;
    if (isRefused || isStruck) refuse(note, 'state write');
  }

  #mayRead(note: WriteNote): void {
    if (this.#faults.strikes('read-refused', this.#timeline.now)) refuse(note, 'read');
  }

  #writeState(state: MonitorState, expected: number | undefined, note: WriteNote): boolean {
    const { now } = this.#timeline;
    this.#mayWrite(note);
    if (this.#state?.runNumber !== expected) {
      return this.#state?.runNumber === state.runNumber && this.#state.runId === state.runId;
    }
    const text = JSON.stringify(state);
    this.#state = { text, runNumber: state.runNumber, runId: state.runId };
    this.largestState = Math.max(this.largestState, text.length);
    if (text.length > MAX_STATE_BYTES) {
      note({ type: 'too large', what: 'the state', bytes: text.length });
    }
    if (showsToken(text)) note({ type: 'leaked', where: 'the stored state' });
    const unseen = this.#faults.strikes('state-write-unseen', now) !== undefined;
    note({ type: 'state', state: viewOf(state, text.length), seen: !unseen });
    if (unseen) throw answerLost('PutItem of the state');
    return true;
  }
}

function viewOf(state: MonitorState, bytes: number): StateView {
  const { runNumber, committedAt, leaseUntil, unfinished, watermark, evaluatedTo, timeField } =
    state;
  return {
    runNumber,
    committedAt,
    leaseUntil,
    unfinished,
    cause: state.problem?.cause,
    watermark,
    evaluatedTo,
    timeField,
    source: state.chosen?.source,
    bytes,
  };
}
