import { TogaiError } from '../../errors.ts';
import { MAX_POINTS, type MetricQuery, type MetricsAnswer } from '../../events/metrics-answer.ts';
import type { EventMetrics } from '../../ports.ts';
import { HOUR_MS, type Range } from '../../timeline/time.ts';
import { overlaps } from './levels.ts';

/** Togai's own limit. */
const MAX_QUERIES = 5;

/** The answer to one query. */
export interface Observation {
  /** Events by hour, then by group. The group is `undefined` where Togai did not group. */
  readonly hours: ReadonlyMap<number, ReadonlyMap<string | undefined, number>>;
  /** Nothing was left out for its length. */
  readonly complete: boolean;
}

export interface AskedFor {
  /** Every hour that overlaps it is wanted. Epoch ms. */
  readonly wanted: Range;
  /**
   * Ask for an hour more at both ends. Togai may cut the first and the last hour at the ends of the
   * range. Such an hour is not used.
   */
  readonly isWidened: boolean;
  readonly queries: readonly MetricQuery[];
}

/**
 * Asks Togai metrics, and splits a question whose answer is as long as Togai's answers may be.
 */
export class MetricsAsker {
  readonly #metrics: EventMetrics;
  readonly #signal: AbortSignal;
  /** Nothing before this time is asked for, epoch ms. */
  readonly #earliest: number;
  /** No hour that begins at this time or later is asked for, epoch ms. */
  readonly #latest: number;
  #requestsLeft: number;

  constructor(
    metrics: EventMetrics,
    options: {
      readonly requests: number;
      readonly earliest?: number | undefined;
      readonly latest?: number | undefined;
      readonly signal: AbortSignal;
    },
  ) {
    this.#metrics = metrics;
    this.#signal = options.signal;
    this.#earliest = options.earliest ?? Number.NEGATIVE_INFINITY;
    this.#latest = options.latest ?? Number.POSITIVE_INFINITY;
    this.#requestsLeft = options.requests;
  }

  /** Whether another question may be asked in this run. */
  get mayAsk(): boolean {
    return this.#requestsLeft > 0;
  }

  /**
   * @returns the answers by the id of their query. They are incomplete where even a question about one hour was cut, or the run
   *   has asked enough
   * @throws TogaiError; the reason of the signal once that is aborted
   */
  async ask({ wanted, isWidened, queries }: AskedFor): Promise<Map<string, Observation>> {
    const observed = new Map<string, Observation>();
    for (let first = 0; first < queries.length; first += MAX_QUERIES) {
      const some = queries.slice(first, first + MAX_QUERIES);
      for (const [id, answer] of await this.#askOnce({ wanted, isWidened, queries: some })) {
        observed.set(id, answer);
      }
    }
    return observed;
  }

  /** One request, also where the answer leaves something out. */
  async askBriefly(asked: AskedFor): Promise<Map<string, Observation>> {
    const answer = await this.#request(asked);
    return observationsOf(answer, asked, answer.points < MAX_POINTS);
  }

  async #askOnce(asked: AskedFor): Promise<Map<string, Observation>> {
    const { wanted, queries } = asked;
    const answer = await this.#request(asked);
    const isFull = answer.points >= MAX_POINTS;
    const observed = observationsOf(answer, asked, !isFull);
    if (!isFull || !this.mayAsk) return observed;
    if (queries.length > 1) {
      const each = await this.#inTurn(queries.map((query) => ({ ...asked, queries: [query] })));
      return new Map(each.flatMap((part) => [...part]));
    }
    const halves = halvesOf(wanted);
    if (!halves) return observed;
    const parts = await this.#inTurn(halves.map((half) => ({ ...asked, wanted: half })));
    return joined(parts);
  }

  async #inTurn(all: readonly AskedFor[]): Promise<Map<string, Observation>[]> {
    const answers: Map<string, Observation>[] = [];
    for (const asked of all) answers.push(await this.#askOnce(asked));
    return answers;
  }

  async #request({ wanted, isWidened, queries }: AskedFor): Promise<MetricsAnswer> {
    const margin = isWidened ? HOUR_MS : 0;
    const end = Math.min(wanted.end + margin, this.#latest);
    const start = Math.max(wanted.start - margin, this.#earliest);
    const range = { start: Math.min(start, end - 1), end };
    this.#requestsLeft--;
    const answer = await this.#metrics.metrics(range, queries, this.#signal);
    const missing = queries.filter(({ id }) => !answer.series.has(id));
    if (missing.length === 0) return answer;
    // A missing result is no zero: where there is nothing to count, a result says so.
    throw new TogaiError(
      'unreadable',
      `POST /metrics was answered without the results of ${missing.length} of ${queries.length} queries, so their numbers are not known; if it stays so, report it to Togai`,
    );
  }
}

function observationsOf(
  answer: MetricsAnswer,
  { wanted, queries }: AskedFor,
  complete: boolean,
): Map<string, Observation> {
  return new Map(
    queries.map(({ id }) => {
      const hours = new Map<number, Map<string | undefined, number>>();
      for (const { group, hours: events } of answer.series.get(id) ?? []) {
        for (const [label, count] of events) {
          if (!overlaps(label, wanted)) continue;
          const inHour = hours.get(label) ?? new Map<string | undefined, number>();
          inHour.set(group, (inHour.get(group) ?? 0) + wholeNumber(count));
          hours.set(label, inHour);
        }
      }
      return [id, { hours, complete }];
    }),
  );
}

/** @throws TogaiError: half an event would be a wrong answer, or one to another question */
function wholeNumber(count: number): number {
  if (Number.isSafeInteger(count)) return count;
  throw new TogaiError(
    'unreadable',
    `POST /metrics was answered with ${count} events, which is no number of events: its numbers are not used; if it stays so, report it to Togai`,
  );
}

/** A range in two, cut at a full hour; `undefined` where it is no longer than an hour. */
function halvesOf({ start, end }: Range): [Range, Range] | undefined {
  const hours = Math.ceil((end - start) / HOUR_MS);
  if (hours <= 1) return undefined;
  const middle = start + Math.floor(hours / 2) * HOUR_MS;
  return [
    { start, end: middle },
    { start: middle, end },
  ];
}

/** The answers to the same queries about several ranges. An hour that two of them have is whole in both. */
export function joined(parts: readonly Map<string, Observation>[]): Map<string, Observation> {
  const all = new Map<string, Observation>();
  for (const [id, { hours, complete }] of parts.flatMap((part) => [...part])) {
    const before = all.get(id);
    all.set(id, {
      hours: new Map([...(before?.hours ?? []), ...hours]),
      complete: complete && (before?.complete ?? true),
    });
  }
  return all;
}
