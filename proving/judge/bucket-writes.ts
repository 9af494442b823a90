import type { EntryOf } from '../history.ts';
import { BUCKET } from '../world/scenario.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import type { Knowledge } from './knowledge.ts';
import type { Run } from './run.ts';
import { floorTo } from './span.ts';

/** After so many runs a bucket that always fails may be stored as partial. */
export const PATIENCE = 3;

/** Judges the buckets that runs store. */
export class BucketWrites {
  readonly #known: Knowledge;
  /** The runs that have asked for a bucket since it was stored, by its start. */
  readonly #askedBy = new Map<number, Set<number>>();

  constructor(known: Knowledge) {
    this.#known = known;
  }

  /** A run has sent a request. */
  asked({ path }: EntryOf<'sent'>, { number, listed }: Run): void {
    const [, start] = /start_time=(\d+)/.exec(path) ?? [];
    const [, end] = /end_time=(\d+)/.exec(path) ?? [];
    if (start === undefined || end === undefined) return;
    listed.push({ start: Number(start), end: Number(end) });
    // A listing of a bucket may begin a millisecond before it.
    const first = floorTo(BUCKET, Number(start) + 1);
    for (let bucket = first; bucket < Number(end); bucket += BUCKET) {
      this.#askedBy.set(bucket, (this.#askedBy.get(bucket) ?? new Set()).add(number));
    }
  }

  /** A run has stored a bucket. */
  stored(run: Run, entry: EntryOf<'bucket'>): Complaint[] {
    const { bucket } = entry;
    const { counts } = this.#known;
    const name = `bucket ${minuteText(bucket.start)}`;
    const complaints: Complaint[] = [];
    if (!run.hasLease) {
      complaints.push(
        broken('stored-under-the-lease', `${name} was stored by a run without the lease`),
      );
    }
    const problem = counts.stored(run, entry);
    if (problem) complaints.push({ ...problem, text: `${name}: ${problem.text}` });
    if (!bucket.partial) run.counted.add(bucket.start);
    complaints.push(...this.#partialProblems(run, entry, name));
    this.#askedBy.delete(bucket.start);
    return complaints;
  }

  #partialProblems(run: Run, { bucket, time }: EntryOf<'bucket'>, name: string): Complaint[] {
    if (!bucket.partial || run.softDeadline) return [];
    const complaints: Complaint[] = [];
    if (!this.#known.obstacles.between(run.begunAt, time)) {
      const text = `${name} was stored as partial, and nothing stood in the way`;
      complaints.push(broken('partial-for-a-reason', text));
    }
    const runs = this.#askedBy.get(bucket.start)?.size ?? 0;
    if (runs < PATIENCE) {
      const text = `${name} was stored as partial after ${runs} runs`;
      complaints.push(broken('partial-after-three-runs', text));
    }
    return complaints;
  }
}
