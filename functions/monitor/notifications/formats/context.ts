import type { Explanation } from '../why-not-billed.ts';

/** The links that every message carries; empty texts for none. */
export interface LinkOptions {
  readonly dashboardUrl: string;
  readonly runbookUrl: string;
}

/** The links of a message, and the explanations that were looked up for it at its delivery. */
export interface RenderContext extends LinkOptions {
  readonly explanations: readonly Explanation[];
}
