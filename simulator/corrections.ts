import { SECOND_MS } from '../functions/monitor/timeline/time.ts';
import type { Outcome, Traits } from './event-traits.ts';

/** The status of an event that was undone. */
export const REVERTED: Outcome = {
  status: 'REVERTED',
  statusDescription: 'Undone by a correction.',
};

/** An event that a correction has taken in again. Times are epoch ms. */
export interface Reingested {
  readonly number: number;
  readonly traits: Traits;
  readonly id: string;
  readonly accountId: string;
  readonly schemaName: string;
  readonly timestamp: number;
  readonly createdAt: number;
  isReverted: boolean;
}

/** The corrections so far. All other events follow from the seed alone. */
export class Corrections {
  readonly #reverted = new Map<number, Set<number>>();
  readonly #reingested: Reingested[] = [];
  /** Queries of corrections that named no event: they meet all events of an account. */
  readonly withoutId: string[] = [];
  #version = 0;

  /** Rises with each change. */
  get version(): number {
    return this.#version;
  }

  /** Whether an event of a second (epoch s) was undone. */
  isTouched(second: number): boolean {
    return this.#reverted.has(second);
  }

  isReverted(second: number, index: number): boolean {
    return this.#reverted.get(second)?.has(index) ?? false;
  }

  revert(second: number, index: number): void {
    const places = this.#reverted.get(second) ?? new Set();
    this.#reverted.set(second, places.add(index));
    this.#version++;
  }

  revertReingested(number: number): void {
    const event = this.#reingested[number];
    if (event) event.isReverted = true;
    this.#version++;
  }

  /** Takes an event in again. It arrives whole seconds after its `timestamp`, at `now` or just before. */
  reingest(event: Omit<Reingested, 'number' | 'createdAt' | 'isReverted'>, now: number): void {
    const lagMs = Math.floor((now - event.timestamp) / SECOND_MS) * SECOND_MS;
    this.#reingested.push({
      ...event,
      number: this.#reingested.length,
      createdAt: event.timestamp + lagMs,
      isReverted: false,
    });
    this.#version++;
  }

  /** The events that were there at a time, in the order of their arrival. */
  reingested(now: number): readonly Reingested[] {
    return this.#reingested.filter(({ createdAt }) => createdAt <= now);
  }
}
