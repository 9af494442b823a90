/**
 * A world as plain data: it can be printed, and made smaller by leaving out faults and incidents. Times are epoch ms,
 * UTC.
 */

import type { Grouping } from '../../simulator/metrics-request.ts';
import { FIRST_GENERATION, type Generation } from './generation.ts';
import type { Silencing } from './silencing.ts';
import type { WorldSettings } from './world-settings.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const BUCKET = 5 * MINUTE;

/** The parameter `Counting`. */
export type Counting = 'auto' | 'listing' | 'metrics';

export type CountingSource = 'listing' | 'metrics';

/** The fields that Togai metrics can group by. */
export type { Generation, Grouping };

interface Span {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Something that happens to the events themselves. */
export type Incident = Span &
  (
    | {
        /** A share of the events, of one account or schema or of all, ends in a status. */
        readonly kind: 'status';
        readonly share: number;
        readonly status: string;
        readonly account?: string;
        readonly schema?: string;
      }
    | {
        /** More events, all of one account. */
        readonly kind: 'burst';
        readonly events: number;
        readonly status: string;
        readonly account: string;
      }
    | {
        /** A share of the events settles within a second, and none of them is lost by chance. */
        readonly kind: 'calm';
        readonly share: number;
      }
    | {
        /** A share of the events stays in progress for so long. */
        readonly kind: 'pile-up';
        readonly share: number;
        readonly lastingMs: number;
      }
    | {
        /** A share of the events is listed only so long after its `createdAt`. */
        readonly kind: 'late';
        readonly share: number;
        readonly delayMs: number;
      }
    | {
        /** A share of the events changes to another status so long after it was received. */
        readonly kind: 'changed';
        readonly share: number;
        readonly afterMs: number;
        readonly status: string;
      }
    | {
        /** The `timestamp` of a share of the events is so long before their `createdAt`; negative for the future. */
        readonly kind: 'backdated';
        readonly share: number;
        readonly byMs: number;
      }
    | {
        /** A share of the events is deleted so long after it was received. */
        readonly kind: 'deleted';
        readonly share: number;
        readonly afterMs: number;
      }
    | {
        /** Nothing is sent, by one account or by all. */ readonly kind: 'silence';
        readonly account?: string;
      }
  );

type FaultKinds =
  | {
      /** Togai answers 429. */
      readonly kind: 'throttling';
      readonly share: number;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'server-error'; readonly share: number; readonly status: number }
  | { /** No answer until the client gives up. */ readonly kind: 'hang'; readonly share: number }
  | {
      readonly kind: 'wrong-body';
      readonly share: number;
      readonly body: 'html' | 'truncated' | 'other-shape' | 'empty';
    }
  | {
      /** Togai fails each time it is asked for one of `count` buckets from `start` on. */
      readonly kind: 'broken-buckets';
      readonly start: number;
      readonly count: number;
    }
  | { readonly kind: 'slow'; readonly latencyMs: number }
  | {
      /** Togai refuses to group by a field. */ readonly kind: 'grouping-refused';
      readonly by: Grouping;
    }
  | {
      /** Togai answers with one number instead of one for each group. */
      readonly kind: 'grouping-ignored';
      readonly by: Grouping;
    }
  | { /** An answer lacks the result of one of its queries. */ readonly kind: 'result-missing' }
  | { /** Togai ignores the time range of a listing. */ readonly kind: 'filter-ignored' }
  | {
      /** From `from` on another token is valid; the secret has it from `secretAt` on. */
      readonly kind: 'token-rotated';
      readonly secretAt: number;
    }
  | { /** No token is valid. */ readonly kind: 'token-revoked' }
  | { readonly kind: 'state-write-refused'; readonly share: number }
  | {
      /** The state is stored, and still the call fails. */
      readonly kind: 'state-write-unseen';
      readonly share: number;
    }
  | { readonly kind: 'bucket-write-refused'; readonly share: number }
  | {
      /** The bucket is stored, and still the call fails. */
      readonly kind: 'bucket-write-unseen';
      readonly share: number;
    }
  | { readonly kind: 'read-refused'; readonly share: number }
  | {
      readonly kind: 'publish-refused';
      readonly share: number;
      /** Only this channel. @default all */
      readonly channel?: string;
    }
  | {
      /** The message is published, and still the call fails. */
      readonly kind: 'publish-unseen';
      readonly share: number;
      /** Only this channel. @default all */
      readonly channel?: string;
    }
  | {
      /** A run ends right after a message was published, before it can store that. */
      readonly kind: 'killed-after-publish';
      readonly share: number;
      /** Only this channel. @default all */
      readonly channel?: string;
    }
  | {
      /** The write after a message fails: it cannot be stored that the message was published. */
      readonly kind: 'record-refused';
      readonly share: number;
      /** Only this channel. @default all */
      readonly channel?: string;
    }
  | { readonly kind: 'secret-refused' }
  | {
      /** The clock of the function is wrong by so much. */ readonly kind: 'clock-skew';
      readonly ms: number;
    }
  | { readonly kind: 'runs-skipped' }
  | { readonly kind: 'runs-delayed'; readonly ms: number }
  | {
      /** Each run is started twice, the second time so much later. */
      readonly kind: 'runs-doubled';
      readonly afterMs: number;
    }
  | {
      /** Runs end at their n-th call of a port, before or after its effect. */
      readonly kind: 'run-killed';
      readonly call: number;
      readonly when: 'before' | 'after';
    }
  | { readonly kind: 'short-runs'; readonly timeoutMs: number }
  | {
      /** Runs sleep at their n-th call of a port, past the end of their lease, and go on then. */
      readonly kind: 'run-frozen';
      readonly call: number;
      readonly ms: number;
    };

/** Something that goes wrong around the monitor. */
export type Fault = Span & FaultKinds;
export type FaultKind = Fault['kind'];

export interface Scenario {
  readonly seed: number;
  readonly start: number;
  readonly end: number;
  readonly settings: WorldSettings;
  /** The counting source that is set, each from a time on, oldest first. */
  readonly counting: readonly { readonly from: number; readonly how: Counting }[];
  /** How Togai metrics name the group of events without an account: an empty name, or no name at all. */
  readonly nameless: 'empty' | 'left out';
  /** The average number of events in a bucket at noon. */
  readonly perBucket: number;
  /** Each event stands for so many: metrics count it so often, and lists have so many copies of it. */
  readonly weight: number;
  readonly accounts: readonly [string, ...string[]];
  readonly schemas: readonly [string, ...string[]];
  /** How Togai answers, each from a time on, oldest first. */
  readonly generations: readonly { readonly from: number; readonly generation: Generation }[];
  /** Whether the bounds of a time range belong to it. */
  readonly bounds: 'inclusive' | 'exclusive';
  /** The next page begins behind an event, or behind a number of events: then pages overlap when events arrive. */
  readonly paging: 'position' | 'number';
  readonly latencyMs: number;
  readonly incidents: readonly Incident[];
  readonly faults: readonly Fault[];
  readonly silences: readonly Silencing[];
  readonly channels: readonly string[];
}

export function countingAt({ counting }: Scenario, time: number): Counting {
  return counting.findLast(({ from }) => from <= time)?.how ?? 'auto';
}

export function generationAt({ generations }: Scenario, time: number): Generation {
  const [first] = generations;
  const newest = generations.findLast(({ from }) => from <= time) ?? first;
  return newest?.generation ?? FIRST_GENERATION;
}

/** Whether a world may count by Togai metrics at any time. */
export function usesMetrics({ counting }: Scenario): boolean {
  return counting.some(({ how }) => how !== 'listing');
}
