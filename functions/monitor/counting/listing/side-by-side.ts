interface Work<T> {
  /** The order in which items are begun. */
  readonly compare: (a: T, b: T) => number;
  readonly workers: number;
  /** No further item is begun once it is aborted. */
  readonly signal: AbortSignal;
  /**
   * @param onOpen to be called once Togai has answered
   * @returns items to do instead of this one or after it
   */
  readonly work: (item: T, onOpen: () => void) => Promise<readonly T[]>;
  /**
   * @param isOpen whether Togai has answered anything so far
   * @returns items to do instead; it aborts the signal where the work has to end
   */
  readonly failed: (error: unknown, item: T, isOpen: boolean) => readonly T[];
}

/** Does items with several workers. The first goes alone until Togai has answered: a failure costs one request. */
export async function sideBySide<T>(
  items: readonly T[],
  { compare, workers, signal, work, failed }: Work<T>,
): Promise<void> {
  const waiting = items.toSorted(compare);
  const add = (more: readonly T[]) => {
    waiting.push(...more);
    waiting.sort(compare);
  };
  let isOpen = false;
  /** Workers that may still bring items for those that have none. */
  let busy = 0;
  let change = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const onOpen = () => {
    isOpen = true;
    opened.resolve();
  };

  const worker = async () => {
    while (!signal.aborted) {
      const item = waiting.shift();
      if (item === undefined && busy === 0) return;
      if (item === undefined) {
        await change.promise;
        continue;
      }
      busy++;
      try {
        add(await work(item, onOpen));
      } catch (error) {
        if (signal.aborted) return;
        add(failed(error, item, isOpen));
      } finally {
        busy--;
        change.resolve();
        change = Promise.withResolvers();
      }
    }
  };

  const first = worker();
  await Promise.race([opened.promise, first]);
  await Promise.all([first, ...Array.from({ length: workers - 1 }, worker)]);
}
