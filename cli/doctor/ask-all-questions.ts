import type { EventPage } from '../../functions/monitor/events/event.ts';
import {
  eventsIn,
  type MetricQuery,
  type MetricsAnswer,
} from '../../functions/monitor/events/metrics-answer.ts';
import type { EventQuery } from '../../functions/monitor/ports.ts';
import { HOUR_MS, MINUTE_MS, type Range } from '../../functions/monitor/timeline/time.ts';
import {
  type Answers,
  type Asked,
  answerOf,
  errorOf,
  type GroupingState,
  type HourOfMetrics,
  type NarrowList,
  type WitnessAnswer,
} from './answers.ts';
import { type Asking, attempt, metricsOf, sumOf, TOTAL, totalOf } from './ask-one-question.ts';
import { closedHour } from './choose-compared-range.ts';
import { compare } from './compare-list-with-metrics.ts';
import { isFilterKnown, witnessIn } from './listing-facts.ts';
import { isListedAt } from './witness.ts';

/** Short, and long past: an answer with the newest or the oldest events ignores them. */
const NARROW = [
  { endsAgoMs: HOUR_MS, lengthMs: 5 * MINUTE_MS },
  { endsAgoMs: 3 * HOUR_MS, lengthMs: 5 * MINUTE_MS },
];

const BY_STATUS: MetricQuery = { ...TOTAL, id: 'by-status', groupBy: 'RAW_EVENT_STATUS' };
const BY_ACCOUNT: MetricQuery = { ...TOTAL, id: 'by-account', groupBy: 'ACCOUNT_ID' };
const QUERIES = [TOTAL, BY_STATUS, BY_ACCOUNT];

/**
 * Asks Togai, one request after another. An answer that makes further questions pointless ends it.
 *
 * @throws the reason of the signal when it aborts
 */
export async function ask(asking: Asking): Promise<Answers> {
  const { togai, signal } = asking;
  const list = await firstPage(asking, {});
  const now = asking.now();
  let answers: Answers = {
    aheadMs: asking.aheadMs(),
    now,
    list,
    narrow: [],
    witness: undefined,
    hour: closedHour(now),
    metrics: undefined,
    halves: undefined,
    comparison: undefined,
    requests: 0,
  };
  const isOver = !['forbidden', 'refused', undefined].includes(errorOf(list)?.failure);
  if (!isOver) {
    if (answerOf(list)) answers = { ...answers, narrow: await narrowLists(asking, now) };
    answers = { ...answers, witness: await askForWitness(asking, answers) };
    const metrics = await attempt(signal, () => hourOfMetrics(asking, answers.hour));
    answers = { ...answers, metrics };
    answers = { ...answers, halves: await halvesOf(asking, answers) };
    answers = { ...answers, comparison: await compare(asking, answers) };
  }
  return { ...answers, aheadMs: asking.aheadMs(), requests: togai.stats().requests };
}

function firstPage({ togai, signal }: Asking, query: EventQuery): Promise<Asked<EventPage>> {
  return attempt(signal, async () => {
    for await (const page of togai.pages(query, signal)) return page;
    return { events: [], malformed: [], nextToken: undefined };
  });
}

async function narrowLists(asking: Asking, now: number): Promise<NarrowList[]> {
  const lists: NarrowList[] = [];
  for (const { endsAgoMs, lengthMs } of NARROW) {
    const range = { start: now - endsAgoMs - lengthMs, end: now - endsAgoMs };
    const page = await firstPage(asking, { startTime: range.start, endTime: range.end });
    lists.push({ range, page });
  }
  return lists;
}

/** Finds out which time a range goes by, where the pages did not show it. */
async function askForWitness(
  { togai, signal }: Asking,
  answers: Answers,
): Promise<WitnessAnswer | undefined> {
  const event = witnessIn(answers);
  if (!event || isFilterKnown(answers)) return undefined;
  const listed = await attempt(signal, () => isListedAt(togai, event, signal));
  return { event, isListed: answerOf(listed) };
}

/** One request; where it is refused, one for each query, to see which of them is. */
async function hourOfMetrics(asking: Asking, hour: Range): Promise<HourOfMetrics> {
  const { signal } = asking;
  const together = await attempt(signal, () => metricsOf(asking, hour, QUERIES));
  if ('answer' in together) return readHour(QUERIES, [together.answer]);
  if (together.error.failure !== 'refused') throw together.error;
  const answers = [await metricsOf(asking, hour, [TOTAL])];
  const asked = [TOTAL];
  for (const query of [BY_STATUS, BY_ACCOUNT]) {
    const alone = await attempt(signal, () => metricsOf(asking, hour, [query]));
    if ('error' in alone) continue;
    answers.push(alone.answer);
    asked.push(query);
  }
  return readHour(asked, answers);
}

function readHour(asked: readonly MetricQuery[], answers: readonly MetricsAnswer[]): HourOfMetrics {
  const series = new Map(answers.flatMap((answer) => [...answer.series]));
  const groupsIn = ({ id }: MetricQuery) =>
    (series.get(id) ?? []).filter((each) => eventsIn(each) > 0).map(({ group }) => group);
  const state = (query: MetricQuery): GroupingState => {
    if (!asked.includes(query)) return 'refused';
    const groups = groupsIn(query);
    if (groups.some((group) => group !== undefined)) return 'named';
    return groups.length > 0 ? 'unnamed' : 'unknown';
  };
  const groupsOf = (query: MetricQuery) => groupsIn(query).length;
  return {
    events: sumOf(series.get(TOTAL.id)),
    groupings: new Map([
      ['RAW_EVENT_STATUS', state(BY_STATUS)],
      ['ACCOUNT_ID', state(BY_ACCOUNT)],
    ]),
    groups: new Map([
      ['RAW_EVENT_STATUS', groupsOf(BY_STATUS)],
      ['ACCOUNT_ID', groupsOf(BY_ACCOUNT)],
    ]),
  };
}

function halvesOf(asking: Asking, { hour, metrics }: Answers): Promise<Answers['halves']> {
  if (!answerOf(metrics)?.events) return Promise.resolve(undefined);
  const middle = hour.start + HOUR_MS / 2;
  return attempt(asking.signal, async () => [
    await totalOf(asking, { start: hour.start, end: middle }),
    await totalOf(asking, { start: middle, end: hour.end }),
  ]);
}
