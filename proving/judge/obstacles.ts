import {
  BUCKET,
  type Counting,
  type Fault,
  type Generation,
  MINUTE,
  type Scenario,
} from '../world/scenario.ts';

const SECOND = 1_000;
/** A change of Togai is seen in the answers of so many runs. */
const SEEN_AFTER_RUNS = 2;

interface Obstacle {
  readonly from: number;
  readonly to: number;
  /** The end of a range that cannot be read. */
  readonly brokenTo?: number;
}

/** When the faults of a world stand in the way of a run. */
export class Obstacles {
  readonly #obstacles: readonly Obstacle[];

  constructor(scenario: Scenario) {
    this.#obstacles = [...scenario.faults.flatMap(obstaclesOf), ...changesOf(scenario)];
  }

  between(from: number, to: number): boolean {
    return this.#obstacles.some((span) => span.from <= to && span.to >= from);
  }

  /** The end of the last range that cannot be read; `undefined` without an obstacle, infinite with another one. */
  brokenBetween(from: number, to: number): number | undefined {
    const spans = this.#obstacles.filter((span) => span.from <= to && span.to >= from);
    const ends = spans.map(({ brokenTo = Number.POSITIVE_INFINITY }) => brokenTo);
    return ends.length > 0 ? Math.max(...ends) : undefined;
  }
}

function obstaclesOf(fault: Fault): Obstacle[] {
  const { from, to } = fault;
  switch (fault.kind) {
    case 'token-rotated':
      return [
        {
          from: Math.min(from, fault.secretAt),
          // A later run reads the secret again, and works.
          to: Math.max(from, fault.secretAt) + SECOND,
        },
      ];
    case 'broken-buckets':
      return [{ from, to, brokenTo: fault.start + fault.count * BUCKET }];
    case 'runs-delayed':
      return [{ from, to: to + fault.ms }];
    case 'runs-doubled':
      return [{ from, to: to + fault.afterMs }];
    default:
      return [{ from, to }];
  }
}

/** The times in which the source that is set cannot be used, and those in which Togai changes. */
function changesOf({ generations, counting, end, settings }: Scenario): Obstacle[] {
  const seenAfter = SEEN_AFTER_RUNS * settings.runEveryMinutes * MINUTE;
  return generations.flatMap(({ from, generation }, index): Obstacle[] => {
    const to = generations[index + 1]?.from ?? end;
    const isSet = counting.filter(
      (one, place) => one.from < to && (counting[place + 1]?.from ?? end) > from,
    );
    const whole = isSet.every(({ how }) => isUsable(generation, how))
      ? []
      : [{ from, to: to + seenAfter }];
    return index === 0 ? whole : [{ from: from - MINUTE, to: from + seenAfter }, ...whole];
  });
}

/** A list is usable where it can be by `createdAt`; metrics where they are current and have statuses. */
function isUsable(generation: Generation, how: Counting): boolean {
  const { timeFilter, orderBy, order, ...metrics } = generation;
  if (how === 'listing') {
    const isByOrder = orderBy === 'createdAt' && order === 'newest-first';
    return timeFilter === 'createdAt' || (timeFilter === 'ignored' && isByOrder);
  }
  return (
    metrics.metricsAccess === 'granted' &&
    metrics.metricsGrouping === 'honoured' &&
    metrics.metricsStaleMinutes === 0 &&
    metrics.metricsStalledAt === undefined
  );
}
