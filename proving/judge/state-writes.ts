import type { EntryOf, StateView } from '../history.ts';
import { BUCKET, type CountingSource, DAY, HOUR } from '../world/scenario.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import type { Knowledge } from './knowledge.ts';
import { causeOf } from './monitor-failures.ts';
import type { Run } from './run.ts';
import { gaugeOf, windowAt } from './window.ts';

/** No window reaches further back. */
const KEPT = 4 * DAY;

/** Judges the states that runs store. */
export class StateWrites {
  readonly #known: Knowledge;
  #state: StateView | undefined;
  /** What the run before counted by. */
  #source: CountingSource | undefined;

  constructor(known: Knowledge) {
    this.#known = known;
  }

  /** The state that is stored now. */
  get state(): StateView | undefined {
    return this.#state;
  }

  /**
   * A run has stored the state: it takes the lease, stores a rejected token or a delivery, commits, or gives the lease
   * back. The order of the writes shows which.
   */
  stored(run: Run, { state, time }: EntryOf<'state'>): Complaint[] {
    const leaseUntil = this.#state?.leaseUntil ?? 0;
    this.#state = state;
    const { publishing } = run;
    run.publishing = undefined;
    if (!run.hasLease) {
      run.hasLease = true;
      this.#known.failures.begun(run.at);
      if (leaseUntil <= time + run.skewMs) return [];
      return [broken('lease-not-taken-over', 'a run took the lease of another')];
    }
    if (publishing !== undefined) {
      this.#delivered(publishing, run);
      return [];
    }
    // A run that must stop gives its lease back without a commit, and skips nothing.
    if (run.committed || state.committedAt !== run.at) return [];
    this.#plan(run, state);
    return this.#commit(run, state);
  }

  #delivered(key: string, { at }: Run): void {
    const { outbox, alerts, messages } = this.#known;
    outbox.delivered(key);
    const [, name, firedAt] = /^(.*)@([^@]*)$/.exec(key) ?? [];
    if (name && firedAt) alerts.delivered(name, Date.parse(firedAt), at);
    messages.recorded();
  }

  /** A run skips the buckets that are out of reach, and notifies people of the gap. */
  #plan(run: Run, state: StateView): void {
    const { progress, uncertain, gaps } = this.#known;
    const skipped = progress.plan(sourceOf(run, state), run.at, run.looked);
    if (skipped) uncertain.addSkipped(skipped);
    gaps.planned(run.at, skipped);
  }

  #commit(run: Run, state: StateView): Complaint[] {
    run.committed = true;
    const { at } = run;
    const { stored, looks, progress, alerts, outbox, scenario, uncertain } = this.#known;
    const source = sourceOf(run, state);
    run.source = source;
    const view = {
      get: (start: number) => stored.knownTo(run, start),
      looks: looks.from(at - KEPT),
      gaugeOf: (isWanted: (label: number) => boolean) => gaugeOf(looks, isWanted),
    };
    const { watermark, ends } = progress.commit(source, at, view);
    run.hasEvaluated = ends.length > 0;
    // Where the source changes, events that were under way may count twice, or later.
    if (this.#source !== undefined && this.#source !== source) {
      uncertain.addSkipped({ start: watermark - HOUR, end: watermark + HOUR });
    }
    this.#source = source;
    alerts.commit({
      at,
      watermark,
      ends,
      windowAt: (end) => windowAt(end, scenario.settings, { ...view, until: watermark }),
    });
    this.#noteFailures(run, state, watermark);
    run.lookedUp = outbox.keys.filter((key) =>
      ['fired', 'grew'].includes(outbox.get(key)?.kind ?? ''),
    ).length;
    if (state.watermark === watermark) return [];
    const text = `the watermark is ${minuteText(state.watermark)}, and should be ${minuteText(watermark)}`;
    return [broken('watermark-exact', text)];
  }

  #noteFailures(run: Run, state: StateView, watermark: number): void {
    const { failures, stored } = this.#known;
    const { at } = run;
    failures.committed(at, causeOf(state));
    const lastHour = Array.from({ length: HOUR / BUCKET }, (_, index) =>
      stored.knownTo(run, watermark - (index + 1) * BUCKET),
    );
    failures.sized(at, lastHour);
  }
}

/** What a run counts by. Where the state does not say, its buckets do. */
function sourceOf({ source, counted }: Run, state: StateView): CountingSource {
  return source ?? state.source ?? (counted.size > 0 ? 'listing' : 'metrics');
}
