import {
  BUCKET,
  type CountingSource,
  DAY,
  generationAt,
  HOUR,
  MINUTE,
  type Scenario,
} from '../../world/scenario.ts';
import { statusAt, type TrueEvent } from '../../world/true-event.ts';
import { labelOf } from '../asked-hours.ts';
import { isNamed, lookThatSees } from '../entered-events.ts';
import type { FoldedLook } from '../look-book.ts';
import { floorTo, type Span } from '../span.ts';
import { isOf } from '../status-groups.ts';
import type { RunNotes } from './run-notes.ts';

/** The problems that bills lose by: an incident of them ends when the loss ends. */
const LOSSES: readonly string[] = ['unmetered', 'failed', 'unknown'];
/** Every hour is asked for while it is younger than this. */
const NEAR = 20 * HOUR;

export const isLoss = (subject: string) => LOSSES.includes(subject);

export const isLossStatus = (status: string) => LOSSES.some((subject) => isOf(subject, status));

/** An event that is of a subject, for a time at least. Times are epoch ms. */
export interface Loss {
  readonly event: TrueEvent;
  readonly account: string;
  readonly schema: string;
  /** When it first is of the subject. */
  readonly becameAt: number;
  /** Since when it is of the subject for good; `undefined` if it heals, is deleted, or comes a day late. */
  readonly certainFrom: number | undefined;
}

/** The look that has to see a loss, and whether it asks for its name. */
interface Sight {
  readonly look: FoldedLook | undefined;
  readonly hasName: boolean;
}

/** The truth about lost events of a world that is over. */
export class TrueLosses {
  readonly #scenario: Scenario;
  readonly #truth: readonly TrueEvent[];
  readonly #runs: RunNotes;
  readonly #bySubject = new Map<string, readonly Loss[]>();
  readonly #byTime = new Map<string, ReadonlyMap<number, readonly Loss[]>>();
  readonly #spans = new WeakMap<Loss, Span>();
  readonly #sights = new WeakMap<Loss, Sight>();
  #looks: readonly FoldedLook[] | undefined;

  /** @param truth without events that are ignored on any day */
  constructor(scenario: Scenario, truth: readonly TrueEvent[], runs: RunNotes) {
    this.#scenario = scenario;
    this.#truth = truth;
    this.#runs = runs;
  }

  /** Everything that ever is of a subject, in the order of `createdAt`. */
  of(subject: string): readonly Loss[] {
    const known =
      this.#bySubject.get(subject) ?? this.#truth.flatMap((event) => lossOf(event, subject) ?? []);
    this.#bySubject.set(subject, known);
    return known;
  }

  /** The losses that a run counts in a window beyond doubt. @param needsName their account must be known, too */
  certainIn(
    subject: string,
    { start, end }: Span,
    source: CountingSource,
    needsName: boolean,
  ): Loss[] {
    const byTime = this.#indexOf(subject, source);
    // An event just before a look may have been in the look before.
    const first = source === 'listing' ? start : start + BUCKET;
    const found: Loss[] = [];
    for (let bucket = first; bucket < end; bucket += BUCKET) {
      for (const loss of byTime.get(bucket) ?? []) {
        const isCounted =
          source === 'listing' ? this.#isSettled(loss, bucket) : this.#isSeen(loss, end, needsName);
        if (isCounted) found.push(loss);
      }
    }
    return found;
  }

  /** Whether a loss is counted in a span beyond doubt, no earlier and no later. */
  isInside(loss: Loss, { start, end }: Span, source: CountingSource): boolean {
    const { event, account, certainFrom } = loss;
    if (certainFrom === undefined) return false;
    const bucket = floorTo(BUCKET, event.createdAt);
    if (source === 'listing') {
      return bucket >= start && bucket < end && certainFrom <= bucket + BUCKET;
    }
    const { look, hasName } = this.#sightOf(loss);
    if (!look || look.since < start || look.end > end) return false;
    // Near the bounds of a look it may be in the one before, or after.
    const isClear = certainFrom >= look.since + MINUTE && certainFrom <= look.end;
    return isClear && account !== '' && hasName;
  }

  /** Every stretch in which a loss may be counted, as one span: its bucket in a list, and the look that sees it. */
  spanOf(loss: Loss): Span {
    const known = this.#spans.get(loss);
    if (known) return known;
    const { createdAt, timestamp } = loss.event;
    const start = floorTo(BUCKET, Math.min(createdAt, timestamp));
    const listed = floorTo(BUCKET, Math.max(createdAt, timestamp)) + BUCKET;
    const look = this.lookOf(loss.event, loss.becameAt);
    const seen = look && !this.#isStale(loss.becameAt) ? look.end : Number.POSITIVE_INFINITY;
    // Without a look, only lists count.
    const isListed = this.#allLooks().length === 0;
    const span = { start, end: isListed ? listed : Math.max(listed, seen) };
    this.#spans.set(loss, span);
    return span;
  }

