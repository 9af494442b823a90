/** Does some work when it is first asked for, and gives everybody its result. For tests that look at one run. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
