import { BUCKET, HOUR, MINUTE } from '../../world/scenario.ts';
import type { MadeSilence } from '../../world/silencing.ts';
import type { Span } from '../span.ts';
import type { RunNote, RunNotes } from './run-notes.ts';

/** The clocks of two runs, and of the person who makes a silence, may differ by so much. */
const CLOCKS_DIFFER = MINUTE;
/** A run reads silences again before its first message, and publishes for a minute at most. */
const READ_AFTER = 90_000;
/** A silence that begins later was made by a clock that is wrong. */
const MOST_AHEAD = HOUR;
/** A loss ends after three buckets without one. */
const CALM = 3 * BUCKET;

/** A message that was published, or could be. */
interface Moment {
  readonly run: RunNote;
  /** Epoch ms. */
  readonly time: number;
}

/** The silences of a world that is over. */
export class Silences {
  /** Each as it was stored last. */
  readonly made: readonly MadeSilence[];
  readonly #runs: RunNotes;

  constructor(made: readonly MadeSilence[], runs: RunNotes) {
    this.made = made;
    this.#runs = runs;
  }

  /** Beyond doubt nobody must be notified of a subject. */
  isSilenced(subject: string, moment: Moment): boolean {
    return this.made.some((one) => isOfAll(one, subject) && this.#isSure(one, moment));
  }

  /** Beyond doubt there must be no reminder of an incident. */
  isAcknowledged(incidentId: string, moment: Moment): boolean {
    return this.made.some((one) => isOfIncident(one, incidentId) && this.#isSure(one, moment));
  }

  /** The accounts that are silenced beyond doubt. */
  accountsAt(moment: Moment): ReadonlySet<string> {
    const sure = this.made.filter((one) => this.#isSure(one, moment));
    return new Set(sure.flatMap(({ scope }) => ('account' in scope ? scope.account : [])));
  }

  /** The silences that may hold back messages about some accounts in a span. */
  holding(subject: string, accounts: ReadonlySet<string>, span: Span): readonly MadeSilence[] {
    return this.made.filter((one) => isAbout(one, subject, accounts) && mayHold(one, span));
  }

  /** Nobody may have been notified of a subject at some time in a span. */
  mayBeSilenced(subject: string, span: Span): boolean {
    return this.holding(subject, new Set(), span).length > 0;
  }

  /** The accounts that may be silenced at some time in a span. */
  possibleIn(span: Span): ReadonlySet<string> {
    const held = this.made.filter((one) => mayHold(one, span));
    return new Set(held.flatMap(({ scope }) => ('account' in scope ? scope.account : [])));
  }

  mayBeAcknowledged(incidentId: string, span: Span): boolean {
    return this.made.some((one) => isOfIncident(one, incidentId) && mayHold(one, span));
  }

  /**
   * From when on a run must notify losses. Losses before that ended in a silence are never
   * notified. Losses of the last three buckets go on in any case.
   */
  heardFrom(subject: string, account: string, run: RunNote, window: Span): number {
    const own = new Set([account]);
    const about = this.made.filter((one) => isAbout(one, subject, own));
    if (about.some((one) => mayHold(one, spanOfRun(run)))) return Number.POSITIVE_INFINITY;
    const over = about.map(overFrom).filter((end) => end > window.start && end < run.begunAt);
    if (over.length === 0) return Number.NEGATIVE_INFINITY;
    return Math.min(window.end - CALM, Math.max(...over));
  }

  #isSure(silence: MadeSilence, { run, time }: Moment): boolean {
    const { madeAt, from } = silence;
    const isRead =
      madeAt < run.begunAt ||
      (madeAt + READ_AFTER < time && !run.mayOversleep && this.#runs.isQuiet('', madeAt, time));
    const isLate = from - run.at > MOST_AHEAD - CLOCKS_DIFFER;
    return isRead && !isLate && Math.max(time, run.at) < surelyUntil(silence);
  }
}

/** A run decides by the time that it was scheduled for, and publishes later. */
export function spanOfRun({ at, begunAt, endedAt }: RunNote): Span {
  return { start: Math.min(at, begunAt), end: endedAt };
}

/** Until then it is in force by any clock. */
export function surelyUntil({ until, endedAt = until }: MadeSilence): number {
  return Math.min(until, endedAt) - CLOCKS_DIFFER;
}

/** From then on it is over by any clock. */
export function overFrom({ until, endedAt = until }: MadeSilence): number {
  return Math.min(until, endedAt) + CLOCKS_DIFFER;
}

function mayHold(silence: MadeSilence, { start, end }: Span): boolean {
  return silence.madeAt <= end && overFrom(silence) >= start;
}

function isAbout(silence: MadeSilence, subject: string, accounts: ReadonlySet<string>): boolean {
  const { scope } = silence;
  return ('account' in scope && accounts.has(scope.account)) || isOfAll(silence, subject);
}

function isOfAll({ scope }: MadeSilence, subject: string): boolean {
  return 'all' in scope || ('subject' in scope && scope.subject === subject);
}

function isOfIncident({ scope }: MadeSilence, incidentId: string): boolean {
  return 'incidentId' in scope && scope.incidentId === incidentId;
}
