import { HOUR } from '../../world/scenario.ts';
import type { TrueEvent } from '../../world/true-event.ts';
import type { Span } from '../span.ts';
import { isSettled } from '../status-groups.ts';

interface Sent {
  readonly createdAt: number;
  /** `undefined`: it never settles. */
  readonly settledAt: number | undefined;
}

/** The truth about all events that accounts have sent. */
export class TrueTraffic {
  readonly #byAccount: ReadonlyMap<string, readonly Sent[]>;
  readonly #all: readonly Sent[];

  constructor(truth: readonly TrueEvent[]) {
    const sent = truth.map((event) => ({ account: event.account, ...sentOf(event) }));
    this.#all = sent;
    this.#byAccount = Map.groupBy(sent, ({ account }) => account);
  }

  /** How many events of an account, or of all, were created in a span. */
  createdIn(account: string | undefined, span: Span): number {
    return this.#in(account, span).length;
  }

  /** How many of them had settled at a time. */
  settledIn(account: string | undefined, span: Span, by: number): number {
    return this.#in(account, span).filter(
      ({ settledAt }) => settledAt !== undefined && settledAt <= by,
    ).length;
  }

  /**
   * How many events of an account settled in a span. They were created in the hour before it, or in
   * it.
   */
  settledDuring(account: string, { start, end }: Span): number {
    return this.#in(account, { start: start - HOUR, end }).filter(
      ({ settledAt = Number.NaN }) => settledAt >= start && settledAt < end,
    ).length;
  }

  #in(account: string | undefined, { start, end }: Span): readonly Sent[] {
    const sent = account === undefined ? this.#all : (this.#byAccount.get(account) ?? []);
    return sent.slice(firstFrom(sent, start), firstFrom(sent, end));
  }
}

function sentOf({ createdAt, visibleAt, statuses }: TrueEvent): Sent {
  const settled = statuses.find(({ status }) => isSettled(status));
  return { createdAt, settledAt: settled && Math.max(settled.from, visibleAt) };
}

/** The place of the first event that is no older than a time. */
function firstFrom(sent: readonly Sent[], time: number): number {
  let [low, high] = [0, sent.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sent[middle]?.createdAt ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
