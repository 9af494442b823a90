import type { EntryOf, StoredLook } from '../history.ts';
import { BUCKET, DAY, generationAt, HOUR } from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { isAskedFor, labelOf } from './asked-hours.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import { firstCounted, firstLookProblem } from './first-look.ts';
import type { Knowledge } from './knowledge.ts';
import { questionsIn } from './look-answers.ts';
import type { FoldedLook } from './look-book.ts';
import { differenceOfLook } from './look-difference.ts';
import type { Run } from './run.ts';
import { floorTo, type Span } from './span.ts';

/** Judges the looks that runs store. */
export class LookWrites {
  readonly #known: Knowledge;
  readonly #events: readonly TrueEvent[];

  /** @param events the truth, oldest first by `createdAt` */
  constructor(known: Knowledge, events: readonly TrueEvent[]) {
    this.#known = known;
    this.#events = events;
  }

  /** A run has stored a look. */
  stored(run: Run, { look, time }: EntryOf<'look'>): Complaint[] {
    const complaints: Complaint[] = [];
    if (!run.hasLease) {
      const text = `the look of ${minuteText(look.end)} was stored by a run without the lease`;
      complaints.push(broken('stored-under-the-lease', text));
    }
    const { looks, trueLevels, agreement, stored, scenario } = this.#known;
    // A run that was frozen stores its look too late. Nothing must count it.
    if (!looks.prepare(look, run.begunAt)) return complaints;
    trueLevels.exchange(looks.exchanged);
    const { settings } = scenario;
    const known = looks.knownBefore(look.end, run.begunAt);
    const countedFrom = firstCounted(look.end, run.watermark, settings);
    const answers = run.answers.flatMap((answer) => questionsIn(answer, look.exceptions));
    const before = looks.before.lastEnd === undefined ? undefined : looks.newest;
    const problem =
      this.#orderProblem(run, look) ??
      firstLookProblem(look, known, run.watermark, settings) ??
      this.#rangeProblem(look, countedFrom) ??
      exceptionProblem(look, before) ??
      differenceOfLook({ look, answers, fold: looks.before, countedFrom });
    const folded = looks.store(look, run.number, time);
    run.looked = folded;
    const untrue = trueLevels.differenceOf(folded, answers);
    const unproved = this.#zeroProblem(run, folded, before);
    const disagreement = agreement.differenceAt(folded, looks, stored);
    for (const one of [problem, untrue, unproved, disagreement]) if (one) complaints.push(one);
    return complaints;
  }

  #orderProblem(run: Run, look: StoredLook): Complaint | undefined {
    const { looks } = this.#known;
    const end = floorTo(BUCKET, run.at);
    const since = looks.endBefore(look.end);
    if (look.end !== end) {
      return broken(
        'looks-in-order',
        `a look ends ${minuteText(look.end)}, not ${minuteText(end)}`,
      );
    }
    if (look.isFirst || look.since === since) return undefined;
    const text = `a look begins ${minuteText(look.since)}, and the look before ended ${minuteText(since)}`;
    return broken('looks-in-order', text);
  }

  /** Each look asks for the open hour and its neighbours, and the first one of an hour for a day. A first look asks for all it counts. */
  #rangeProblem(look: StoredLook, countedFrom: number): Complaint | undefined {
    const hour = floorTo(HOUR, look.end);
    const before = this.#known.looks.before.lastEnd;
    const isWide = before !== undefined && floorTo(HOUR, before) < hour && !look.isFirst;
    const reach = isWide ? before - DAY : look.isFirst ? countedFrom : hour;
    const start = Math.min(reach, hour - HOUR);
    const missing = missingIn({ start, end: hour + 2 * HOUR }, look);
    if (missing === undefined) return undefined;
    const text = `a look of ${minuteText(look.end)} does not ask for ${minuteText(missing)}`;
    return broken('look-asks-for-all-hours', text);
  }

  /** No number changed: then a list has to show that nothing came. */
  #zeroProblem(run: Run, look: FoldedLook, before: FoldedLook | undefined): Complaint | undefined {
    if (look.rises.some(({ scope }) => scope === 'all')) return undefined;
    if (look.changes.some(({ scope, from }) => scope === 'all' && from === undefined))
      return undefined;
    const pages = run.answers.filter(
      ({ page, path }) => page && !/[?&](?:status|account_id|schema_name|nextToken)=/.test(path),
    );
    if (pages.length === 0) {
      return broken(
        'zero-is-proved',
        `nothing rose up to ${minuteText(look.end)}, and no list says so`,
      );
    }
    if (!before) return undefined;
    // Events after the answer of the look belong to the next one.
    const asked = run.answers.find(({ metrics }) => metrics)?.time ?? run.begunAt;
    const isHidden = this.#newer(look, before.storedAt, asked);
    if (!isHidden) return undefined;
    const text = `nothing rose up to ${minuteText(look.end)}, and Togai had newer events`;
    return broken('zero-is-proved', text);
  }

  /** Whether an event of an hour that a look asked for was created after a time, and is listed at another. */
  #newer(look: StoredLook, after: number, now: number): boolean {
    const { scenario } = this.#known;
    for (let index = this.#events.length - 1; index >= 0; index--) {
      const event = this.#events[index] as TrueEvent;
      if (event.createdAt <= after) return false;
      const isThere = event.createdAt <= now && statusAt(event, now) !== undefined;
      if (isThere && isAskedFor(look, labelOf(event, generationAt(scenario, now)))) return true;
    }
    return false;
  }
}

/** Exceptions of the look before go on being subtracted from its level. */
function exceptionProblem(look: StoredLook, before: FoldedLook | undefined): Complaint | undefined {
  if (look.isFirst || before?.end !== look.since) return undefined;
  const contentOf = ({ sign, accounts, schema }: StoredLook['exceptions'][number]) =>
    [sign, ...accounts, '/', schema].join(' ');
  const keys = new Map(before.exceptions.map((one) => [contentOf(one), one.key]));
  const lost = look.exceptions.find((one) => (keys.get(contentOf(one)) ?? one.key) !== one.key);
  if (!lost) return undefined;
  const text = `an exception (${contentOf(lost)}) begins anew ${minuteText(look.end)}`;
  return broken('look-counts-from', text);
}

/** The first moment of a span that a look did not ask for. */
function missingIn({ start, end }: Span, { asked }: StoredLook): number | undefined {
  const ranges = asked.filter(({ scope }) => scope === 'all').sort((a, b) => a.start - b.start);
  let reached = start;
  for (const range of ranges) {
    if (range.start > reached) break;
    reached = Math.max(reached, range.end);
  }
  return reached < end ? reached : undefined;
}
