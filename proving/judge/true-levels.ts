import type { StoredLook } from '../history.ts';
import { type Generation, generationAt, type Scenario } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { isAskedFor, labelOf } from './asked-hours.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import { type AnsweredQuestion, holds } from './look-answers.ts';
import type { FoldedLook } from './look-book.ts';

type Levels = ReadonlyMap<string, number>;

interface LevelsOfLook {
  readonly end: number;
  readonly levels: ReadonlyMap<number, Levels>;
}

/** The rises of each look, against the events themselves. */
export class TrueLevels {
  readonly #scenario: Scenario;
  readonly #events: readonly TrueEvent[];
  /** By the kind of the hours, then by label. */
  readonly #hours = new Map<string, ReadonlyMap<number, readonly TrueEvent[]>>();
  /** The true levels at the newest look that used an hour, and at the one before. */
  readonly #before = new Map<number, Levels>();
  #newest: LevelsOfLook | undefined;
  /** Of looks that later ones did not know of. */
  readonly #takenOut: LevelsOfLook[] = [];

  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    this.#scenario = scenario;
    this.#events = events;
  }

  /** The first hour in which a look rose by another number than the events of that hour. */
  differenceOf(look: FoldedLook, answers: readonly AnsweredQuestion[]): Complaint | undefined {
    this.#prepare(look.end);
    const levels = new Map<number, Levels>();
    let wrong: Complaint | undefined;
    for (const label of hoursIn(look, answers)) {
      const own = answers.filter((one) => one.scope === 'all' && holds(one, label, look.end));
      const possible = own.map((one) => ({ answer: one, levels: this.#levelsAt(label, one) }));
      const problems = possible.map((one) =>
        this.#differenceIn(look, label, one.answer, one.levels),
      );
      // Ranges overlap, so an hour can have two answers. The look has used the one that fits.
      const used = possible[problems.indexOf(undefined)] ?? possible.at(-1);
      if (used) levels.set(label, used.levels);
      if (!problems.includes(undefined)) wrong ??= problems[0];
    }
    this.#newest = { end: look.end, levels };
    return wrong;
  }

  /** A look is taken out, and an earlier one counts in its place. */
  exchange(
    looks: { readonly unknown: number; readonly again: number | undefined } | undefined,
  ): void {
    if (!looks || this.#newest?.end !== looks.unknown) return;
    this.#takenOut.push(this.#newest);
    this.#newest = this.#takenOut.findLast(({ end }) => end === looks.again);
  }

  #prepare(end: number): void {
    if (!this.#newest || this.#newest.end >= end) return;
    for (const [label, levels] of this.#newest.levels) this.#before.set(label, levels);
  }

  #differenceIn(
    look: FoldedLook,
    label: number,
    { complete }: AnsweredQuestion,
    levels: Levels,
  ): Complaint | undefined {
    const before = this.#before.get(label);
    const isBaseline = (status: string) =>
      before === undefined &&
      look.changes.some(
        (one) => one.label === label && one.status === status && one.from === undefined,
      );
    for (const [status, events] of levels) {
      if (isBaseline(status)) continue;
      const least = Math.max(0, events - (before?.get(status) ?? 0));
      const found = look.rises.find(
        (one) => one.label === label && one.scope === 'all' && one.status === status,
      );
      const rise = Math.max(0, found?.by ?? 0);
      // An answer that was cut may lack a status.
      if (rise === least || (!complete && rise < least)) continue;
      const text = `${status} of ${minuteText(label)} rose by ${rise}, and the truth by ${least}`;
      return broken('rises-are-true', text);
    }
    return undefined;
  }

  /** The true events of an hour by status, as far as an answer reaches. */
  #levelsAt(label: number, { asOf, range }: AnsweredQuestion): Levels {
    const levels = new Map<string, number>();
    const { weight } = this.#scenario;
    const generation = generationAt(this.#scenario, asOf);
    const { metricsRange, metricsTime } = generation;
    const end = metricsRange === 'widened' ? Number.POSITIVE_INFINITY : range.end;
    for (const event of this.#eventsIn(label, generation)) {
      if (event[metricsTime] >= end) continue;
      const status = statusAt(event, asOf);
      if (status !== undefined) levels.set(status, (levels.get(status) ?? 0) + weight);
    }
    return levels;
  }

  #eventsIn(label: number, generation: Generation): readonly TrueEvent[] {
    const kind = `${generation.metricsTime} ${generation.metricsHours}`;
    const hours =
      this.#hours.get(kind) ?? Map.groupBy(this.#events, (event) => labelOf(event, generation));
    this.#hours.set(kind, hours);
    return hours.get(label) ?? [];
  }
}

/** The hours that a look was asked for and that it used. */
function hoursIn(look: StoredLook, answers: readonly AnsweredQuestion[]): Set<number> {
  const answered = answers.flatMap(({ scope, hours }) =>
    scope === 'all' ? [...hours.keys()] : [],
  );
  const labels = [...answered, ...look.changes.map(({ label }) => label)];
  return new Set(labels.filter((label) => isAskedFor(look, label) && !look.stale.includes(label)));
}
