import { SECOND_MS } from '../timeline/time.ts';
import { fetchReportingSend } from './fetch-reporting-send.ts';
import { NoAnswer, noAnswerFor } from './no-answer.ts';
import { receiveBody } from './receive-body.ts';
import { headersOf } from './requests.ts';

/** How long a request may take with its answer, where nobody says otherwise. */
export const REQUEST_TIMEOUT_MS = 30 * SECOND_MS;

export interface ExchangeOptions {
  /** The JSON of a POST. Without it the request is a GET. */
  readonly post?: string | undefined;
  readonly token: string;
  /** For the whole exchange, up to the last byte of the body. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called whenever the head of the request is written to a connection. */
  readonly onSent: () => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * Sends one request and reads its answer, of any HTTP status.
 *
 * @throws NoAnswer, whose message quotes nothing of the request; the reason of `signal` once that is aborted
 */
export async function exchange(url: URL, options: ExchangeOptions): Promise<Answer> {
  const { post, token, timeoutMs, signal } = options;
  signal.throwIfAborted();
  const controller = new AbortController();
  const timeout = new NoAnswer(
    'unavailable',
    `did not answer completely within ${timeoutMs / SECOND_MS} s`,
    true,
  );
  const timer = setTimeout(() => controller.abort(timeout), timeoutMs);
  const follow = () => controller.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  try {
    const request: RequestInit = {
      headers: headersOf({ post, token }),
      ...(post !== undefined && { method: 'POST', body: post }),
      // Following a redirect could send the token to another host.
      redirect: 'manual',
      signal: controller.signal,
    };
    const response = await fetchReportingSend(url, request, options.onSent);
    const body = await receiveBody(response).catch((error) => {
      // The status and the headers of a failure say enough: a 401 counts as rejected, a 429 asks to wait.
      if (response.ok) throw error;
      return '';
    });
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoAnswer) throw error;
    throw noAnswerFor(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', follow);
    // Closes the connection where the answer is still coming in, after a failure.
    controller.abort();
  }
}
