import { BUCKET, generationAt, HOUR, type Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import type { FoldedLook, LookBook } from './look-book.ts';
import { floorTo } from './span.ts';
import type { Counted, StoredBuckets } from './stored-buckets.ts';

/** Hours that were over so long before the look are compared. */
const CLOSED = 2 * HOUR;

/** Listed hours and hours of looks, where both know all of an hour and nothing was corrected. */
export class Agreement {
  readonly #scenario: Scenario;
  readonly #byHour: ReadonlyMap<number, readonly TrueEvent[]>;
  /** How many hours were compared. */
  compared = 0;

  constructor(scenario: Scenario, events: readonly TrueEvent[]) {
    this.#scenario = scenario;
    this.#byHour = Map.groupBy(events, ({ createdAt }) => floorTo(HOUR, createdAt));
  }

  /** A look was stored. It is compared with the hour that closed a while ago. */
  differenceAt(look: FoldedLook, looks: LookBook, stored: StoredBuckets): Complaint | undefined {
    const { settings } = this.#scenario;
    const { metricsTime, metricsHours } = generationAt(this.#scenario, look.takenAt);
    const ignores = settings.ignoredAccounts.length + settings.ignoredSchemas.length > 0;
    if (metricsTime !== 'createdAt' || metricsHours !== 'full' || ignores) return undefined;
    const hour = floorTo(HOUR, look.end - CLOSED) - HOUR;
    if (this.#isByTimestamp(hour, look.takenAt)) return undefined;
    const isAsked = look.asked.some(
      ({ scope, start, end }) => scope === 'all' && start <= hour && end >= hour + HOUR,
    );
    if (!isAsked || look.stale.includes(hour)) return undefined;
    const buckets = Array.from({ length: HOUR / BUCKET }, (_, index) =>
      stored.newest(hour + index * BUCKET),
    );
    if (!buckets.every((bucket) => bucket && !bucket.partial)) return undefined;
    return this.#difference(hour, buckets as Counted[], looks);
  }

  /** Where Togai filters by timestamp, a list may lack events of an hour. */
  #isByTimestamp(from: number, to: number): boolean {
    const { generations } = this.#scenario;
    return generations.some(({ from: begins, generation }, index) => {
      const ends = generations[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      return generation.timeFilter === 'timestamp' && begins <= to && ends > from;
    });
  }

  #difference(hour: number, buckets: readonly Counted[], looks: LookBook): Complaint | undefined {
    const countedAt = Math.min(...buckets.map((bucket) => bucket.countedAt));
    const events = this.#byHour.get(hour) ?? [];
    const isSettled = ({ visibleAt, statuses, deletedAt }: TrueEvent) =>
      visibleAt < countedAt &&
      deletedAt === undefined &&
      statuses.every(({ from }) => from < countedAt);
    if (!events.every(isSettled)) return undefined;
    this.compared++;
    const listed = new Map<string, number>();
    for (const { counts } of buckets) {
      for (const [status, count] of counts.byStatus) {
        listed.set(status, (listed.get(status) ?? 0) + count);
      }
    }
    const shown = new Map<string, number>();
    for (const { status, value } of looks.levelsOf('all', (label) => label === hour)) {
      shown.set(status, value);
    }
    for (const status of new Set([...listed.keys(), ...shown.keys()])) {
      const [one, other] = [listed.get(status) ?? 0, shown.get(status) ?? 0];
      if (one === other) continue;
      const text = `${status} of ${minuteText(hour)}: ${one} listed, ${other} by Togai metrics`;
      return broken('sources-agree', text);
    }
    return undefined;
  }
}
