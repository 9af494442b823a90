import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { MetricQuery, MetricSeries } from '../../functions/monitor/events/metrics-answer.ts';
import type { ConnectedTogai } from '../../functions/monitor/ports.ts';
import type { JumpingClock } from './clock.ts';
import { eventPage } from './events.ts';

const PAGE_SIZE = 50;

/** The events that a Togai in memory answers with, and the requests that it gets. */
export interface MemoryTogai {
  readonly clock: JumpingClock;
  /** Each event is visible from its `createdAt`. */
  readonly events: readonly UsageEvent[];
  /** The number of requests so far. */
  requests: number;
  /** Called before and after each answer; it may throw. */
  readonly onStep: (step: string) => void | Promise<void>;
}

/** A Togai that filters by `createdAt`, both bounds included, in pages of 50, newest first. */
export function togaiOf(togai: MemoryTogai): ConnectedTogai {
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
    async metrics({ start, end }, queries) {
      await togai.onStep('before metrics');
      togai.requests++;
      const now = togai.clock.now();
      const events = togai.events.filter(
        ({ createdAt }) => createdAt >= start && createdAt < end && createdAt <= now,
      );
      const series = new Map(queries.map((query) => [query.id, seriesOf(query, events)]));
      const points = [...series.values()].reduce((sum, lines) => sum + lines.length, 0);
      await togai.onStep('after metrics');
      return { series, points };
    },
    event: () => Promise.resolve([]),
    stats: () => ({ requests: togai.requests, throttled: 0, retries: 0 }),
  };
}

const GROUP_OF = {
  RAW_EVENT_STATUS: ({ status }: UsageEvent) => status,
  ACCOUNT_ID: ({ accountId }: UsageEvent) => accountId,
  SCHEMA_NAME: ({ schemaName }: UsageEvent) => schemaName,
};

function seriesOf(
  { groupBy, statuses, accounts }: MetricQuery,
  events: readonly UsageEvent[],
): MetricSeries[] {
  const counts = new Map<string | undefined, number>();
  for (const event of events) {
    if (!statuses.includes(event.status)) continue;
    if (accounts && !accounts.includes(event.accountId)) continue;
    const group = groupBy && GROUP_OF[groupBy](event);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].map(([group, count]) => ({ group, events: count }));
}
