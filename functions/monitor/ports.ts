/**
 * The interfaces to everything outside the monitor, and their types. `togai/`, `storage/`, the publisher and the clock implement
 * them. All other code knows these interfaces only, so tests and the proving worlds can replace HTTP and AWS.
 */
import type { BucketRecord } from './events/bucket-record.ts';
import type { EventPage } from './events/event.ts';
import type { EventDetails } from './events/event-details.ts';
import type { LookRecord } from './events/look-record.ts';
import type { MetricQuery, MetricsAnswer } from './events/metrics-answer.ts';
import type { RevenueAnswer } from './events/revenue-answer.ts';
import type { UnreadableItem } from './events/unreadable-item.ts';
import type { Incident } from './incidents/incident.ts';
import type { NotifiedChannel } from './incidents/needs-notification.ts';
import type { Silence } from './incidents/silence.ts';
import type { MonitorState } from './monitor-state.ts';
import type { RenderedMessage } from './notifications/formats/message.ts';
import type { Range } from './timeline/time.ts';

/** Selects events of a listing. A field that is left out does not restrict. */
export interface EventQuery {
  /** Epoch ms. Togai documents neither whether the bound belongs to the range, nor the field that it filters. */
  readonly startTime?: number;
  /** Epoch ms. See {@link startTime}. */
  readonly endTime?: number;
  readonly status?: string;
  readonly accountId?: string;
  readonly schemaName?: string;
  /** Events a page, 1–50. @default 50 */
  readonly pageSize?: number;
}

/** Togai's list of usage events with their ingestion status. */
export interface UsageEvents {
  /**
   * Lists the pages of a query, up to the last one. A page is requested only when it is read, so nothing is sent for pages that
   * nobody needs.
   *
   * @throws TogaiError while iterating; the reason of `signal` once that is aborted
   */
  pages(query: EventQuery, signal: AbortSignal): AsyncIterable<EventPage>;
  /**
   * Looks up events by their `id`, the latest first. Duplicates carry the id of their original.
   *
   * @returns empty where there is none
   * @throws TogaiError; the reason of `signal` once that is aborted
   */
  event(id: string, signal: AbortSignal): Promise<EventDetails[]>;
}

/** Togai metrics: counts that Togai makes itself. */
export interface EventMetrics {
  /**
   * Counts the events of a range.
   *
   * @param queries at most five, Togai's limit for a request
   * @returns the sums by query and hour
   * @throws TogaiError; the reason of `signal` once that is aborted
   */
  metrics(
    range: Range,
    queries: readonly MetricQuery[],
    signal: AbortSignal,
  ): Promise<MetricsAnswer>;
}

/** The revenue that Togai reports by account. */
export interface AccountRevenue {
  /**
   * Adds up the metered events of accounts and their revenue, by account and day, in one request.
   *
   * @param accounts at least one
   * @throws TogaiError; the reason of `signal` once that is aborted
   */
  revenue(range: Range, accounts: readonly string[], signal: AbortSignal): Promise<RevenueAnswer>;
}

/** The work of a Togai client so far. */
export interface RequestStats {
  /** Requests sent, with retries. */
  readonly requests: number;
  /** Answers 429. */
  readonly throttled: number;
  /** Requests sent again after a passing failure other than 429. */
  readonly retries: number;
  /** The time in which Togai asked for no requests (`Retry-After`), by the clock. Of several, the one that ends last. */
  readonly retryAfter?: Range | undefined;
}

/** The source of the token. */
export interface Credential {
  /** The token, from memory if it was read before. @throws SettingError where there is none */
  read(): Promise<string>;
  /** The token from its source. Call after Togai rejected the known one. @throws SettingError where there is none */
  readAgain(): Promise<string>;
}

/**
 * Remembers rejected tokens from run to run, because Togai blocks an address after a few of them
 * (`events/togai-lock-out.ts`). Tokens are named by a digest that does not reveal them.
 */
export interface RejectionLimiter {
  /** Whether a token may be sent now. */
  maySend(digest: string): boolean;
  /** The number of requests that may be under way at once. All of them may be rejected together. */
  mostUnderWay(): number;
  /** Call for each rejected request. Send nothing before it resolves: it is stored then, and a killed run cannot lose it. */
  rejected(digest: string): Promise<void>;
}

