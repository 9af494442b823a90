/** A usage event, cut down to what counting needs. Never its attributes or dimensions. */
export interface UsageEvent {
  /**
   * What makes two appearances the same event: Togai's `referenceId`, else a stand-in for it;
   * `undefined` where nothing tells two events apart, which then count as two.
   */
  readonly identity: string | undefined;
  /** Togai's `referenceId`, where it was given. */
  readonly referenceId: string | undefined;
  /** The sender's id. No identity: a duplicate carries the id of its original. */
  readonly id: string | undefined;
  /** When Togai received it, epoch ms. */
  readonly createdAt: number;
  /** When it happened, says its sender, epoch ms; `undefined` where that could not be read. */
  readonly timestamp: number | undefined;
  readonly status: string;
  readonly statusDescription: string | undefined;
  /** Empty where the event names none. */
  readonly accountId: string;
  /** Empty where the event names none. */
  readonly schemaName: string;
}

/** Something in a page's list of events that cannot be read as one. */
export interface MalformedEvent {
  readonly identity: string | undefined;
  /** When Togai received it, epoch ms, where at least that could be read. */
  readonly createdAt: number | undefined;
  /** What is wrong with it, in words. */
  readonly problem: string;
}

/** One answer of `GET /events`, in the order in which it came. */
export interface EventPage {
  readonly events: readonly UsageEvent[];
  readonly malformed: readonly MalformedEvent[];
  /** Opaque. `undefined` on the last page. */
  readonly nextToken: string | undefined;
}

/** The time by which events belong to a bucket. */
export type TimeField = 'createdAt' | 'timestamp';
