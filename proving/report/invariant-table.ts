import { INVARIANTS } from '../invariants.ts';
import { table } from './table.ts';

const BEGIN = '<!-- invariants -->';
const END = '<!-- /invariants -->';

/** The text of docs/reliability.md with a new table of invariants between its two marks. */
export function withInvariantTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(
      `the page has no ${BEGIN} followed by ${END}; put both where the table belongs`,
    );
  }
  const rows = Object.entries(INVARIANTS).map(([id, sentence]) => [`\`${id}\``, sentence]);
  return `${before}${BEGIN}\n${table(['invariant', 'what holds'], rows)}\n${END}${after}`;
}
