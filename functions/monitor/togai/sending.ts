import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';

/**
 * `fetch` hides when it writes a request: it may first have to open a connection, which takes a tenth of
 * a second or more with TLS. Requests that were spaced well would then arrive bunched. Node's own client
 * tells on two channels (undici, "Diagnostics Channel Support"): one when a request is made, still in the
 * context of the call, one when its head is written.
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

/** `fetch`, which calls back whenever the head of the request is written to a connection. */
export function fetchReportingSend(
  url: URL,
  request: RequestInit,
  onSent: () => void,
): Promise<Response> {
  return callers.run(onSent, () => fetch(url, request));
}
