import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { ConnectedTogai } from '../../functions/monitor/ports.ts';
import type { JumpingClock } from './clock.ts';
import { eventPage } from './events.ts';
import { type MetricsTraits, metricsOf } from './memory-metrics.ts';

const PAGE_SIZE = 50;

/** The events that a Togai in memory answers with, and the requests that it gets. */
export interface MemoryTogai {
  readonly clock: JumpingClock;
  /** Each event is visible from its `createdAt`. */
  readonly events: readonly UsageEvent[];
  /** The number of requests so far. */
  requests: number;
  /** @default those of a Togai that counts events by the hour of their `createdAt`, as soon as they are listed */
  readonly metricsTraits?: MetricsTraits;
  /** Called before and after each answer; it may throw. */
  readonly onStep: (step: string) => void | Promise<void>;
}

/** A Togai that filters by `createdAt`, both bounds included, in pages of 50, newest first. */
export function togaiOf(togai: MemoryTogai): ConnectedTogai {
  const before = togai.requests;
  return {
    async *pages({
      startTime = 0,
      endTime = Number.POSITIVE_INFINITY,
      status,
      accountId,
      schemaName,
    }) {
      const now = togai.clock.now();
      const listed = togai.events
        .filter(
          (event) =>
            event.createdAt >= startTime &&
            event.createdAt <= endTime &&
            event.createdAt <= now &&
            (status === undefined || event.status === status) &&
            (accountId === undefined || event.accountId === accountId) &&
            (schemaName === undefined || event.schemaName === schemaName),
        )
        .sort((a, b) => b.createdAt - a.createdAt);
      for (let from = 0; from === 0 || from < listed.length; from += PAGE_SIZE) {
        const next = from + PAGE_SIZE;
        await togai.onStep('before page');
        togai.requests++;
        yield eventPage(listed.slice(from, next), next < listed.length ? String(from) : undefined);
        await togai.onStep('after page');
      }
    },
    async metrics(range, queries) {
      await togai.onStep('before metrics');
      togai.requests++;
      const { events, clock, metricsTraits } = togai;
      const answer = metricsOf(events, range, queries, clock.now(), metricsTraits);
      await togai.onStep('after metrics');
      return answer;
    },
    event: () => Promise.resolve([]),
    stats: () => ({ requests: togai.requests - before, throttled: 0, retries: 0 }),
  };
}
