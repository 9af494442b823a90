import { printThreshold, type Threshold } from '../thresholds/threshold.ts';
import type { CountedRun } from './count-new-events.ts';

/** The problem for a notification, where Togai metrics do not say whose events are lost. */
export interface NamesNote {
  /** The rules that cannot be evaluated, and the next step; `undefined` where there are none. */
  readonly what: string | undefined;
  /** Names were seen, or are not needed: the problem is over. */
  readonly isOver: boolean;
}

export function noteOfNames(
  { source, namesTold }: Pick<CountedRun, 'source' | 'namesTold'>,
  thresholds: readonly Threshold[],
): NamesNote {
  const rules = thresholds.flatMap((rule) => (rule.by ? [{ rule, by: rule.by }] : []));
  if (source === 'listing' || rules.length === 0) return { what: undefined, isOver: true };
  const untold = rules.filter(({ by }) => namesTold?.get(by) === false);
  if (untold.length === 0) {
    return { what: undefined, isOver: rules.every(({ by }) => namesTold?.get(by) === true) };
  }
  const kinds = [...new Set(untold.map(({ by }) => `${by}s`))].join(' and ');
  const names = untold.map(({ rule }) => printThreshold(rule)).join(', ');
  return {
    what: `POST /metrics does not tell ${kinds} apart, so these rules are not evaluated: ${names}. Leave them out, or list events (Counting).`,
    isOver: false,
  };
}
