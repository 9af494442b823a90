/** Virtual time: it stands still while any code can work, and then jumps to the next timer. Times are epoch ms. */
export class Timeline {
  #now: number;
  readonly #heap: Timer[] = [];
  #order = 0;

  constructor(start: number) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  at(time: number, action: () => void): Timer {
    const timer: Timer = { time: Math.max(time, this.#now), order: this.#order++, action };
    this.#push(timer);
    return timer;
  }

  /** Goes on until no timer is left. */
  async run(): Promise<void> {
    for (;;) {
      // All work that needs no time is done when the event loop comes round.
      await new Promise((resolve) => setImmediate(resolve));
      let timer = this.#pop();
      while (timer && !timer.action) timer = this.#pop();
      if (!timer) return;
      this.#now = timer.time;
      timer.action?.();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || isBefore(above, timer)) break;
      heap[index] = above;
      heap[parent] = timer;
      index = parent;
    }
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = left && right && isBefore(right, left);
      const child = isRight ? right : left;
      if (!child || isBefore(last, child)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return first;
  }
}

/** An action at a time; without an action it was called off. */
export interface Timer {
  readonly time: number;
  readonly order: number;
  action: (() => void) | undefined;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
