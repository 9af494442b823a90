import { type InvocationPorts, invoke } from '../../functions/monitor/invoke.ts';
import type { SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import { togaiOf } from './memory-togai.ts';
import { at, createTestMonitor, type TestMonitor } from './monitor.ts';

/** A run as the function reports it. */
interface ReportedRun {
  readonly outcome: string | undefined;
  /** The fields of its one log line. */
  readonly line: Readonly<Record<string, unknown>>;
  /** By name. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface TestFunction {
  readonly monitor: TestMonitor;
  /** One invocation at a time of the day. */
  invokeAt(
    time: string,
    ports?: Partial<InvocationPorts>,
    payload?: Readonly<Record<string, unknown>>,
  ): Promise<ReportedRun>;
}

/** The function without AWS, with its log line and its metrics, over events in memory. */
export function createTestFunction(texts: Partial<Record<SettingKey, string>> = {}): TestFunction {
  const monitor = createTestMonitor(texts);
  let runs = 0;
  return {
    monitor,
    async invokeAt(time, ports = {}, payload = { time: new Date(at(time)).toISOString() }) {
      monitor.clock.advance(Math.max(0, at(time) - monitor.clock.now()));
      let line: ReportedRun['line'] = {};
      const metrics: Record<string, number> = {};
      const invoked = await invoke(payload, {
        environment: { textOf: (key) => monitor.texts[key], dashboardUrl: '' },
        credential: { read: async () => 'token', readAgain: async () => 'token' },
        openTogai: async () => togaiOf(monitor),
        store: monitor.store,
        channels: [
          { name: 'sns', publish: async (message) => void monitor.messages.push(message) },
        ],
        clock: monitor.clock,
        runId: `run-${runs++}`,
        leaseMs: 120_000,
        signal: new AbortController().signal,
        softDeadline: new AbortController().signal,
        log: (message, fields) => {
          if (message === 'run') line = fields;
        },
        measure: ({ name, value }) => {
          metrics[name] = value;
        },
        ...ports,
      });
      return { outcome: 'outcome' in invoked ? invoked.outcome : undefined, line, metrics };
    },
  };
}
