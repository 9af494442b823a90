import type { Told } from './history.ts';
import type { Span } from './oracle-calendar.ts';

/** A message that is due. */
interface Expected {
  readonly kind: string;
  /** Epoch ms. */
  readonly resolvedAt?: number | undefined;
  /** In the rule's unit, where it is known. */
  readonly value?: number | undefined;
  /** What was judged. */
  readonly window?: Span | undefined;
  /** It was told by the run that found it. */
  readonly atOnce?: boolean;
  /** Somebody got it. */
  readonly hasArrived?: boolean;
}

/**
 * What was decided and has not been written down as delivered. One message for each alert: what happens meanwhile is
 * told in it.
 */
export class Outbox {
  readonly #due = new Map<string, Expected>();
  /** Which alert of the monitor itself has which `alertId`. */
  readonly #alertIds = new Map<string, string>();
  /** Messages that were decided in all. */
  decided = 0;
  /** Of those, the ones that nobody got before something else was to be told of the same alert. */
  dropped = 0;

  /** Messages that nobody got yet. */
  get waiting(): number {
    return [...this.#due.values()].filter(({ hasArrived }) => !hasArrived).length;
  }

  get keys(): string[] {
    return [...this.#due.keys()];
  }

  /** Names what a message is about. */
  keyOf({ threshold, firedAt, kind, window, alertId }: Told): string {
    if (threshold !== null) return `${threshold}@${firedAt}`;
    if (kind === 'gap') return `gap@${window?.start}`;
    const known = this.#alertIds.get(alertId);
    if (known !== undefined) return known;
    const taken = new Set(this.#alertIds.values());
    const word = `${/^(?:size|grouping)(?=-)/.exec(alertId)?.[0] ?? 'run'}#`;
    const isMeant = (key: string) =>
      key.startsWith(word) && !taken.has(key) && this.#due.get(key)?.kind === kind;
    const key = this.keys.find(isMeant) ?? `${word}unknown`;
    this.#alertIds.set(alertId, key);
    return key;
  }

  get(key: string): Expected | undefined {
    return this.#due.get(key);
  }

  has(key: string): boolean {
    return this.#due.has(key);
  }

  queue(key: string, next: Expected): void {
    const waiting = this.#due.get(key);
    if (waiting) this.#dropped(waiting);
    this.decided++;
    // Nobody knows yet, for all that is known, that it fired: the one message tells both, and shows it as it was then.
    const both = waiting?.kind === 'fired' && { ...waiting, resolvedAt: next.resolvedAt };
    this.#due.set(key, { ...(both || next), hasArrived: false });
  }

  /** In place of what was to be told of it. */
  replace(key: string, next: Expected): void {
    const waiting = this.#due.get(key);
    if (waiting) this.#dropped(waiting);
    this.decided++;
    this.#due.set(key, next);
  }

  /** It fires again before the delivery of its end was certain. */
  takeBackEnd(key: string): void {
    const waiting = this.#due.get(key);
    if (waiting?.resolvedAt === undefined) return;
    this.#dropped(waiting);
    this.#due.delete(key);
  }

  /** Somebody got it, whether the monitor knows it or not. */
  arrived(key: string): void {
    const waiting = this.#due.get(key);
    if (waiting) this.#due.set(key, { ...waiting, hasArrived: true });
  }

  /** Another message takes its place, or none. */
  #dropped({ hasArrived }: Expected): void {
    if (!hasArrived) this.dropped++;
  }

  delivered(key: string): void {
    this.#due.delete(key);
  }
}
