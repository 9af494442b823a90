import { increase } from '../../functions/monitor/events/counts.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { RevenueAnswer } from '../../functions/monitor/events/revenue-answer.ts';
import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { ConnectedTogai } from '../../functions/monitor/ports.ts';
import { DAY_MS, type Range } from '../../functions/monitor/timeline/time.ts';
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
  /** The revenue of a metered event. @default nothing */
  readonly priceOf?: (accountId: string) => number;
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
    async revenue(range, accounts) {
      await togai.onStep('before revenue');
      togai.requests++;
      const answer = revenueOf(togai, range, accounts);
      await togai.onStep('after revenue');
      return answer;
    },
    event: () => Promise.resolve([]),
    stats: () => ({ requests: togai.requests - before, throttled: 0, retries: 0 }),
  };
}

/** Metered events by account and day, and their price. */
function revenueOf(
  { events, clock, priceOf = () => 0 }: MemoryTogai,
  { start, end }: Range,
  accounts: readonly string[],
): RevenueAnswer {
  const metered = accounts.flatMap((group) => {
    const days = new Map<number, number>();
    for (const { accountId, createdAt, status } of events) {
      if (accountId !== group || groupOf(status) !== 'metered') continue;
      if (createdAt < start || createdAt >= end || createdAt > clock.now()) continue;
      increase(days, Math.floor(createdAt / DAY_MS) * DAY_MS, 1);
    }
    return days.size > 0 ? [{ group, hours: days }] : [];
  });
  const revenue = metered.map(({ group, hours }) => ({
    group,
    hours: new Map([...hours].map(([day, count]) => [day, count * priceOf(group)])),
  }));
  const points = metered.reduce((sum, { hours }) => sum + 2 * hours.size, 0);
  return { metered, revenue, points };
}
