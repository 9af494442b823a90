/**
 * Waits for a promise, but no longer than until `signal` is aborted. The promise itself goes on.
 *
 * @throws the reason of `signal` once that is aborted; the error of the promise
 */
export async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody may be waiting any more when it rejects, and an unhandled rejection ends the process.
  promise.catch(() => {});
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
