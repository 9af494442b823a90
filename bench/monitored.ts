import type { MonitorStore } from '../functions/monitor/ports.ts';
import { type RunResult, run } from '../functions/monitor/run.ts';
import type { SettingKey } from '../functions/monitor/settings/all-settings.ts';
import { readRunSettings } from '../functions/monitor/settings/read-for-run.ts';
import { MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { connectTogai } from '../functions/monitor/togai/client.ts';
import type { exchange } from '../functions/monitor/togai/exchange.ts';
import type { ApiRequest } from '../simulator/api.ts';
import type { ApiAnswer } from '../simulator/api-answer.ts';
import { createFairClock } from './fair-clock.ts';

/** Answers a request. */
type Api = (request: ApiRequest) => Promise<ApiAnswer>;

export interface MeasuredRun {
  readonly result: RunResult;
  /** Requests to Togai, with those for samples and reasons. */
  readonly requests: number;
  /** Without the time in which Togai's answers were made. */
  readonly ms: number;
  /** Likewise. */
  readonly cpuMs: number;
}

interface Answered {
  requests: number;
  ms: number;
  cpuMs: number;
}

const NEVER = new AbortController().signal;

/**
 * The monitor over an API in this process. Waits take no time, and messages reach nobody.
 *
 * @param createApi makes the API for a clock that shows the time of the run
 * @param texts of settings. @default those of the stack
 */
export function monitored(
  store: MonitorStore,
  createApi: (now: () => number) => Api,
  texts: Partial<Record<SettingKey, string>> = {},
) {
  const clock = createFairClock();
  const environment = { textOf: (key: SettingKey) => texts[key], dashboardUrl: '' };
  const read = async () => 'token';
  let now = 0;
  const api = createApi(() => now);
  return {
    /** @param time epoch ms */
    async runAt(time: number): Promise<MeasuredRun> {
      now = time;
      clock.goTo(time);
      const answered: Answered = { requests: 0, ms: 0, cpuMs: 0 };
      const { baseUrl: _, requestsPerSecond, ...settings } = readRunSettings(environment, time);
      const connect = () =>
        connectTogai({
          baseUrl: 'http://togai.test',
          credential: { read, readAgain: read },
          tokenSource: 'the bench',
          requestsPerSecond,
          clock,
          checkClock: false,
          exchange: answering(api, answered),
        });
      const begun = performance.now();
      const cpu = process.cpuUsage();
      const result = await run(
        { store, clock, connect, channels: [{ name: 'none', publish: async () => {} }] },
        {
          scheduledTime: time,
          runId: `run-${time}`,
          settings,
          leaseMs: 2 * MINUTE_MS,
          signal: NEVER,
          softDeadline: NEVER,
        },
      );
      if (result.outcome !== 'finished') {
        throw new Error(`A run ended as ${result.outcome}`, { cause: result.error });
      }
      return {
        result,
        requests: answered.requests,
        ms: performance.now() - begun - answered.ms,
        cpuMs: cpuMsSince(cpu) - answered.cpuMs,
      };
    },
  };
}

function answering(api: Api, answered: Answered): typeof exchange {
  return async ({ pathname, search }, { post, signal, onSent }) => {
    onSent();
    answered.requests++;
    signal.throwIfAborted();
    const begun = performance.now();
    const cpu = process.cpuUsage();
    const { status, body } = await api({
      method: post === undefined ? 'GET' : 'POST',
      path: pathname + search,
      readBody: async () => JSON.parse(post ?? ''),
      repeatsToken: false,
    });
    const answer = { status, headers: new Headers(), body: JSON.stringify(body) };
    answered.ms += performance.now() - begun;
    answered.cpuMs += cpuMsSince(cpu);
    return answer;
  };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
