import type { Clock } from '../../ports.ts';

/**
 * Does something that may take so long at the most: the signal that it is given is aborted then, or with `signal`.
 * By the clock, and no timer is left behind.
 */
export async function within<T>(
  {
    clock,
    signal,
    ms,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly ms: number },
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const limit = AbortSignal.any([signal, over.signal]);
  const end = () => over.abort(new Error(`it took more than ${ms / 1_000} s`));
  clock.sleep(ms, limit).then(end, () => {});
  try {
    return await work(limit);
  } finally {
    over.abort(new Error('it is done'));
  }
}
