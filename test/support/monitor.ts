import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { SilenceScope } from '../../functions/monitor/incidents/silence.ts';
import type { RenderedMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Channel, EventQuery } from '../../functions/monitor/ports.ts';
import { type RunPorts, type RunResult, run } from '../../functions/monitor/run.ts';
import type { SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import { readRunSettings } from '../../functions/monitor/settings/read-for-run.ts';
import { createJumpingClock, type JumpingClock } from './clock.ts';
import type { MetricsTraits } from './memory-metrics.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import { togaiOf } from './memory-togai.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Midnight of the test day, a Wednesday. */
const DAY = Date.UTC(2026, 10, 18);
/** @param text a time of the test day, UTC @returns epoch ms */
export const at = (text: string): number => Date.parse(`2026-11-18T${text}Z`);

/** Whether a query lists the bucket that begins at a time of the test day. */
export function covers({ startTime = 0, endTime = 0 }: EventQuery, start: string): boolean {
  return startTime < at(start) && endTime > at(start);
}

/** A notification as its receivers parse it from the machine format. */
interface Notified {
  readonly id: string;
  readonly kind: string;
  readonly incidentId: string | null;
  readonly sequence: number;
  readonly severity: string;
  /** `unmetered`, `failed` …; `monitor` for the monitor itself; null for a notice. */
  readonly subject: string | null;
  /** Of the monitor itself: `cannot_count` … */
  readonly failure: string | null;
  /** Of a notice: `gap` … */
  readonly topic: string | null;
  readonly threshold: string | null;
  readonly value: number | null;
  readonly onset: string | null;
  readonly onsetUntil: string | null;
  readonly onsetOrEarlier: boolean;
  readonly endedAt: string | null;
  readonly closedBecause: string | null;
  readonly lost: number | null;
  readonly lately: { readonly now: number; readonly before: number } | null;
  readonly at: string;
  readonly reason: string;
  readonly accounts: readonly { readonly name: string; readonly lost: number }[];
  readonly worth: { readonly amount: number } | null;
  readonly cycleEnd: string | null;
  readonly title: string;
  readonly worst: number | null;
  readonly groups: readonly string[];
}

const NEVER = new AbortController().signal;

/** A monitor over events in memory. A test can make it fail at each step that leaves the process. */
export interface TestMonitor {
  readonly store: MemoryStore;
  readonly clock: JumpingClock;
  /** Without the first sign of life. */
  readonly messages: RenderedMessage[];
  readonly firstSigns: RenderedMessage[];
  readonly notified: Notified[];
  /** All events. Togai lists those that were created by the time of the request. */
  readonly events: UsageEvent[];
  readonly texts: Partial<Record<SettingKey, string>>;
  metricsTraits: MetricsTraits;
  /** The revenue of a metered event. */
  priceOf: (accountId: string) => number;
  /** The number of requests to Togai so far. */
  requests: number;
  /** Called before and after every step that leaves the process; it may throw. */
  onStep: (step: string) => void | Promise<void>;
  /** Silences from a time of the test day on. @param comment @default none */
  silence(scope: SilenceScope, from: string, forMs: number, comment?: string): Promise<boolean>;
  /** Runs once, at a time of the test day or at an epoch ms. */
  runAt(
    time: string | number,
    ports?: Partial<RunPorts>,
    softDeadline?: AbortSignal,
    signal?: AbortSignal,
  ): Promise<RunResult>;
  /** Runs every five minutes, the first and the last time included. */
  runFrom(first: string, last: string): Promise<RunResult[]>;
}

export function createTestMonitor(
  texts: Partial<Record<SettingKey, string>> = {},
  store = createMemoryStore(),
): TestMonitor {
  let runs = 0;
  let silences = 0;
  const messages: RenderedMessage[] = [];
  const monitor: TestMonitor = {
    store,
    clock: createJumpingClock(DAY),
    messages,
    firstSigns: [],
    get notified() {
      return messages.map(({ json }) => JSON.parse(json) as Notified);
    },
    events: [],
    texts,
    metricsTraits: {},
    priceOf: () => 0,
    requests: 0,
    onStep: () => {},
    silence(scope, from, forMs, comment) {
      const id = `s-${silences++}`;
      return store.writeSilence({ id, scope, from: at(from), forMs, by: 'mira', comment });
    },
    runAt(time, ports = {}, softDeadline = NEVER, signal = NEVER) {
      const scheduledTime = typeof time === 'number' ? time : at(time);
      monitor.clock.advance(Math.max(0, scheduledTime - monitor.clock.now()));
      const times = { scheduledTime, runId: `run-${runs++}`, softDeadline, signal };
      return runOnce(monitor, times, ports);
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

/** A monitor that has one threshold, or one list of them, and these events. */
export function monitorWith(
  events: readonly UsageEvent[],
  thresholds = 'unmetered >= 10',
): TestMonitor {
  const monitor = createTestMonitor({ thresholds });
  monitor.events.push(...events);
  return monitor;
}

/** The notifications so far, one line each: `opened unmetered >= 10`, `opened monitor`, `notice gap`. */
export const notifiedBy = ({ notified }: TestMonitor): string[] =>
  notified.map(({ kind, threshold, subject, topic }) =>
    [kind, threshold ?? subject ?? topic].filter(Boolean).join(' '),
  );

/** Events in memory are few: most tests are about the use of the counts of a list. */
const DEFAULT_TEXTS: Partial<Record<SettingKey, string>> = { counting: 'listing' };

interface RunTimes {
  /** Epoch ms. */
  readonly scheduledTime: number;
  readonly runId: string;
  readonly softDeadline: AbortSignal;
  readonly signal: AbortSignal;
}

function runOnce(
  monitor: TestMonitor,
  times: RunTimes,
  ports: Partial<RunPorts>,
): Promise<RunResult> {
  const { texts, messages, clock, store } = monitor;
  const { baseUrl: _, ...settings } = readRunSettings(
    { textOf: (key) => texts[key] ?? DEFAULT_TEXTS[key], dashboardUrl: '' },
    times.scheduledTime,
  );
  const channel = {
    name: 'sns',
    async publish(message: RenderedMessage) {
      await monitor.onStep('before publish');
      messages.push(message);
      await monitor.onStep('after publish');
    },
  };
  return run(
    {
      store: stepped(store, monitor),
      clock,
      connect: () => Promise.resolve(togaiOf(monitor)),
      ...ports,
      channels: (ports.channels ?? [channel]).map((one) => withoutFirstSign(one, monitor)),
    },
    { ...times, settings, leaseMs: 2 * MINUTE },
  );
}

/** Most tests are about messages after it. */
function withoutFirstSign(channel: Channel, { firstSigns }: TestMonitor): Channel {
  return {
    ...channel,
    async publish(message, signal) {
      if (message.attributes.topic === 'watching') firstSigns.push(message);
      else await channel.publish(message, signal);
    },
  };
}

/** A store that calls `onStep` before and after each of its calls. */
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
    readState: around('readState', () => store.readState()),
    readStart: around('readStart', () => store.readStart()),
    readSilences: around('readSilences', () => store.readSilences()),
    writeSilence: around('writeSilence', (silence) => store.writeSilence(silence)),
    changeSilence: around('changeSilence', (silence) => store.changeSilence(silence)),
    writeState: around('writeState', (...args) => store.writeState(...args)),
    readCounts: around('readCounts', (range) => store.readCounts(range)),
    writeBucket: around('writeBucket', (record) => store.writeBucket(record)),
    writeLook: around('writeLook', (look) => store.writeLook(look)),
    readIncidents: around('readIncidents', (ids) => store.readIncidents(ids)),
    writeIncident: around('writeIncident', (...args) => store.writeIncident(...args)),
    unreadable: () => store.unreadable(),
    dump: store.dump,
  };
}
