import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

/**
 * `fetch` does not show when it writes a request. It may first have to open a connection, which takes a tenth of a second or
 * more with TLS. Requests that were evenly spaced would then arrive in a burst, and exceed the quota. Node's own client reports
 * both moments on channels (undici, "Diagnostics Channel Support"). It reports the request within the context of the call, so
 * the caller can be found; it reports later that the head is written.
 */
const callers = new AsyncLocalStorage<() => void>();
const callbacks = new WeakMap<object, () => void>();

subscribe('undici:request:create', (message) => {
  const onSent = callers.getStore();
  if (onSent) callbacks.set((message as { request: object }).request, onSent);
});
subscribe('undici:client:sendHeaders', (message) => {
  callbacks.get((message as { request: object }).request)?.();
});

/**
 * `fetch` with a report of the moment of sending.
 *
 * @param onSent called whenever the head of the request is written to a connection
 * @throws the errors of `fetch`
 */
export function fetchReportingSend(
  url: URL,
  request: RequestInit,
  onSent: () => void,
): Promise<Response> {
  return callers.run(onSent, () => fetch(url, request));
}
