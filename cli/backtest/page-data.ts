import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import type { Backtest } from './backtest.ts';
import { type CellNote, Cells } from './cells.ts';
import { Column, type WholeNumbers } from './column.ts';
import type { ComparedSet, Comparison } from './compare-rule-sets.ts';
import { History, type PieceNote } from './history.ts';
import { Names } from './numbered-names.ts';
import { pack, unpack } from './pack.ts';
import { shapeOf } from './values.ts';

/** The content of the page before it computes anything. */
export interface PageHeader {
  readonly range: Range;
  readonly windowMs: number;
  readonly minimumEvents: number;
  readonly repeatMs: number;
  /** IANA name. */
  readonly timeZone: string;
  /** Where the counts are from. */
  readonly source: string;
  readonly note: string;
  /** Left out for the stack of the checkout. */
  readonly stack?: string | undefined;
  readonly pieces: number;
  readonly missingMs: number;
  readonly events: number;
  /** With their results. */
  readonly sets: readonly ComparedSet[];
  /** Each rule of the first set with a suggestion, as texts. */
  readonly suggestions: readonly PageSuggestion[];
}

export interface PageSuggestion {
  readonly rule: string;
  readonly suggested: string;
  readonly reason: string;
}

export interface PageData {
  readonly header: PageHeader;
  readonly starts: WholeNumbers;
  readonly ends: WholeNumbers;
  /** By the shape of the rule, at each window end. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** The data of the page from a comparison. */
export function pageDataOf(
  { range, pieces, missingMs, events, sets, suggestions }: Comparison,
  backtest: Backtest,
  context: Pick<PageHeader, 'timeZone' | 'source' | 'note' | 'stack'>,
): PageData {
  const { history, options } = backtest;
  const rules = sets.flatMap((set) => set.rules);
  const { timeZone, source, note, stack } = context;
  return {
    header: {
      ...{ range, pieces, missingMs, events, sets, timeZone, source, note, stack },
      windowMs: history.windowMs,
      minimumEvents: options.minimumEvents,
      repeatMs: options.repeatMs,
      suggestions: suggestions.map(({ rule, suggested, reason }) => {
        return { rule: printThreshold(rule), suggested: printThreshold(suggested), reason };
      }),
    },
    starts: Float64Array.from(history.starts),
    ends: Float64Array.from(history.ends),
    values: new Map(rules.map((rule) => [shapeOf(rule), backtest.valuesOf(rule)])),
  };
}

interface PackedPage {
  readonly header: PageHeader;
  readonly shapes: readonly string[];
}

export function packPage({ header, starts, ends, values }: PageData): Uint8Array<ArrayBuffer> {
  const head: PackedPage = { header, shapes: [...values.keys()] };
  return pack({ head, columns: [starts, ends, ...values.values()] });
}

export function unpackPage(packed: ArrayBuffer): PageData {
  const { head, columns } = unpack<PackedPage>(packed);
  const [starts = NONE, ends = NONE, ...values] = columns;
  const byShape = head.shapes.map((shape, index) => {
    return [shape, Float64Array.from(values[index] ?? NONE)] as const;
  });
  return { header: head.header, starts, ends, values: new Map(byShape) };
}

const NONE = new Float64Array();

interface PackedHistory {
  readonly windowMs: number;
  readonly notes: PieceNote[];
  readonly statuses: readonly string[];
  /** Of everybody, of accounts and of schemas. */
  readonly cells: readonly {
    readonly names: readonly string[];
    readonly notes: readonly (readonly [number, CellNote])[];
  }[];
}

/** All counts, for the thread that computes. */
export function packHistory(history: History): Uint8Array<ArrayBuffer> {
  const { windowMs, starts, ends, notes, statuses, all, accounts, schemas } = history;
  const cells = [all, accounts, schemas];
  const head: PackedHistory = {
    windowMs,
    notes,
    statuses: statuses.list,
    cells: cells.map((each) => ({ names: each.names.list, notes: [...each.notes] })),
  };
  const columns = cells.flatMap((each) =>
    [each.starts, each.ids, each.statuses, each.counts].map((column) => column.view()),
  );
  return pack({ head, columns: [Float64Array.from(starts), Float64Array.from(ends), ...columns] });
}

export function unpackHistory(packed: ArrayBuffer): History {
  const { head, columns } = unpack<PackedHistory>(packed);
  const [starts = NONE, ends = NONE, ...others] = columns;
  const [all, accounts, schemas] = head.cells.map(({ names, notes }, index) => {
    const [first, ids, statuses, counts] = others
      .slice(4 * index, 4 * index + 4)
      .map((values) => new Column(values));
    return new Cells(names, { starts: first, ids, statuses, counts, notes: new Map(notes) });
  });
  return new History(head.windowMs, {
    ...{ all, accounts, schemas },
    starts: Array.from(starts),
    ends: Array.from(ends),
    notes: head.notes,
    statuses: new Names(head.statuses),
  });
}
