/**
 * What the monitor needs from outside, as narrow interfaces, and the types they speak in. Adapters
 * implement them; nothing below this line of the program knows HTTP or AWS.
 */
import type { BucketRecord } from './events/bucket-record.ts';
import type { EventPage } from './events/event.ts';
import type { EventDetails } from './events/event-details.ts';
import type { MetricQuery, MetricsAnswer } from './events/metrics-answer.ts';
import type { MonitorState } from './monitor-state.ts';
import type { RenderedMessage } from './notifications/formats/message.ts';
import type { Range } from './timeline/time.ts';

/** Which events to list. Everything is optional; what is left out does not restrict. */
export interface EventQuery {
  /** Epoch ms. Whether the bound itself belongs to it depends on the server. */
  readonly startTime?: number;
  /** Epoch ms. Whether the bound itself belongs to it depends on the server. */
  readonly endTime?: number;
  readonly status?: string;
  readonly accountId?: string;
  readonly schemaName?: string;
  /** 1–50, default 50. */
  readonly pageSize?: number;
}

/** Usage events with their ingestion status. */
export interface UsageEvents {
  /**
   * The pages of a query, each asked for when the one before it has been taken.
   *
   * @throws TogaiError while iterating; the reason of `signal` once that is aborted
   */
  pages(query: EventQuery, signal: AbortSignal): AsyncIterable<EventPage>;
  /** One event by its `id`, the latest with that id first; empty where there is none. @throws TogaiError */
  event(id: string, signal: AbortSignal): Promise<EventDetails[]>;
}

/** Counts that Togai makes itself. */
export interface EventMetrics {
  /**
   * At most five queries of one range, counted together over all of it.
   *
   * @throws TogaiError; the reason of `signal` once that is aborted
   */
  metrics(
    range: Range,
    queries: readonly MetricQuery[],
    signal: AbortSignal,
  ): Promise<MetricsAnswer>;
}

/** What the Togai client has done so far. */
export interface RequestStats {
  /** Requests sent, repeated ones included. */
  readonly requests: number;
  /** Answers 429. */
  readonly throttled: number;
  /** Requests that were sent again after a passing failure other than 429. */
  readonly retries: number;
  /** From when until when Togai has asked for no requests, by the clock; the last to end. */
  readonly retryAfter?: Range | undefined;
}

/** Where the token comes from. */
export interface Credential {
  /** The token as it is known. @throws SettingError where there is none */
  read(): Promise<string>;
  /** The token as it is now, after Togai rejected the one that was known. @throws SettingError */
  readAgain(): Promise<string>;
}

/** What a run remembers of rejected tokens. Tokens are named by a digest that tells nothing of them. */
export interface RejectionLimiter {
  maySend(digest: string): boolean;
  /** How many requests may be on their way at once, for all of them may turn out to be rejected. */
  mostUnderWay(): number;
  /** For each request that was rejected; remembered before anything else is sent. */
  rejected(digest: string): Promise<void>;
}

/** Togai with a token that may be sent. */
export type ConnectedTogai = UsageEvents & EventMetrics & { stats(): RequestStats };

/** Reads the token and gives what asks Togai with it. @throws SettingError, TogaiError where there is no token to send */
export type Connect = (rejectionLimiter: RejectionLimiter) => Promise<ConnectedTogai>;

/** What the monitor remembers from run to run. */
export interface MonitorStore {
  /** As it is now; `undefined` before the first run ever. */
  readState(): Promise<MonitorState | undefined>;
  /**
   * Writes the state if the stored one is of run `expected` (`undefined`: if there is none).
   *
   * @returns whether it is stored now, also where an earlier attempt of the same write had succeeded unseen
   */
  writeState(state: MonitorState, expected: number | undefined): Promise<boolean>;
  /** The buckets that were counted and start in a range, oldest first. */
  readBuckets(range: Range): Promise<BucketRecord[]>;
  /** Stores a bucket in place of what is stored of it. @returns false where that is of a later run */
  writeBucket(record: BucketRecord): Promise<boolean>;
}

/** Where notifications go. */
export interface Publisher {
  /**
   * @throws InvalidMessageError where the message can never be delivered as it is; anything else may pass
   */
  publish(message: RenderedMessage, signal: AbortSignal): Promise<void>;
}

/** Time as it goes by. What a run counts and decides follows from one time read at its start instead. */
export interface Clock {
  /** Epoch ms, UTC. May jump when the machine's clock is set. */
  now(): number;
  /** Ms since some moment in the past. Never goes back. */
  elapsed(): number;
  /** @throws the reason of `signal`, at once, when that is aborted */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
