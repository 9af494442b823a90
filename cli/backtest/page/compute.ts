import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import { Backtest } from '../backtest.ts';
import { comparer } from '../compare-rule-sets.ts';
import { summarizeNames } from '../losses-by-name.ts';
import { unpackHistory, unpackPage } from '../page-data.ts';
import { shapeOf } from '../values.ts';
import type { Answer, Question } from './protocol.ts';
import { unzip } from './unzip.ts';

/** Enough for the busy hours of a month: a moved limit reads them again. */
const MAX_BLOCKS = 96;
/** As many as a sparkline has pixels. */
const STRETCHES = 120;

/** The thread that computes: the page stays quick meanwhile. */
interface Thread {
  onmessage: ((message: { readonly data: Question }) => void) | null;
  postMessage(answer: Answer): void;
}

type Asked = Exclude<Question, { readonly kind: 'open' }>;

interface Computing {
  answer(asked: Asked): Answer;
  /** Replays the next limits, if the limit moves on in the same direction. */
  lookAhead(): void;
}

export function compute(thread: Thread): void {
  let opened: Promise<Computing> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const reply = async (asked: Asked) => {
    const computing = await opened;
    if (!computing) return;
    thread.postMessage(computing.answer(asked));
    if (asked.kind === 'evaluate') idle = setTimeout(() => computing.lookAhead());
  };
  thread.onmessage = ({ data }) => {
    clearTimeout(idle);
    if (data.kind === 'open') opened = open(data);
    else reply(data).catch(reportError);
  };
}

async function open({
  page,
  counts,
}: Extract<Question, { readonly kind: 'open' }>): Promise<Computing> {
  const { header, values } = unpackPage(page);
  const history = unpackHistory(await unzip(counts));
  const { range, minimumEvents, repeatMs, timeZone, sets } = header;
  const options = { minimumEvents, repeatMs, from: range.start, maxBlocks: MAX_BLOCKS };
  const backtest = new Backtest(history, options);
  for (const rule of sets.flatMap(({ rules }) => rules)) {
    const known = values.get(shapeOf(rule));
    if (known) backtest.addValues(rule, known);
  }
  const compareSet = comparer(backtest, range, timeZone);
  // The first limit that is moved leaves most incidents as they are.
  for (const { rules } of sets.slice(0, 1)) backtest.replay(rules);
  let before: readonly Threshold[] = [];
  let now: readonly Threshold[] = [];
  return {
    answer(asked) {
      if (asked.kind === 'evaluate') {
        [before, now] = [now, asked.rules];
        return { kind: 'evaluated', set: compareSet(asked.rules, asked.name) };
      }
      if (asked.kind === 'alone') {
        const { rule } = asked;
        return { kind: 'alone', rule, numbers: compareSet([rule], '').numbers };
      }
      const [accounts, schemas] = (['account', 'schema'] as const).map((kind) =>
        summarizeNames(history, kind, range, STRETCHES),
      );
      return { kind: 'names', accounts: accounts ?? [], schemas: schemas ?? [] };
    },
    lookAhead() {
      if (before.length === now.length) backtest.replay(movedOn(before, now));
    },
  };
}

/** The rules if each limit moves once more by as much. */
function movedOn(before: readonly Threshold[], now: readonly Threshold[]): Threshold[] {
  return now.map((rule, index) => {
    const limit = 2 * rule.limit - (before[index]?.limit ?? rule.limit);
    return limit > 0 ? { ...rule, limit } : rule;
  });
}
