import { styleText } from 'node:util';
import stringWidth from 'string-width';
import type { Clock } from '../functions/monitor/ports.ts';
import { printable } from '../functions/monitor/text/text.ts';

/** A stream as a terminal or a pipe gives it. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(env: NodeJS.ProcessEnv): boolean;
}

/** Where a command runs: everything it takes from outside. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Where a `.env` file is looked for. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** @default the Togai client's own */
  readonly requestTimeoutMs?: number;
}

/** The reason of the signal of {@link Surroundings} when a person or a system ends the process. */
export class Interrupted extends Error {
  readonly exitCode: number;

  /** @param left what is there of the work, in words */
  constructor(exitCode: number, left = 'nothing was counted') {
    super(`interrupted, ${left}`);
    this.exitCode = exitCode;
  }
}

/** Says what an interruption leaves of the work. */
export async function leaving<T>(left: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Interrupted ? new Interrupted(error.exitCode, left) : error;
  }
}

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours where the stream shows them; `NO_COLOR` and its like are obeyed. */
export function painterFor(output: Output, env: NodeJS.ProcessEnv): Paint {
  const coloured = output.hasColors?.(env) ?? false;
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
}

export interface Column {
  readonly align?: 'left' | 'right';
  /** In terminal columns; what is longer is cut. @default 44 */
  readonly maxWidth?: number;
  readonly style?: (text: string, row: number) => Style | undefined;
}

/** Lines of a table, columns aligned by what a terminal shows, without trailing blanks. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const shown = rows.map((row) =>
    row.map((cell, index) => cutToWidth(cell, columns[index]?.maxWidth ?? 44)),
  );
  const widths = columns.map((_, index) =>
    Math.max(0, ...shown.map((row) => stringWidth(row[index] ?? ''))),
  );
  return shown.map((row, rowIndex) =>
    row
      .map((cell, index) => {
        const { align = 'left', style } = columns[index] ?? {};
        const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(cell)));
        const chosen = style?.(cell, rowIndex);
        const painted = chosen ? paint(chosen, cell) : cell;
        return align === 'right' ? blanks + painted : painted + blanks;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Cut to a width in terminal columns, unprintable characters made visible. */
function cutToWidth(text: string, maxWidth: number): string {
  const safe = printable(text);
  if (stringWidth(safe) <= maxWidth) return safe;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(safe)) {
    if (stringWidth(cut + segment) > maxWidth - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
