import { createRequire } from 'node:module';
import { printable } from '../../../functions/monitor/text/text.ts';
import type { Paint, Style } from '../../terminal.ts';

export interface Column {
  readonly align?: 'left' | 'right';
  /** In terminal columns; a longer cell is cut and ends in `…`. @default 44 */
  readonly maxWidth?: number;
  /** The row of the column heads is row 0. */
  readonly style?: (text: string, row: number) => Style | undefined;
}

/** The style of a column whose head is dim and whose cells are plain. */
export const dimHead = (_: string, row: number): Style | undefined =>
  row === 0 ? 'dim' : undefined;

/** ASCII, and the signs of the reports themselves: each takes one terminal column. */
const NARROW = /^[ -~█…]*$/;

/** The width of a text in terminal columns. The library is loaded for other texts only: it takes a third of the start-up time. */
function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  const require = createRequire(import.meta.url);
  const { default: stringWidth }: typeof import('string-width') = require('string-width');
  return stringWidth(text);
}

/**
 * The lines of a table, without trailing blanks. Columns are aligned by the width that a terminal
 * shows: a wide character takes two terminal columns.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const shown = rows.map((row) =>
    row.map((cell, index) => cutToWidth(cell, columns[index]?.maxWidth ?? 44)),
  );
  const widths = columns.map((_, index) =>
    Math.max(0, ...shown.map((row) => widthOf(row[index] ?? ''))),
  );
  return shown.map((row, rowIndex) =>
    row
      .map((cell, index) => {
        const { align = 'left', style } = columns[index] ?? {};
        const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell)));
        const chosen = style?.(cell, rowIndex);
        const painted = chosen ? paint(chosen, cell) : cell;
        return align === 'right' ? blanks + painted : painted + blanks;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** @param maxWidth in terminal columns */
function cutToWidth(text: string, maxWidth: number): string {
  const safe = printable(text);
  if (widthOf(safe) <= maxWidth) return safe;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(safe)) {
    if (widthOf(cut + segment) > maxWidth - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
