/** Does some work when it is first asked for, and gives everybody its result. For tests that look at one run. */
export function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
