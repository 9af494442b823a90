import { SettingError } from './errors.ts';
import { renderMessage } from './notifications/formats/message.ts';
import { testNotification } from './notifications/test-message.ts';
import type {
  Channel,
  Clock,
  ConnectedTogai,
  Credential,
  MonitorStore,
  RejectionLimiter,
  Subscriptions,
} from './ports.ts';
import { type RunResult, run } from './run.ts';
import { logLineOf, metricsOf, type RunMetric } from './run-report.ts';
import { type RunEnvironment, readRunSettings } from './settings/read-for-run.ts';
import { parseTime } from './timeline/time.ts';

/** The payload of an invocation: from the schedule, or from a person who tests the delivery of messages. */
export interface Invocation {
  /** The scheduled time, ISO 8601, UTC without a zone. @default now */
  readonly time?: string;
  /** Sends one test message over every channel, and does nothing else. @default false */
  readonly test?: boolean;
}

/** See `connectTogai` in `togai/client.ts`. */
type OpenTogai = (options: {
  readonly baseUrl: string;
  readonly credential: Credential;
  readonly tokenSource: string;
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly rejectionLimiter: RejectionLimiter;
  readonly onWarning: (message: string) => void;
}) => Promise<ConnectedTogai>;

export interface InvocationPorts {
  readonly environment: RunEnvironment;
  readonly credential: Credential;
  readonly openTogai: OpenTogai;
  readonly store: MonitorStore;
  readonly channels: readonly Channel[];
  readonly subscriptions?: Subscriptions | undefined;
  readonly clock: Clock;
  readonly runId: string;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  readonly softDeadline: AbortSignal;
  readonly log: (message: string, line: Readonly<Record<string, unknown>>) => void;
  readonly measure: (metric: RunMetric) => void;
}

/**
 * One invocation: a run with its log line and metrics, or a test message.
 *
 * @throws the reason of `signal` once that is aborted; errors of the store, and of a channel for a
 *   test message
 */
export async function invoke(
  { time, test }: Invocation,
  ports: InvocationPorts,
): Promise<Pick<RunResult, 'outcome'> | { readonly test: string }> {
  const { environment, clock, openTogai, credential, signal, log, measure } = ports;
  const now = clock.now();
  // A scheduled time in the future counts as now. Otherwise every run until then would be late, and do nothing.
  const at = Math.min((time === undefined ? undefined : parseTime(time)) ?? now, now);
  const { baseUrl, requestsPerSecond, ...settings } = readRunSettings(environment, at);
  if (test) {
    const message = testNotification(at);
    const rendered = renderMessage(message, settings);
    for (const channel of ports.channels) await channel.publish(rendered, signal);
    log('test message sent', { id: message.id });
    return { test: message.id };
  }
  const result = await run(
    {
      ...ports,
      connect: (rejectionLimiter) => {
        if (baseUrl === undefined) return Promise.reject(new SettingError(settings.problem));
        return openTogai({
          baseUrl,
          credential,
          tokenSource: 'the secret',
          requestsPerSecond,
          clock,
          rejectionLimiter,
          onWarning: (message) => log(message, {}),
        });
      },
    },
    { ...ports, scheduledTime: at, settings },
  );
  log('run', logLineOf(at, result));
  for (const sentence of result.remarks ?? []) log(sentence, {});
  for (const metric of metricsOf(result)) measure(metric);
  return { outcome: result.outcome };
}
