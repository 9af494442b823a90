import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import type { ComparedSet } from '../compare-rule-sets.ts';
import type { NameSummary } from '../losses-by-name.ts';
import type { Numbers } from '../numbers.ts';

/** A question of the page to the thread that computes. */
export type Question =
  | {
      readonly kind: 'open';
      /** The content of the page, unzipped. */
      readonly page: ArrayBuffer;
      /** All counts, zipped. */
      readonly counts: string;
    }
  | { readonly kind: 'evaluate'; readonly rules: readonly Threshold[]; readonly name: string }
  /** The numbers of a rule without any other. */
  | { readonly kind: 'alone'; readonly rule: Threshold }
  | { readonly kind: 'names' };

/** Answers come in the order of the questions; `open` has none. */
export type Answer =
  | { readonly kind: 'evaluated'; readonly set: ComparedSet }
  | { readonly kind: 'alone'; readonly rule: Threshold; readonly numbers: Numbers }
  | {
      readonly kind: 'names';
      readonly accounts: readonly NameSummary[];
      readonly schemas: readonly NameSummary[];
    };
