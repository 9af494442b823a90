import { onTestFinished } from 'vitest';
import { type Scenario, scenarios } from '../../simulator/scenarios.ts';
import { type SimulatorOptions, startSimulator } from '../../simulator/server.ts';

export const NOW = Date.UTC(2026, 10, 18, 12);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** The fields of all answers that the tests look at. */
interface AnswerBody {
  readonly events: ListedEvent[];
  readonly nextToken: string | null;
  readonly results: { readonly id: string; readonly data: DataPoints[] }[];
}

export interface ListedEvent {
  readonly referenceId: string;
  readonly eventPayload: { readonly id: string; readonly timestamp: string };
  readonly ingestionStatus: { readonly status: string };
  readonly createdAt: string;
  readonly eventPipelineInfo: unknown;
}

interface DataPoints {
  readonly groupedBy?: { readonly fieldValue: string };
  readonly timestamps: string[];
  readonly metricValues: number[];
}

/** A simulated Togai on the scripted day, at 09:45 in the middle of its incident. */
export async function simulate(options: Partial<SimulatorOptions> = {}) {
  const simulator = await startSimulator({
    scenario: scenarioOf('incident'),
    now: () => NOW,
    quota: 1e6,
    ...options,
  });
  onTestFinished(() => simulator.close());
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${simulator.token}` };
    const response = await fetch(simulator.url + path, { headers, ...init });
    const body = (await response.json()) as AnswerBody;
    return { status: response.status, headers: response.headers, body };
  };
  return { simulator, ask };
}

export type Ask = Awaited<ReturnType<typeof simulate>>['ask'];

/** A scenario whose scripted day stands at 09:45. */
export function scenarioOf(name: string): Scenario {
  const scenario = scenarios(NOW - 9.75 * HOUR)[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  return scenario;
}

export const lastMinutes = (minutes: number) =>
  `start_time=${NOW - minutes * MINUTE}&end_time=${NOW}`;

/** All events that a list of pages shows. */
export async function listAll(ask: Ask, query: string): Promise<ListedEvent[]> {
  const events: ListedEvent[] = [];
  for (let token: string | null = ''; token !== null; ) {
    const { body }: Awaited<ReturnType<Ask>> = await ask(
      `/events?${query}${token && `&nextToken=${encodeURIComponent(token)}`}`,
    );
    events.push(...body.events);
    token = body.nextToken;
  }
  return events;
}

/** Asks Togai metrics about a range, with queries for each hour. */
export function askMetrics(
  ask: Ask,
  range: { readonly start: number; readonly end: number },
  queries: readonly object[],
) {
  return ask('/metrics', {
    method: 'POST',
    body: JSON.stringify({
      startTime: new Date(range.start).toISOString(),
      endTime: new Date(range.end).toISOString(),
      metricQueries: queries.map((query, index) => ({
        id: `q${index}`,
        name: 'EVENTS',
        aggregationPeriod: 'HOUR',
        ...query,
      })),
    }),
  });
}

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
