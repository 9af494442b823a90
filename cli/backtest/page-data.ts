import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import type { Backtest } from './backtest.ts';
import { Bytes } from './bytes.ts';
import type { Comparison } from './compare.ts';
import { History, type HistoryParts } from './history.ts';
import type { Numbers } from './numbers.ts';
import { printRules } from './suggest.ts';
import { shapeOf } from './values.ts';

/** What the page knows before it computes anything. */
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
  readonly sets: readonly PageSet[];
  /** Each rule of the first set with a suggestion, as texts. */
  readonly suggestions: readonly PageSuggestion[];
  /** The shapes of rules, in the order of their values. */
  readonly shapes: readonly string[];
  readonly events: number;
  readonly history: Omit<HistoryParts, 'bytes'>;
}

/** Rules by a name, `A`, `B` or `suggested`, with what they would have meant. */
export interface PageSet {
  readonly name: string;
  readonly thresholds: string;
  readonly numbers: Numbers;
}

export interface PageSuggestion {
  readonly rule: string;
  readonly suggested: string;
  readonly reason: string;
}

export interface PageData {
  readonly header: PageHeader;
  /** Of each shape, at each window end. */
  readonly values: readonly Float64Array[];
  readonly bytes: Uint8Array;
}

/** What the page needs of a comparison. */
export function pageDataOf(
  { range, pieces, missingMs, events, sets, suggestions }: Comparison,
  backtest: Backtest,
  context: Pick<PageHeader, 'timeZone' | 'source' | 'note' | 'stack'>,
): PageData {
  const { history, options } = backtest;
  const rules = sets.flatMap((set) => set.rules);
  const values = new Map(rules.map((rule) => [shapeOf(rule), backtest.valuesOf(rule)]));
  const { starts, ends, notes, statuses, accounts, schemas, offsets } = history;
  const { timeZone, source, note, stack } = context;
  return {
    header: {
      ...{ range, pieces, missingMs, events, timeZone, source, note, stack },
      windowMs: history.windowMs,
      minimumEvents: options.minimumEvents,
      repeatMs: options.repeatMs,
      sets: sets.map(({ name, rules, numbers }) => {
        return { name, numbers, thresholds: printRules(rules) };
      }),
      suggestions: suggestions.map(({ rule, suggested, reason }) => {
        return { rule: printThreshold(rule), suggested: printThreshold(suggested), reason };
      }),
      shapes: [...values.keys()],
      history: {
        ...{ starts, ends, notes, offsets },
        statuses: statuses.list,
        accounts: accounts.list,
        schemas: schemas.list,
      },
    },
    values: [...values.values()],
    bytes: history.bytes.view(),
  };
}

/** The length of the header stands in front. */
const PREFIX_BYTES = 4;

/** A page's data in one piece: the header as JSON, the values, the counts. */
export function packPage({ header, values, bytes }: PageData): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const perShape = header.history.ends.length * Float64Array.BYTES_PER_ELEMENT;
  const packed = new Uint8Array(
    PREFIX_BYTES + text.length + values.length * perShape + bytes.length,
  );
  new DataView(packed.buffer).setUint32(0, text.length);
  packed.set(text, PREFIX_BYTES);
  let at = PREFIX_BYTES + text.length;
  for (const each of values) {
    packed.set(new Uint8Array(each.buffer, each.byteOffset, each.byteLength), at);
    at += perShape;
  }
  packed.set(bytes, at);
  return packed;
}

export function unpackPage(packed: ArrayBuffer): PageData {
  const length = new DataView(packed).getUint32(0);
  const text = new TextDecoder().decode(new Uint8Array(packed, PREFIX_BYTES, length));
  const header: PageHeader = JSON.parse(text);
  const perShape = header.history.ends.length * Float64Array.BYTES_PER_ELEMENT;
  let at = PREFIX_BYTES + length;
  const values = header.shapes.map(() => {
    const start = at;
    at += perShape;
    return new Float64Array(packed.slice(start, at));
  });
  return { header, values, bytes: new Uint8Array(packed, at) };
}

export function historyIn({ header, bytes }: PageData): History {
  const { history, windowMs } = header;
  return new History(windowMs, { ...history, bytes: new Bytes(bytes, bytes.length) });
}
