import type { Explanation } from '../why-not-billed.ts';

/** The links that every message carries; empty texts for none. */
export interface LinkOptions {
  readonly dashboardUrl: string;
  readonly runbookUrl: string;
}

/** The links of a message, and what was found out for it when it is delivered. */
export interface RenderContext extends LinkOptions {
  readonly explanations: readonly Explanation[];
}
