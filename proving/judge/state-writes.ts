import type { EntryOf, StateView } from '../history.ts';
import { BUCKET, HOUR } from '../world/scenario.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import { seesAllGroupings, thresholdsWithoutNames } from './groupings.ts';
import type { Knowledge } from './knowledge.ts';
import { causeOf } from './monitor-failures.ts';
import type { Run } from './run.ts';
import { windowsOf } from './window.ts';

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
   * A run has stored the state: it takes the lease, stores a rejected token or a delivery, commits, or gives the lease
   * back. The order of the writes shows which.
   */
  stored(run: Run, { state, time }: EntryOf<'state'>): Complaint[] {
    const leaseUntil = this.#state?.leaseUntil ?? 0;
    this.#state = state;
    const { publishing, rejections } = run;
    run.rejections = state.rejections;
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
    if (run.committed) return [];
    const commits = state.committedAt === run.at;
    // A run that must stop gives its lease back, and writes nothing else.
    if (!commits && state.rejections === rejections) return [];
    this.#plan(run);
    return commits ? this.#commit(run, state) : [];
  }

  #delivered(key: string, { at }: Run): void {
    const { outbox, alerts, messages } = this.#known;
    outbox.delivered(key);
    const [, name, firedAt] = /^(.*)@([^@]*)$/.exec(key) ?? [];
    if (name && firedAt) alerts.delivered(name, Date.parse(firedAt), at);
    messages.recorded();
  }

  /** A run skips the buckets that are out of reach, and notifies people of the gap. */
  #plan(run: Run): void {
    if (run.planned) return;
    run.planned = true;
    const { progress, uncertain, gaps } = this.#known;
    const skipped = progress.plan(run.calendar, run.at);
    if (skipped) uncertain.addSkipped(skipped);
    gaps.planned(run.at, skipped);
  }

  #commit(run: Run, state: StateView): Complaint[] {
    run.committed = true;
    const { calendar, at } = run;
    const { stored, progress, alerts, outbox } = this.#known;
    const get = (start: number) => stored.knownTo(run, start);
    const { watermark, ends } = progress.commit(calendar, at, get);
    if (ends.length > 0) run.evaluatedFrom = calendar.windowAt(watermark).start;
    const { calmMs } = calendar;
    alerts.commit({ at, watermark, ends, calmMs, ...windowsOf(calendar, get) });
    this.#noteFailures(run, state, watermark);
    run.lookedUp = outbox.keys.filter((key) =>
      ['fired', 'grew'].includes(outbox.get(key)?.kind ?? ''),
    ).length;
    if (state.watermark === watermark) return [];
    const text = `the watermark is ${minuteText(state.watermark)}, and should be ${minuteText(watermark)}`;
    return [broken('watermark-exact', text)];
  }

  #noteFailures(run: Run, state: StateView, watermark: number): void {
    const { failures, stored, scenario } = this.#known;
    const { at } = run;
    failures.committed(at, causeOf(state));
    if (run.counted.size > 0) {
      failures.grouped(
        at,
        thresholdsWithoutNames(run, scenario.settings),
        seesAllGroupings(run, scenario.settings),
      );
    }
    const lastHour = Array.from({ length: HOUR / BUCKET }, (_, index) =>
      stored.knownTo(run, watermark - (index + 1) * BUCKET),
    );
    failures.sized(at, lastHour);
  }
}
