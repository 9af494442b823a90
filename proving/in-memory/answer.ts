import type { Answer } from '../../functions/monitor/togai/exchange.ts';
import type { ShownMetrics, ShownPage } from '../history.ts';

/** An answer of Togai, with its content. */
export type TogaiAnswer = Answer & {
  readonly metrics?: ShownMetrics | undefined;
  readonly page?: ShownPage | undefined;
};

const NO_HEADERS = new Headers();

export function answerOf(status: number, body: unknown, headers?: Record<string, string>): Answer {
  return {
    status,
    headers: headers ? new Headers(headers) : NO_HEADERS,
    body: JSON.stringify(body),
  };
}
