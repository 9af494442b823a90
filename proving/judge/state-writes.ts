import type { EntryOf, StateView } from '../history.ts';
import { type CountingSource, DAY } from '../world/scenario.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import type { Knowledge } from './knowledge.ts';
import type { Run } from './run.ts';

/** No window reaches further back. */
const KEPT = 4 * DAY;

/** Judges the states that runs store. */
export class StateWrites {
  readonly #known: Knowledge;
  #state: StateView | undefined;

  constructor(known: Knowledge) {
    this.#known = known;
  }

  /** The state that is stored now. */
  get state(): StateView | undefined {
    return this.#state;
  }

  /**
   * A run has stored the state: it takes the lease, stores a rejected token, commits, or gives the lease
   * back. The order of the writes shows which.
   */
  stored(run: Run, { state, time }: EntryOf<'state'>): Complaint[] {
    const leaseUntil = this.#state?.leaseUntil ?? 0;
    this.#state = state;
    if (!run.hasLease) {
      run.hasLease = true;
      if (leaseUntil <= time + run.skewMs) return [];
      return [broken('lease-not-taken-over', 'a run took the lease of another')];
    }
    // A run that must stop gives its lease back without a commit, and skips nothing.
    if (run.committed || state.committedAt !== run.at) return [];
    return this.#commit(run, state);
  }

  #commit(run: Run, state: StateView): Complaint[] {
    run.committed = true;
    const { at } = run;
    const { stored, looks, progress } = this.#known;
    const source = sourceOf(run, state);
    run.source = source;
    progress.plan(source, at, run.looked);
    const view = {
      get: (start: number) => stored.knownTo(run, start),
      looks: looks.from(at - KEPT),
    };
    const watermark = progress.commit(source, at, view);
    if (state.watermark === watermark) return [];
    const text = `the watermark is ${minuteText(state.watermark)}, and should be ${minuteText(watermark)}`;
    return [broken('watermark-exact', text)];
  }
}

/** The counting source of a run. Where the state does not say, its buckets do. */
function sourceOf({ source, counted }: Run, state: StateView): CountingSource {
  return source ?? state.source ?? (counted.size > 0 ? 'listing' : 'metrics');
}
