/**
 * What the monitor needs from outside, as narrow interfaces, and the types they speak in. Adapters
 * implement them; nothing below this line of the program knows HTTP or AWS.
 */
import type { EventPage } from './steps/event.ts';

export type { EventPage, MalformedEvent, UsageEvent } from './steps/event.ts';

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

/** What Togai's pipeline did with an event, as far as it says so. */
interface PipelineInfo {
  readonly usageMeters: readonly { readonly name: string; readonly status: string }[] | undefined;
  readonly pricePlans:
    | readonly {
        readonly name: string;
        readonly cycleStart?: string | undefined;
        readonly cycleEnd?: string | undefined;
      }[]
    | undefined;
}

export interface EventDetails {
  readonly status: string;
  readonly statusDescription: string | undefined;
  readonly pipeline: PipelineInfo | undefined;
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

/** Time as it goes by. What a run counts and decides follows from one time read at its start instead. */
export interface Clock {
  /** Epoch ms, UTC. May jump when the machine's clock is set. */
  now(): number;
  /** Ms since some moment in the past. Never goes back. */
  elapsed(): number;
  /** @throws the reason of `signal`, at once, when that is aborted */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
