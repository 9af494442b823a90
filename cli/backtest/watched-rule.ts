import {
  breaches,
  isUpperLimit,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';

/** A limit in proportion is a product, which may be off by its last digits. */
const SLACK = 1e-9;

/** A rule that notes, while it is evaluated, which other limits would give the same results. */
export class WatchedRule {
  readonly rule: Threshold;
  /** The values that came nearest to the limit, on each side of it. */
  #breached: number | undefined;
  #calm: number | undefined;

  constructor(rule: Threshold) {
    this.rule = { ...rule, onCompare: (value, limit) => this.#compared(value, limit) };
  }

  /** Whether a limit would give the same results. */
  isAlike(limit: number): boolean {
    if (limit === this.rule.limit) return true;
    // Comparisons with zero were not noted.
    if (this.rule.limit === 0) return false;
    const { operator } = this.rule;
    const isBreachedStill =
      this.#breached === undefined || breaches(this.#breached, { operator, limit });
    return (
      isBreachedStill && !(this.#calm !== undefined && breaches(this.#calm, { operator, limit }))
    );
  }

  #compared(value: number, limit: number): void {
    const { operator } = this.rule;
    // In proportion to no time the limit is 0, so no other limit changes the result. An unknown
    // value breaches none.
    if (limit === 0 || Number.isNaN(value)) return;
    const isBreached = breaches(value, { operator, limit });
    const isUpper = isUpperLimit(this.rule);
    const nearer = isBreached === isUpper ? Math.min : Math.max;
    let own = value;
    if (limit !== this.rule.limit) {
      own *= this.rule.limit / limit;
      own *= isBreached === isUpper ? 1 - SLACK : 1 + SLACK;
    }
    if (isBreached) this.#breached = nearer(own, this.#breached ?? own);
    else this.#calm = nearer(own, this.#calm ?? own);
  }
}
