import type { ApiAnswer } from './api-answer.ts';
import type { Switches } from './behaviour-switches.ts';
import { CorrectionApi } from './correction-answer.ts';
import { eventJson, pipelineJson } from './event-json.ts';
import { readEventsQuery, writeNextToken } from './events-query.ts';
import { listAllEvents } from './list-all-events.ts';
import { answerMetrics } from './metrics-answer.ts';
import type { Traffic } from './traffic.ts';

export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Reads the body as JSON; `undefined` if it is none. */
  readonly readBody: () => Promise<unknown>;
  /** Answer with the `nextToken` of the request: a list that never ends. */
  readonly repeatsToken: boolean;
  /** Whether its token may correct events. @default false */
  readonly mayCorrect?: boolean;
}

const NOT_ALLOWED: ApiAnswer = {
  status: 403,
  body: { message: 'The credential may not correct events.' },
};

/** The published API over simulated traffic: `GET /events`, `GET /events/ID`, `POST /events/correction`, `POST /metrics`. */
export function createApi(traffic: Traffic, switches: Switches, now: () => number) {
  const corrections = new CorrectionApi(traffic, switches);
  return async (request: ApiRequest): Promise<ApiAnswer> => {
    corrections.work(now());
    const { method, repeatsToken } = request;
    const url = URL.parse(request.path, 'http://simulator');
    const id = /^\/events\/([^/]+)$/.exec(url?.pathname ?? '')?.[1];
    if (method === 'GET' && url?.pathname === '/events') {
      return answerPage(url.searchParams, repeatsToken);
    }
    if (method === 'GET' && id !== undefined) return answerEvent(decodeURIComponent(id));
    if (method === 'POST' && url?.pathname === '/events/correction') {
      if (!request.mayCorrect) return NOT_ALLOWED;
      return corrections.answer(url.searchParams, await request.readBody(), now());
    }
    if (method === 'POST' && url?.pathname === '/metrics') {
      const { status, answer } = answerMetrics(traffic, switches, await request.readBody(), now());
      return { status, body: answer };
    }
    return { status: 404, body: { message: 'There is nothing here.' } };
  };

  function answerPage(searchParams: URLSearchParams, repeatsToken: boolean): ApiAnswer {
    const query = readEventsQuery(searchParams, switches);
    if ('problem' in query) return { status: 400, body: { message: query.problem } };
    const { events, next } = listAllEvents(traffic, switches, query, now());
    const ownToken = next && writeNextToken(next);
    const nextToken = repeatsToken ? (searchParams.get('nextToken') ?? ownToken) : ownToken;
    const isAbsent = events.length === 0 && switches.whenEmpty === 'absent';
    const body =
      isAbsent && !nextToken
        ? {}
        : {
            ...(!isAbsent && { events: events.map((event) => eventJson(event, switches)) }),
            nextToken: nextToken ?? null,
          };
    return { status: 200, body };
  }

  function answerEvent(id: string): ApiAnswer {
    const events = traffic.byId(id, now()).map((event) => ({
      ...eventJson(event, switches),
      eventPipelineInfo: pipelineJson(event),
    }));
    return { status: 200, body: { events } };
  }
}
