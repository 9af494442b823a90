import { gzipSync } from 'node:zlib';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import { fromPlain, Pool, toPlain } from '../../functions/monitor/storage/bucket-codec.ts';
import { fromPlainLook, toPlainLook } from '../../functions/monitor/storage/look-codec.ts';
import type { Note } from '../history.ts';
import { BUCKET, DAY } from '../world/scenario.ts';
import { answerLost, refuse } from './aws-errors.ts';
import type { Faults } from './faults.ts';
import type { Timeline } from './timeline.ts';
import { showsToken } from './tokens.ts';

/** Bytes after compression. */
const MAX_BUCKET_BYTES = 300_000;
/** One bucket in so many is written as JSON and compressed: that takes longer than the rest of a run. */
const MEASURED_BUCKETS = 50;
/** No world lasts so long that a run reads older counts. */
const KEPT_MS = 12 * DAY;

type WriteNote = (note: Note) => void;

/** The buckets and the looks in the table of the monitor. */
export class SimulatedCounts {
  readonly #faults: Faults;
  readonly #timeline: Timeline;
  readonly #buckets = new Map<number, BucketRecord>();
  readonly #looks = new Map<number, LookRecord>();
  #first: { readonly stored: LookRecord; readonly read: LookRecord } | undefined;
  #bucketWrites = 0;
  #lookWrites = 0;
  /** Bytes after compression, of the buckets that were measured. */
  largestBucket = 0;

  constructor(faults: Faults, timeline: Timeline) {
    this.#faults = faults;
    this.#timeline = timeline;
  }

  /** Those of a span, oldest first. */
  within(start: number, end: number): { buckets: BucketRecord[]; looks: LookRecord[] } {
    const isIn = (bucket: number) => bucket >= start && bucket < end;
    return {
      buckets: [...this.#buckets.values()]
        .filter((record) => isIn(record.start))
        .sort((a, b) => a.start - b.start),
      // A look belongs to the bucket that ends with it.
      looks: this.#asRead(
        [...this.#looks.values()]
          .filter((look) => isIn(look.end - BUCKET))
          .sort((a, b) => a.end - b.end),
      ),
    };
  }

  /** The product remembers the sums of looks with the first of them: that is another object in another range, or all would be kept. */
  #asRead([first, ...more]: readonly LookRecord[]): LookRecord[] {
    if (!first) return [];
    if (this.#first?.stored !== first) this.#first = { stored: first, read: { ...first } };
    return [this.#first.read, ...more];
  }

  writeBucket(record: BucketRecord, note: WriteNote): boolean {
    const { now } = this.#timeline;
    if (this.#faults.strikes('bucket-write-refused', now)) refuse(note, 'bucket write');
    const stored = this.#buckets.get(record.start);
    if (stored && stored.runNumber > record.runNumber) return false;
    this.#buckets.set(record.start, this.#asStored(record, note));
    this.#forgetBefore(record.start);
    const unseen = this.#faults.strikes('bucket-write-unseen', now) !== undefined;
    note({ type: 'bucket', bucket: record, seen: !unseen });
    if (unseen) throw answerLost('PutItem of a bucket');
    return true;
  }

  writeLook(record: LookRecord, note: WriteNote): boolean {
    const { now } = this.#timeline;
    if (this.#faults.strikes('bucket-write-refused', now)) refuse(note, 'look write');
    const stored = this.#looks.get(record.end);
    if (stored && stored.runNumber > record.runNumber) return false;
    this.#looks.set(record.end, this.#asStoredLook(record, note));
    const [oldest = record.end] = this.#looks.keys();
    if (record.end - oldest > KEPT_MS) this.#looks.delete(oldest);
    const unseen = this.#faults.strikes('bucket-write-unseen', now) !== undefined;
    note({ type: 'look', look: record, seen: !unseen });
    if (unseen) throw answerLost('PutItem of a look');
    return true;
  }

  #asStoredLook(record: LookRecord, note: WriteNote): LookRecord {
    if (this.#lookWrites++ % MEASURED_BUCKETS !== 0) return record;
    const text = JSON.stringify(toPlainLook(record));
    this.#measure(text, note);
    return fromPlainLook(JSON.parse(text), new Pool());
  }

  #measure(text: string, note: WriteNote): void {
    const bytes = gzipSync(text).length;
    this.largestBucket = Math.max(this.largestBucket, bytes);
    if (bytes > MAX_BUCKET_BYTES) note({ type: 'too large', what: 'a bucket', bytes });
    if (showsToken(text)) note({ type: 'leaked', where: 'a stored bucket' });
  }

  /** Some buckets go through JSON, as in a real table. */
  #asStored(record: BucketRecord, note: WriteNote): BucketRecord {
    if (this.#bucketWrites++ % MEASURED_BUCKETS !== 0) return record;
    const text = JSON.stringify(toPlain(record));
    this.#measure(text, note);
    return fromPlain(JSON.parse(text), new Pool());
  }

  #forgetBefore(newest: number): void {
    const [oldest = newest] = this.#buckets.keys();
    if (newest - oldest > KEPT_MS) this.#buckets.delete(oldest);
  }
}