/** Togai, with a token that may be sent. */
export type ConnectedTogai = UsageEvents &
  EventMetrics &
  AccountRevenue & { stats(): RequestStats };

/**
 * Reads the token and connects to Togai with it.
 *
 * @throws SettingError where there is no token; TogaiError `unauthorized` where the token may not be sent
 */
export type Connect = (rejectionLimiter: RejectionLimiter) => Promise<ConnectedTogai>;

/** The memory of the monitor from run to run. A refused write returns false; every method throws where the store fails. */
export interface MonitorStore {
  /**
   * The current state, without parts that cannot be read; `undefined` before the first run ever.
   *
   * @throws MonitorError where it cannot be read as a whole
   */
  readState(): Promise<MonitorState | undefined>;
  /** The same with the silences, in one call: no run costs more because there may be silences. */
  readStart(): Promise<StoredStart>;
  /**
   * Writes the state if the stored one is of run `expected`.
   *
   * @param expected a run number; `undefined`: if there is no state yet
   * @returns whether the state is stored now; true also where an earlier attempt of the same write succeeded and its answer was
   *   lost
   */
  writeState(state: MonitorState, expected: number | undefined): Promise<boolean>;
  /** The counts of the buckets that start in a range, oldest first, without unreadable ones. */
  readCounts(range: Range): Promise<StoredCounts>;
  /**
   * The incidents of these ids, without those that cannot be read. Others may be stored: they are over for long, or a run was
   * killed before it had committed them.
   */
  readIncidents(ids: readonly string[]): Promise<readonly Incident[]>;
  /**
   * Stores an incident, in place of an earlier state of it.
   *
   * @returns false where a later run has stored it
   */
  writeIncident(incident: Incident, runNumber: number): Promise<boolean>;
  /** All silences, without those that cannot be read, and with those that were over in the last days. */
  readSilences(): Promise<readonly Silence[]>;
  /** Stores a new silence. @returns false where there is one with this id */
  writeSilence(silence: Silence): Promise<boolean>;
  /**
   * Stores a changed silence, such as one that is over.
   *
   * @returns false where there is none, or a person has ended it
   */
  changeSilence(silence: Silence): Promise<boolean>;
  /** The items that could not be read so far. */
  unreadable(): readonly UnreadableItem[];
  /**
   * Stores a bucket, in place of an earlier count of it.
   *
   * @returns false where a later run has counted it
   * @throws RefusedItemError where this bucket can never be stored
   */
  writeBucket(record: BucketRecord): Promise<boolean>;
  /**
   * Stores a look at Togai metrics, in place of an earlier one of the same bucket.
   *
   * @returns false where a later run has stored one
   * @throws RefusedItemError where this look can never be stored
   */
  writeLook(record: LookRecord): Promise<boolean>;
}

export interface StoredStart {
  readonly state: MonitorState | undefined;
  readonly silences: readonly Silence[];
}

export interface StoredCounts {
  readonly buckets: readonly BucketRecord[];
  /** A look belongs to the bucket that ends with it. */
  readonly looks: readonly LookRecord[];
}

/** A way out for notifications. Delivery to one channel counts for no other. */
export interface Channel extends NotifiedChannel {
  /** Its messages go to programs: perhaps no person reads them. @default false */
  readonly forPrograms?: boolean | undefined;
  /**
   * Publishes a message.
   *
   * @throws InvalidMessageError where the message can never be delivered; another error where a later attempt may succeed
   */
  publish(message: RenderedMessage, signal: AbortSignal): Promise<void>;
}

/** The subscriptions of the topics that messages are published to. */
export interface Subscriptions {
  /** How many the stack was deployed with. */
  readonly configured: number;
  /** How many of these are confirmed, so that messages reach them. @throws where SNS does not say */
  countConfirmed(signal: AbortSignal): Promise<number>;
}

/**
 * The time as it passes: for waiting, for leases and for Togai's limits. Counts and decisions of a run follow from its scheduled
 * time alone, so that a repeated run decides the same.
 */
export interface Clock {
  /** Epoch ms, UTC. It can be compared between runs and stored. It jumps when the machine's clock is set. */
  now(): number;
  /** Ms since some moment in the past. It never goes back, so durations are measured with it. It means nothing to another process. */
  elapsed(): number;
  /** Waits for some ms. @throws the reason of `signal` as soon as that is aborted */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
