import { SettingError } from '../errors.ts';
import { nearest } from '../text/suggestion.ts';
import { printable } from '../text/text.ts';

/** The words of a rule, taken from left to right, each with its column. */
export class Words {
  readonly #rule: string;
  readonly #words: { text: string; column: number }[];
  #next = 0;

  constructor(rule: string) {
    this.#rule = rule;
    // `unmetered>=10` reads like `unmetered >= 10`, `5 %` like `5%` and `15 m` like `15m`.
    const joined = /[<>=!]+|\d[\d.]*\s*(?:%|m\b)|[^\s<>=!]+/gu;
    this.#words = [...rule.matchAll(joined)].map(({ 0: text, index }) => ({
      text: text.replace(/\s+/g, ''),
      column: Array.from(rule.slice(0, index)).length + 1,
    }));
  }

  /** The column of the word that is taken next. */
  get column(): number {
    return this.#words[this.#next]?.column ?? Array.from(this.#rule).length + 1;
  }

  take<T>(expected: string, parse: (word: string) => T): T {
    const word = this.#words[this.#next];
    if (!word) return this.fail(`expected ${expected}, found the end of the rule`);
    const value = parse(word.text);
    this.#next++;
    return value;
  }

  takeIf(text: string): boolean {
    if (this.#words[this.#next]?.text !== text) return false;
    this.#next++;
    return true;
  }

  end(mayContinue: boolean): void {
    const word = this.#words[this.#next];
    if (!word) return;
    const expected = mayContinue
      ? '"for <n>m", "critical" or the end of the rule'
      : 'the end of the rule (a comma separates rules)';
    this.fail(
      `expected ${expected}, found "${printable(word.text)}"`,
      ['for', 'critical'],
      word.text,
    );
  }

  fail(problem: string, candidates: Iterable<string> = [], word = '', hint = ''): never {
    return this.failAt(this.column, problem, candidates, word, hint);
  }

  failAt(
    column: number,
    problem: string,
    candidates: Iterable<string> = [],
    word = '',
    hint = '',
  ): never {
    const suggestion = nearest(word, candidates);
    const question = suggestion === undefined ? hint : `; did you mean "${suggestion}"?`;
    throw new SettingError(`"${printable(this.#rule)}": column ${column}: ${problem}${question}`);
  }
}
