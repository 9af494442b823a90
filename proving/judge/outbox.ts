import type { Notification } from '../history.ts';
import type { Span } from './span.ts';

/** A message that is due. */
interface Expected {
  readonly kind: string;
  /** Epoch ms. */
  readonly resolvedAt?: number | undefined;
  /** In the unit of the threshold, where it is known. */
  readonly value?: number | undefined;
  /** The window that was evaluated. */
  readonly window?: Span | undefined;
  /** The run that found the alert decided the message, too. */
  readonly atOnce?: boolean;
  /** Subscribers got it. */
  readonly hasArrived?: boolean;
}

/**
 * The messages that are due and not stored as delivered. It holds one message for each alert: a later one replaces it and
 * says everything.
 */
export class Outbox {
  readonly #due = new Map<string, Expected>();
  /** The key of each alert of the monitor itself, by its `alertId`. */
  readonly #keys = new Map<string, string>();
  /** How many messages were decided. */
  decided = 0;
  /** How many of them nobody got before another message of the same alert took their place. */
  dropped = 0;

  /** How many messages nobody got yet. */
  get waiting(): number {
    return [...this.#due.values()].filter(({ hasArrived }) => !hasArrived).length;
  }

  get keys(): string[] {
    return [...this.#due.keys()];
  }

  /** The key of the alert that a message is about. */
  keyOf({ threshold, firedAt, kind, window, alertId }: Notification): string {
    if (threshold !== null) return `${threshold}@${firedAt}`;
    if (kind === 'gap') return `gap@${window?.start}`;
    const known = this.#keys.get(alertId);
    if (known !== undefined) return known;
    const taken = new Set(this.#keys.values());
    const word = `${/^(?:size|grouping)(?=-)/.exec(alertId)?.[0] ?? 'run'}#`;
    const isMeant = (key: string) =>
      key.startsWith(word) && !taken.has(key) && this.#due.get(key)?.kind === kind;
    const key = this.keys.find(isMeant) ?? `${word}unknown`;
    this.#keys.set(alertId, key);
    return key;
  }

  get(key: string): Expected | undefined {
    return this.#due.get(key);
  }

  has(key: string): boolean {
    return this.#due.has(key);
  }

  /** A message of an alert of a threshold. */
  queue(key: string, next: Expected): void {
    const waiting = this.#due.get(key);
    if (waiting) this.#countDropped(waiting);
    this.decided++;
    // The monitor does not know that its 'fired' arrived. One message then says both, with the window of that 'fired'.
    const both = waiting?.kind === 'fired' && { ...waiting, resolvedAt: next.resolvedAt };
    this.#due.set(key, { ...(both || next), hasArrived: false });
  }

  /** A message of the monitor itself, in place of the one that waits. */
  replace(key: string, next: Expected): void {
    const waiting = this.#due.get(key);
    if (waiting) this.#countDropped(waiting);
    this.decided++;
    this.#due.set(key, next);
  }

  /** The alert fires again before its end is stored as delivered. */
  takeBackEnd(key: string): void {
    const waiting = this.#due.get(key);
    if (waiting?.resolvedAt === undefined) return;
    this.#countDropped(waiting);
    this.#due.delete(key);
  }

  /** Subscribers got it, even if the monitor does not know that. */
  arrived(key: string): void {
    const waiting = this.#due.get(key);
    if (waiting) this.#due.set(key, { ...waiting, hasArrived: true });
  }

  delivered(key: string): void {
    this.#due.delete(key);
  }

  #countDropped({ hasArrived }: Expected): void {
    if (!hasArrived) this.dropped++;
  }
}