  /**
   * The piece of its count: a bucket of a list, or the time from one look to the next, cut where an
   * hour begins.
   */
  pieceOf(loss: Loss): Span {
    const whole = this.spanOf(loss);
    const { event, becameAt } = loss;
    const look = this.lookOf(event, becameAt);
    if (!look || !Number.isFinite(whole.end)) return whole;
    const label = labelOf(event, generationAt(this.#scenario, look.takenAt));
    // A first look counts whole hours. Late events come with the time since the last look.
    const since = look.isFirst ? look.since - HOUR : look.since;
    const hour = label + floorTo(HOUR, Math.max(0, since - label));
    const bucketEnd = floorTo(BUCKET, Math.max(event.createdAt, event.timestamp)) + BUCKET;
    return {
      start: Math.min(whole.start, Math.max(since, hour)),
      end: Math.max(bucketEnd, Math.min(look.end, hour + HOUR)),
    };
  }

  /** The look that has to see an event as it is from a time on. */
  lookOf(event: TrueEvent, at: number): FoldedLook | undefined {
    return lookThatSees(event, at, this.#scenario, this.#allLooks());
  }

  /** The losses by the bucket that a list counts them in, or by the one in which they become lost. */
  #indexOf(subject: string, source: CountingSource): ReadonlyMap<number, readonly Loss[]> {
    const key = `${source} ${subject}`;
    const timeOf = ({ event, certainFrom }: Loss) =>
      source === 'listing' ? event.createdAt : (certainFrom ?? Number.NaN);
    const known =
      this.#byTime.get(key) ??
      Map.groupBy(
        this.of(subject).filter(({ certainFrom }) => certainFrom !== undefined),
        (loss) => floorTo(BUCKET, timeOf(loss)),
      );
    this.#byTime.set(key, known);
    return known;
  }

  #isSeen(loss: Loss, by: number, needsName: boolean): boolean {
    const { look, hasName } = this.#sightOf(loss);
    return look !== undefined && look.end <= by && (hasName || !needsName);
  }

  /** A loss is in many windows. */
  #sightOf(loss: Loss): Sight {
    const known = this.#sights.get(loss);
    if (known) return known;
    const { event, certainFrom = Number.NaN } = loss;
    const look = this.lookOf(event, certainFrom);
    const hasName = look !== undefined && isNamed(event, 'account', look, this.#scenario);
    this.#sights.set(loss, { look, hasName });
    return { look, hasName };
  }

  /** A list of the settled bucket shows it. */
  #isSettled({ event, certainFrom = Number.NaN }: Loss, bucket: number): boolean {
    const settled = bucket + BUCKET + this.#scenario.settings.settleMinutes * MINUTE;
    return certainFrom <= settled && statusAt(event, settled) !== undefined;
  }

  #allLooks(): readonly FoldedLook[] {
    this.#looks ??= this.#runs.looks.from(0);
    return this.#looks;
  }

  /** Togai metrics answered with old numbers in the two hours after a time. */
  #isStale(time: number): boolean {
    const { generations } = this.#scenario;
    const changes = generations.filter(({ from }) => from > time && from < time + 2 * HOUR);
    return [
      generationAt(this.#scenario, time),
      ...changes.map(({ generation }) => generation),
    ].some((one) => one.metricsStaleMinutes > 0 || one.metricsStalledAt !== undefined);
  }
}

function lossOf(event: TrueEvent, subject: string): Loss | undefined {
  const { statuses, visibleAt, deletedAt, createdAt, timestamp, account, schema } = event;
  const first = statuses.find(({ status }) => isOf(subject, status));
  if (!first) return undefined;
  const index = statuses.findLastIndex(({ status }) => !isOf(subject, status)) + 1;
  const from = statuses[index]?.from;
  const at = from === undefined ? Number.NaN : Math.max(from, visibleAt);
  const isNear = at - createdAt < NEAR && Math.abs(at - timestamp) < NEAR;
  return {
    event,
    account,
    schema,
    becameAt: Math.max(first.from, visibleAt),
    certainFrom: deletedAt === undefined && isNear ? at : undefined,
  };
}

/** Whether the world changes earlier events, or delays new ones, in a day before a time. */
export function isPlainTime({ incidents }: Scenario, from: number, to: number): boolean {
  const odd = ['changed', 'deleted', 'late', 'pile-up', 'backdated'];
  return !incidents.some((one) => odd.includes(one.kind) && one.from < to && one.to > from - DAY);
}
