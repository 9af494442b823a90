import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { MetricQuery, MetricSeries } from '../../functions/monitor/events/metrics-answer.ts';
import type { RenderedMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { ConnectedTogai } from '../../functions/monitor/ports.ts';
import { type RunPorts, type RunResult, run } from '../../functions/monitor/run.ts';
import { readRunSettings } from '../../functions/monitor/settings/read-for-run.ts';
import type { SettingKey } from '../../functions/monitor/settings/table.ts';
import { createJumpingClock, type JumpingClock } from './clock.ts';
import { eventPage } from './events.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';

export const MINUTE = 60_000;
/** Midnight of the day on which everything here happens. */
const DAY = Date.UTC(2026, 10, 18);
export const at = (text: string): number => Date.parse(`2026-11-18T${text}Z`);

/** Parsed from the machine format: what a receiver would go by. */
interface Told {
  readonly id: string;
  readonly kind: string;
  readonly alertId: string;
  readonly threshold: string | null;
  readonly value: number | null;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  readonly at: string;
  readonly reason: string;
  readonly speaksFor: readonly string[];
  readonly groups: readonly { readonly name: string }[];
}

/** A monitor over events in memory, with a place to break at every step that leaves the process. */
export interface TestMonitor {
  readonly store: MemoryStore;
  readonly clock: JumpingClock;
  readonly messages: RenderedMessage[];
  readonly notified: Told[];
  /** All events; those created by the time of a request are listed. */
  readonly events: UsageEvent[];
  readonly texts: Partial<Record<SettingKey, string>>;
  /** How often Togai was asked. */
  requests: number;
  /** Called before and after every step that leaves the process; may throw. */
  onStep: (step: string) => void | Promise<void>;
  /** One run at a time of the day, or at an epoch ms. */
  runAt(
    time: string | number,
    ports?: Partial<RunPorts>,
    softDeadline?: AbortSignal,
  ): Promise<RunResult>;
  /** A run every five minutes, from a time to another one, both included. */
  runFrom(first: string, last: string): Promise<RunResult[]>;
}

export function createTestMonitor(
  texts: Partial<Record<SettingKey, string>> = {},
  store = createMemoryStore(),
): TestMonitor {
  let runs = 0;
  const clock = createJumpingClock(DAY);
  const messages: RenderedMessage[] = [];

  const monitor: TestMonitor = {
    store,
    clock,
    messages,
    get notified() {
      return messages.map(({ json }) => JSON.parse(json) as Told);
    },
    events: [],
    texts,
    requests: 0,
    onStep: () => {},
    runAt(time, ports = {}, softDeadline = new AbortController().signal) {
      const runTime = typeof time === 'number' ? time : at(time);
      clock.advance(Math.max(0, runTime - clock.now()));
      const { baseUrl: _, ...settings } = readRunSettings(
        { textOf: (key) => texts[key], dashboardUrl: '' },
        runTime,
      );
      return run(
        {
          store: stepped(store, monitor),
          clock,
          publisher: {
            async publish(message) {
              await monitor.onStep('before publish');
              messages.push(message);
              await monitor.onStep('after publish');
            },
          },
          connect: () => Promise.resolve(togaiOf(monitor)),
          ...ports,
        },
        {
          scheduledTime: runTime,
          runId: `run-${runs++}`,
          settings,
          leaseMs: 2 * MINUTE,
          signal: new AbortController().signal,
          softDeadline,
        },
      );
    },
    async runFrom(first, last) {
      const results: RunResult[] = [];
      for (let time = at(first); time <= at(last); time += 5 * MINUTE) {
        results.push(await monitor.runAt(time));
      }
      return results;
    },
  };
  return monitor;
}

function stepped(store: MemoryStore, monitor: TestMonitor): MemoryStore {
  const around =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await monitor.onStep(`before ${name}`);
      const result = await call(...args);
      await monitor.onStep(`after ${name}`);
      return result;
    };
  return {
    readState: around('readState', store.readState),
    writeState: around('writeState', store.writeState),
    readBuckets: around('readBuckets', store.readBuckets),
    writeBucket: around('writeBucket', store.writeBucket),
    dump: store.dump,
  };
}

/** A Togai that filters by `createdAt`, both bounds included, in pages of 50, newest first. */
export function togaiOf(monitor: TestMonitor): ConnectedTogai {
  return {
    async *pages({
      startTime = 0,
      endTime = Number.POSITIVE_INFINITY,
      status,
      accountId,
      schemaName,
    }) {
      const now = monitor.clock.now();
      const listed = monitor.events
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
      for (let from = 0; from === 0 || from < listed.length; from += 50) {
        await monitor.onStep('before page');
        monitor.requests++;
        yield eventPage(
          listed.slice(from, from + 50),
          from + 50 < listed.length ? String(from) : undefined,
        );
        await monitor.onStep('after page');
      }
    },
    async metrics({ start, end }, queries) {
      await monitor.onStep('before metrics');
      monitor.requests++;
      const now = monitor.clock.now();
      const events = monitor.events.filter(
        ({ createdAt }) => createdAt >= start && createdAt < end && createdAt <= now,
      );
      const series = new Map(queries.map((query) => [query.id, seriesOf(query, events)]));
      const points = [...series.values()].reduce((sum, lines) => sum + lines.length, 0);
      await monitor.onStep('after metrics');
      return { series, points };
    },
    event: () => Promise.resolve([]),
    stats: () => ({ requests: monitor.requests, throttled: 0, retries: 0 }),
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
