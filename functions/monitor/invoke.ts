import { SettingError } from './errors.ts';
import { sendTest } from './notifications/delivery/send-test.ts';
import { renderMessage } from './notifications/formats/message.ts';
import { testNotification } from './notifications/test-message.ts';
import {
  type AskedToStart,
  answerOnCall,
  type OnCallAnswer,
  type RefusedAnswer,
  refusedAnswer,
} from './on-call/answer.ts';
import { ANSWER_VERSION } from './on-call/answer-json.ts';
import { type Asked, readPayload } from './on-call/payload.ts';
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
import { settingTexts } from './settings/setting-texts.ts';

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

/** The answer of a run, or of a test message. */
export type RunAnswer = { readonly version: typeof ANSWER_VERSION } & (
  | Pick<RunResult, 'outcome'>
  | { readonly test: string }
);

/**
 * One invocation: a run with its log line and metrics, a test message, or an answer to people on call.
 *
 * @param payload see `on-call/payload.ts`
 * @throws the reason of `signal` once that is aborted; errors of the store, and of a channel for a
 *   test message
 */
export async function invoke(
  payload: unknown,
  ports: InvocationPorts,
): Promise<RunAnswer | OnCallAnswer | RefusedAnswer> {
  const { log } = ports;
  let asked: Asked;
  try {
    asked = readPayload(payload);
    if (asked.kind !== 'run' && asked.kind !== 'test') {
      const now = ports.clock.now();
      const settings = settingTexts(ports.environment.textOf);
      return await answerOnCall(asked, { store: ports.store, now, from: now, settings, log });
    }
  } catch (error) {
    const refused = refusedAnswer(error);
    log('invocation refused', { reason: refused.error });
    return refused;
  }
  return start(asked, ports);
}

async function start({ kind, time }: AskedToStart, ports: InvocationPorts): Promise<RunAnswer> {
  const { environment, clock, openTogai, credential, signal, log, measure } = ports;
  const now = clock.now();
  // A scheduled time in the future counts as now. Otherwise every run until then would be late, and do nothing.
  const at = Math.min(time ?? now, now);
  const { baseUrl, requestsPerSecond, ...settings } = readRunSettings(environment, at);
  if (kind === 'test') {
    const message = testNotification(at);
    await sendTest(ports.channels, renderMessage(message, settings), signal);
    log('test message sent', { id: message.id });
    return { version: ANSWER_VERSION, test: message.id };
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
  return { version: ANSWER_VERSION, outcome: result.outcome };
}
