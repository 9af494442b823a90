import { BUCKET, type Grouping, MINUTE, type Scenario } from './scenario.ts';

const SECOND = 1_000;

/** When the world stands in the way of a run. */
export class Obstacles {
  readonly #spans: readonly {
    readonly from: number;
    readonly to: number;
    /** Where a range cannot be read: its end. */
    readonly brokenTo?: number;
  }[];

  readonly #ungrouped: readonly {
    readonly from: number;
    readonly to: number;
    readonly by: Grouping;
  }[];

  constructor({ faults }: Scenario) {
    this.#ungrouped = faults.flatMap((fault) =>
      fault.kind === 'grouping-refused' || fault.kind === 'grouping-ignored' ? [fault] : [],
    );
    this.#spans = faults.flatMap((fault) => {
      const { from, to } = fault;
      switch (fault.kind) {
        // Only a run in the middle of which that changes may be at a loss.
        case 'grouping-refused':
        case 'grouping-ignored':
          return [
            { from: from - MINUTE, to: from },
            { from: to - MINUTE, to },
          ];
        case 'token-rotated':
          return {
            from: Math.min(from, fault.secretAt),
            // A run that begins later reads the secret again, and works.
            to: Math.max(from, fault.secretAt) + SECOND,
          };
        case 'broken-buckets':
          return { from, to, brokenTo: fault.start + fault.count * BUCKET };
        case 'runs-delayed':
          return { from, to: to + fault.ms };
        case 'runs-doubled':
          return { from, to: to + fault.afterMs };
        default:
          return fault;
      }
    });
  }

  /** Whether Togai does not group by something at some time between. */
  lost(by: Grouping, from: number, to: number): boolean {
    return this.#ungrouped.some((span) => span.by === by && span.from <= to && span.to >= from);
  }

  between(from: number, to: number): boolean {
    return this.#spans.some((span) => span.from <= to && span.to >= from);
  }
  /** Where nothing but ranges that cannot be read is in the way: the end of the last of them. */
  brokenBetween(from: number, to: number): number | undefined {
    const spans = this.#spans.filter((span) => span.from <= to && span.to >= from);
    const ends = spans.map(({ brokenTo = Number.POSITIVE_INFINITY }) => brokenTo);
    return ends.length > 0 ? Math.max(...ends) : undefined;
  }
}
