import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import type { Answer, Question } from './protocol.ts';

/** A limit that moves on at once needs no more than its numbers. */
const STILL_MS = 200;

/** Asks the thread that computes. Of limits that move on meanwhile only the newest are computed. */
export class ComputingThread {
  readonly #worker: Worker;
  #busy = false;
  #next: Question | undefined;
  #later: readonly Question[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    program: string,
    data: Omit<Extract<Question, { kind: 'open' }>, 'kind'>,
    onAnswer: (answer: Answer) => void,
    onError: () => void,
  ) {
    const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
      this.#busy = false;
      onAnswer(answer);
      this.#goOn();
    };
    this.#worker.onerror = onError;
    this.#worker.postMessage({ kind: 'open', ...data } satisfies Question);
  }

  evaluate(rules: readonly Threshold[], name: string): void {
    // The newest set asks the later questions again.
    clearTimeout(this.#timer);
    this.#later = [];
    this.#next = { kind: 'evaluate', rules, name };
    this.#goOn();
  }

  /**
   * Asks once no limit has moved for a moment, and no other question waits. Replaces earlier
   * questions of this kind.
   */
  askLater(questions: readonly Question[]): void {
    clearTimeout(this.#timer);
    this.#later = [];
    this.#timer = setTimeout(() => {
      this.#later = questions;
      this.#goOn();
    }, STILL_MS);
  }

  #goOn(): void {
    if (this.#busy) return;
    const next = this.#next ?? this.#later[0];
    if (!next) return;
    if (this.#next) this.#next = undefined;
    else this.#later = this.#later.slice(1);
    this.#busy = true;
    this.#worker.postMessage(next);
  }
}
