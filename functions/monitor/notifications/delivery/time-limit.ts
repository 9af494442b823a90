import type { Clock } from '../../ports.ts';

/**
 * Runs `work` with a time limit: the signal of `work` is aborted after `ms`, or with `signal`. The limit goes by the clock,
 * and no timer is left behind.
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
