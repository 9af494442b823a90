/** The most of Togai's description of a status that is kept, and shown. In code points. */
export const MAX_DESCRIPTION = 250;

/** A usage event, with only the fields that counting needs. Attributes and dimensions are the customer's data and never kept. */
export interface UsageEvent {
  /**
   * Two entries with the same identity are one event, which came twice because pages can overlap. It is Togai's `referenceId`,
   * or a stand-in made of other fields. `undefined` where nothing tells two events apart; both count then.
   */
  readonly identity: string | undefined;
  /** Togai's `referenceId`. `undefined` where the event has none. */
  readonly referenceId: string | undefined;
  /** The sender's id. It is no identity, because a duplicate carries the id of its original. */
  readonly id: string | undefined;
  /** When Togai received it, epoch ms. */
  readonly createdAt: number;
  /** `createdAt` was written without a zone, and read as UTC. @default false */
  readonly isZoneless?: boolean;
  /** When it happened, by its sender, epoch ms. `undefined` where that is unreadable. */
  readonly timestamp: number | undefined;
  readonly status: string;
  readonly statusDescription: string | undefined;
  /** Empty where the event names none. */
  readonly accountId: string;
  /** Empty where the event names none. */
  readonly schemaName: string;
}

/** An entry in a page's list of events that cannot be read as an event. */
export interface MalformedEvent {
  readonly identity: string | undefined;
  /** When Togai received it, epoch ms. `undefined` where that is unreadable too. */
  readonly createdAt: number | undefined;
  /** In words: `event r: createdAt is missing`. */
  readonly problem: string;
}

/** One answer of `GET /events`, in the order of the answer. */
export interface EventPage {
  readonly events: readonly UsageEvent[];
  readonly malformed: readonly MalformedEvent[];
  /** Names the next page; opaque. `undefined` on the last page. */
  readonly nextToken: string | undefined;
  /** The answer did not have the key `nextToken` at all, so it does not say that it is the last. @default false */
  readonly isEndUnsaid?: boolean;
}

/**
 * The field whose time puts an event into a bucket: when Togai received it, or when it happened by its sender. Togai does not
 * document which of them `GET /events` filters. The monitor finds out from the answers.
 */
export type TimeField = 'createdAt' | 'timestamp';
