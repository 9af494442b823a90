import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

/**
 * `fetch` does not show when it writes a request. It may first have to open a connection, which takes a tenth of a second or
 * more with TLS. Requests that were evenly spaced would then arrive in a burst, and exceed the quota. Node's own client reports
 * both moments on channels (undici, "Diagnostics Channel Support"). It reports the request within the context of the call, so
 * the caller can be found; it reports later that the head is written.
 */
const callers = new AsyncLocalStorage<Call>();
const calls = new WeakMap<object, Call>();

interface Call {
  readonly onSent: () => void;
  /** A proxy wants a login: `fetch` throws a 407 away, and says nothing of the reason. */
  isProxyLogin: boolean;
}

/** A proxy on the way answered 407. */
export class ProxyLoginError extends Error {}

subscribe('undici:request:create', (message) => {
  const call = callers.getStore();
  if (call) calls.set((message as { request: object }).request, call);
});
subscribe('undici:client:sendHeaders', (message) => {
  calls.get((message as { request: object }).request)?.onSent();
});
subscribe('undici:request:headers', (message) => {
  const { request, response } = message as {
    readonly request: object;
    readonly response: { readonly statusCode: number };
  };
  const call = calls.get(request);
  if (call && response.statusCode === 407) call.isProxyLogin = true;
});

/**
 * `fetch` with a report of the moment of sending.
 *
 * @param onSent called whenever the head of the request is written to a connection
 * @throws ProxyLoginError for a 407; the errors of `fetch`
 */
export async function fetchReportingSend(
  url: URL,
  request: RequestInit,
  onSent: () => void,
): Promise<Response> {
  const call: Call = { onSent, isProxyLogin: false };
  try {
    return await callers.run(call, () => fetch(url, request));
  } catch (error) {
    if (call.isProxyLogin) throw new ProxyLoginError('a proxy answered 407', { cause: error });
    throw error;
  }
}
