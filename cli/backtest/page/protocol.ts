import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import type { ComparedSet } from '../compare.ts';
import type { NameSummary } from '../names-summary.ts';

/** What the page asks of the thread that computes. */
export type Question =
  | {
      readonly kind: 'open';
      /** What the page shows, unzipped. */
      readonly page: ArrayBuffer;
      /** All counts, zipped. */
      readonly counts: string;
    }
  | { readonly kind: 'evaluate'; readonly rules: readonly Threshold[]; readonly name: string }
  | { readonly kind: 'names' };

/** Answers come in the order of the questions; `open` has none. */
export type Answer =
  | { readonly kind: 'evaluated'; readonly set: ComparedSet }
  | {
      readonly kind: 'names';
      readonly accounts: readonly NameSummary[];
      readonly schemas: readonly NameSummary[];
    };
