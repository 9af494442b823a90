import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import type { ComparedSet } from '../compare.ts';
import type { Answer, Question } from './protocol.ts';

/** Asks the thread that computes. Of limits that move on meanwhile only the newest are computed. */
export class ComputingThread {
  readonly #worker: Worker;
  readonly #onSet: (set: ComparedSet) => void;
  #busy = false;
  #next: Question | undefined;

  constructor(
    program: string,
    data: Omit<Extract<Question, { kind: 'open' }>, 'kind'>,
    onSet: (set: ComparedSet) => void,
    onNames: (names: Extract<Answer, { kind: 'names' }>) => void,
    onError: () => void,
  ) {
    const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    this.#onSet = onSet;
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.kind === 'names') onNames(data);
      else this.#answered(data.set);
    };
    this.#worker.onerror = onError;
    this.#worker.postMessage({ kind: 'open', ...data } satisfies Question);
  }

  evaluate(rules: readonly Threshold[], name: string): void {
    const question: Question = { kind: 'evaluate', rules, name };
    if (this.#busy) this.#next = question;
    else this.#ask(question);
  }

  askNames(): void {
    this.#worker.postMessage({ kind: 'names' } satisfies Question);
  }

  #ask(question: Question): void {
    this.#busy = true;
    this.#worker.postMessage(question);
  }

  #answered(set: ComparedSet): void {
    this.#busy = false;
    this.#onSet(set);
    const next = this.#next;
    this.#next = undefined;
    if (next) this.#ask(next);
  }
}
