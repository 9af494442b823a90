import type { Paint } from '../../terminal.ts';
import type { CheckResult } from '../check.ts';
import { conclusion } from './conclusion.ts';
import { groups } from './groups.ts';
import { heading } from './heading.ts';
import { remarks } from './remarks.ts';
import { samples } from './samples.ts';
import { statuses } from './statuses.ts';
import { thresholds } from './thresholds.ts';
import { timeline } from './timeline.ts';

export const DEFAULT_TOP = 5;

/**
 * The result of a check for a person: counts, evaluations, and the accounts that lose events.
 * Each section is a list of lines; a section without lines is left out.
 *
 * @param top how many accounts and schemas it lists
 */
export function report(result: CheckResult, paint: Paint, top = DEFAULT_TOP): string {
  const { counts } = result;
  const sections = [
    heading(result, paint),
    statuses(counts, paint),
    timeline(result, paint),
    thresholds(result, paint),
    groups('account', counts.accounts, top, paint),
    groups('schema', counts.schemas, top, paint),
    samples(counts, paint),
    remarks(result, paint),
    conclusion(result, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
