import { BUCKET, type Fault, type Grouping, MINUTE, type Scenario } from '../world/scenario.ts';

const SECOND = 1_000;

interface Obstacle {
  readonly from: number;
  readonly to: number;
  /** The end of a range that cannot be read. */
  readonly brokenTo?: number;
}

/** When the faults of a world stand in the way of a run. */
export class Obstacles {
  readonly #obstacles: readonly Obstacle[];
  readonly #ungrouped: readonly {
    readonly from: number;
    readonly to: number;
    readonly by: Grouping;
  }[];

  constructor({ faults }: Scenario) {
    this.#ungrouped = faults.flatMap((fault) =>
      fault.kind === 'grouping-refused' || fault.kind === 'grouping-ignored' ? [fault] : [],
    );
    this.#obstacles = faults.flatMap(obstaclesOf);
  }

  /** Whether Togai does not group by a field at some time between. */
  isUngrouped(by: Grouping, from: number, to: number): boolean {
    return this.#ungrouped.some((span) => span.by === by && span.from <= to && span.to >= from);
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
    // Only a run that sees Togai change its grouping may fail.
    case 'grouping-refused':
    case 'grouping-ignored':
      return [
        { from: from - MINUTE, to: from },
        { from: to - MINUTE, to },
      ];
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
