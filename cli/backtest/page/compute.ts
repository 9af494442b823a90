import { parseThresholds } from '../../../functions/monitor/thresholds/grammar.ts';
import { Backtest } from '../backtest.ts';
import { type CompareSet, comparer } from '../compare.ts';
import { summarizeNames } from '../names-summary.ts';
import { historyIn, unpackPage } from '../page-data.ts';
import { shapeOf } from '../values.ts';
import type { Answer, Question } from './protocol.ts';

/** Enough for the busy hours of a month: a moved limit reads them again. */
const MAX_BLOCKS = 96;
/** As many as a sparkline has pixels. */
const STRETCHES = 120;

/** The thread that computes: the page stays quick meanwhile. */
interface Thread {
  onmessage: ((message: { readonly data: Question }) => void) | null;
  postMessage(answer: Answer): void;
}

export function compute(thread: Thread): void {
  let answer: (question: Question) => Answer | undefined = () => undefined;
  thread.onmessage = ({ data }) => {
    if (data.kind === 'open') answer = answersFrom(data.packed);
    const found = answer(data);
    if (found) thread.postMessage(found);
  };
}

function answersFrom(packed: ArrayBuffer): (question: Question) => Answer | undefined {
  const data = unpackPage(packed);
  const { range, minimumEvents, repeatMs, timeZone, sets, shapes } = data.header;
  const history = historyIn(data);
  const options = { minimumEvents, repeatMs, from: range.start, maxBlocks: MAX_BLOCKS };
  const backtest = new Backtest(history, options);
  for (const rule of sets.flatMap(({ thresholds }) => parseThresholds(thresholds))) {
    const values = data.values[shapes.indexOf(shapeOf(rule))];
    if (values) backtest.addValues(rule, values);
  }
  let compareSet: CompareSet | undefined;
  return (question) => {
    if (question.kind === 'evaluate') {
      compareSet ??= comparer(backtest, range, timeZone);
      return { kind: 'evaluated', set: compareSet(question.rules, question.name) };
    }
    if (question.kind === 'open') return undefined;
    const [accounts, schemas] = (['account', 'schema'] as const).map((kind) =>
      summarizeNames(history, kind, range, STRETCHES),
    );
    return { kind: 'names', accounts: accounts ?? [], schemas: schemas ?? [] };
  };
}
