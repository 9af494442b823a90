import type { TogaiFailure } from '../errors.ts';
import { fetchReportingSend, ProxyLoginError } from './fetch-reporting-send.ts';

/** A page holds 50 events of about a kilobyte. This is more than a hundred times that. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** So that Togai can tell who asks. */
const USER_AGENT = 'unmetered-events-monitor';

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
 * An exchange without an answer that could be read to its end. The message is the second half of a sentence that begins with the
 * request: "could not connect (ECONNREFUSED)".
 */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  readonly failure: TogaiFailure;
  /** Another attempt can help. */
  readonly passing: boolean;

  constructor(failure: TogaiFailure, whatCameBack: string, passing: boolean) {
    super(whatCameBack);
    this.failure = failure;
    this.passing = passing;
  }
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
    `did not answer completely within ${timeoutMs / 1_000} s`,
    true,
  );
  const timer = setTimeout(() => controller.abort(timeout), timeoutMs);
  const follow = () => controller.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  try {
    const request: RequestInit = {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'user-agent': USER_AGENT,
        ...(post !== undefined && { 'content-type': 'application/json' }),
      },
      ...(post !== undefined && { method: 'POST', body: post }),
      // Following a redirect could send the token to another host.
      redirect: 'manual',
      signal: controller.signal,
    };
    const response = await fetchReportingSend(url, request, options.onSent);
    const body = await readText(response).catch((error) => {
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

async function readText(response: Response): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      const limit = MAX_BODY_BYTES / (1024 * 1024);
      throw new NoAnswer('unreadable', `answered with a body of more than ${limit} MB`, false);
    }
    text += decode(decoder, chunk);
  }
  return text + decode(decoder);
}

/** Two names with different broken bytes would become one. @throws NoAnswer for bytes that are not UTF-8 */
function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw new NoAnswer('unreadable', 'was answered with bytes that are not UTF-8', true);
  }
}

const NAME_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const PORT_CODES = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
const PASSING_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);
/** A tunnel through a proxy ends with this message. */
const PROXY_LOGIN = /Proxy response \(407\)/;
/** Of HTTP's own parser, gzip, Brotli and Zstandard. */
const BROKEN_CODES = /^(Z_|ERR__ERROR_|ERR_BROTLI|ZSTD_)/;
const CERTIFICATE_CODES = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|^EPROTO$/;

/** `fetch` says only "fetch failed". The code of its cause says why. */
function noAnswerFor(error: unknown): NoAnswer {
  const { code, name, message } = rootCause(error);
  if (error instanceof ProxyLoginError || PROXY_LOGIN.test(message)) {
    return new NoAnswer(
      'unreachable',
      'was answered with 407 by a proxy that wants a login',
      false,
    );
  }
  if (NAME_CODES.has(code)) {
    return new NoAnswer('unreachable', 'found no such host (its name does not resolve)', false);
  }
  if (PORT_CODES.has(code)) {
    return new NoAnswer('unreachable', `could not connect (${code})`, false);
  }
  if (name === 'HTTPParserError' || BROKEN_CODES.test(code)) {
    return new NoAnswer('unavailable', `gave an answer that is broken (${code || name})`, true);
  }
  if (PASSING_CODES.has(code) || code.startsWith('UND_ERR')) {
    return new NoAnswer('unavailable', `lost the connection (${code})`, true);
  }
  if (CERTIFICATE_CODES.test(code)) {
    return new NoAnswer('unreachable', `could not agree on TLS (${code})`, false);
  }
  return new NoAnswer('unreachable', `failed (${code || message || name})`, false);
}

function rootCause(error: unknown): { code: string; name: string; message: string } {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (!(cause instanceof Error)) return { code: '', name: '', message: 'for no known reason' };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return { code, name: cause.name, message: cause.message };
}
