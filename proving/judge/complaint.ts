import type { Invariant } from '../invariants.ts';

/** A broken invariant, and how it was broken. */
export interface Complaint {
  readonly invariant: Invariant;
  readonly text: string;
}

export interface Violation extends Complaint {
  /** Epoch ms. */
  readonly time: number;
}

/** The only way to make a complaint. A test reads the ids from these calls, so the id is always written out. */
export function broken(invariant: Invariant, text: string): Complaint {
  return { invariant, text };
}

/** A time to the minute, in UTC. */
export function minuteText(time: number | undefined): string {
  return time === undefined ? 'nowhere' : new Date(time).toISOString().slice(0, 16);
}
