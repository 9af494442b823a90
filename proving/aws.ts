import { gzipSync } from 'node:zlib';
import type { BucketRecord } from '../functions/monitor/events/bucket-record.ts';
import type { MonitorState } from '../functions/monitor/monitor-state.ts';
import type { Credential, MonitorStore, Publisher } from '../functions/monitor/ports.ts';
import { fromPlain, Pool, toPlain } from '../functions/monitor/storage/bucket-codec.ts';
import type { Faults } from './faults.ts';
import type { Note, StateView, Told } from './history.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';
import { type SimulatedTogai, showsToken } from './togai.ts';

const READ_MS = 6;
const WRITE_MS = 9;
const PUBLISH_MS = 40;
const MAX_STATE_BYTES = 100_000;
const MAX_COUNTS_BYTES = 300_000;
/** One bucket in so many is written as JSON and compressed, which takes longer than all the rest of a run. */
const MEASURED_BUCKETS = 50;

type Write = (note: Note) => void;

/** What is stored, and what AWS does with what it is asked for. */
export class SimulatedAws {
  readonly #faults: Faults;
  readonly #timeline: Timeline;
  readonly #togai: SimulatedTogai;
  #state: { readonly text: string; readonly runNumber: number; readonly runId: string } | undefined;
  readonly #buckets = new Map<number, BucketRecord>();
  #bucketWrites = 0;
  largestState = 0;
  largestCounts = 0;

  constructor(faults: Faults, timeline: Timeline, togai: SimulatedTogai) {
    this.#faults = faults;
    this.#timeline = timeline;
    this.#togai = togai;
  }

  /** Conditional writes as strict as those of `dynamodb-store.ts`. */
  store(life: Life, note: Write): MonitorStore {
    const readState = async () => {
      await life.sleep(READ_MS);
      this.#mayRead(note);
      return this.#state && (JSON.parse(this.#state.text) as MonitorState);
    };
    return {
      readState: () => life.call(readState),
      writeState: (state, expected) =>
        life.call(async () => {
          await life.sleep(WRITE_MS);
          const now = this.#timeline.now;
          if (this.#faults.strikes('state-write-refused', now)) this.#refuse(note, 'state write');
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
          if (unseen) throw lost('PutItem of the state');
          return true;
        }),
      readBuckets: ({ start, end }) =>
        life.call(async () => {
          await life.sleep(READ_MS);
          this.#mayRead(note);
          const records: BucketRecord[] = [];
          for (const record of this.#buckets.values()) {
            if (record.start >= start && record.start < end) records.push(record);
          }
          return records.sort((a, b) => a.start - b.start);
        }),
      writeBucket: (record) =>
        life.call(async () => {
          await life.sleep(WRITE_MS);
          const now = this.#timeline.now;
          if (this.#faults.strikes('bucket-write-refused', now)) this.#refuse(note, 'bucket write');
          const stored = this.#buckets.get(record.start);
          if (stored && stored.runNumber > record.runNumber) return false;
          this.#buckets.set(record.start, this.#asStored(record, note));
          this.#forget(record.start);
          const unseen = this.#faults.strikes('bucket-write-unseen', now) !== undefined;
          note({ type: 'bucket', bucket: record, seen: !unseen });
          if (unseen) throw lost('PutItem of a bucket');
          return true;
        }),
    };
  }

  publisher(life: Life, note: Write): Publisher {
    return {
      publish: (message, signal) =>
        life.call(async () => {
          await life.sleep(PUBLISH_MS, signal);
          const now = this.#timeline.now;
          if (this.#faults.strikes('publish-refused', now)) this.#refuse(note, 'publish');
          const unseen = this.#faults.strikes('publish-unseen', now) !== undefined;
          for (const text of Object.values(message)) {
            if (typeof text === 'string' && showsToken(text)) {
              note({ type: 'leaked', where: 'a message' });
            }
          }
          note({ type: 'published', notified: JSON.parse(message.json) as Told, seen: !unseen });
          if (unseen) throw lost('Publish');
        }),
    };
  }

  /** Kept for as long as the process lives, and read again when asked. */
  credential(known: { token: string | undefined }, life: Life, note: Write): Credential {
    const readAgain = () =>
      life.call(async () => {
        await life.sleep(READ_MS);
        const now = this.#timeline.now;
        if (this.#faults.strikes('secret-refused', now)) this.#refuse(note, 'GetSecretValue');
        known.token = this.#togai.secretAt(now);
        return known.token;
      });
    return {
      read: () => (known.token === undefined ? readAgain() : Promise.resolve(known.token)),
      readAgain,
    };
  }

  #mayRead(note: Write): void {
    if (this.#faults.strikes('read-refused', this.#timeline.now)) this.#refuse(note, 'read');
  }

  #refuse(note: Write, what: string): never {
    note({ type: 'refused', what });
    throw new Error(`${what}: throttled, try again later`);
  }

  /** Now and then by way of JSON, as in a real table. */
  #asStored(record: BucketRecord, note: Write): BucketRecord {
    if (this.#bucketWrites++ % MEASURED_BUCKETS !== 0) return record;
    const text = JSON.stringify(toPlain(record));
    const bytes = gzipSync(text).length;
    this.largestCounts = Math.max(this.largestCounts, bytes);
    if (bytes > MAX_COUNTS_BYTES) note({ type: 'too large', what: 'a bucket', bytes });
    if (showsToken(text)) note({ type: 'leaked', where: 'a stored bucket' });
    return fromPlain(JSON.parse(text), new Pool());
  }

  /** What no run reads any more. */
  #forget(newest: number): void {
    const [oldest = newest] = this.#buckets.keys();
    if (newest - oldest > 4 * 86_400_000) this.#buckets.delete(oldest);
  }
}

function lost(what: string): Error {
  return new Error(`${what}: the connection was lost before an answer came`);
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
    rejections: JSON.stringify(state.rejections),
    bytes,
  };
}
