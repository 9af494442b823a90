import { SettingError } from '../errors.ts';
import { nearest } from '../text/nearest-word.ts';
import { printable } from '../text/text.ts';

/**
 * Takes the words of a rule from left to right. A column counts code points from 1, as a person counts them in an editor.
 */
export class Words {
  readonly #rule: string;
  readonly #words: { text: string; column: number }[];
  #next = 0;

  constructor(rule: string) {
    this.#rule = rule;
    // `unmetered>=10` reads like `unmetered >= 10`, `5 %` like `5%` and `1 h 30 m` like `1h30m`.
    const joined =
      /[<>=!]+|\d[\d.]*\s*%|\d+\s*(?:min|[mhd])\b(?:\s*\d+\s*(?:min|[mhd])\b)*|[^\s<>=!]+/gu;
    this.#words = [...rule.matchAll(joined)].map(({ 0: text, index }) => ({
      text: text.replace(/\s+/g, ''),
      column: Array.from(rule.slice(0, index)).length + 1,
    }));
  }

  /** The column of the next word. */
  get column(): number {
    return this.#words[this.#next]?.column ?? Array.from(this.#rule).length + 1;
  }

  /** Takes the next word. @throws SettingError where there is none; errors of `parse` */
  take<T>(expected: string, parse: (word: string) => T): T {
    const word = this.#words[this.#next];
    if (!word) return this.fail(`expected ${expected}, found the end of the rule`);
    const value = parse(word.text);
    this.#next++;
    return value;
  }

  /** Takes the next word if it is `text`. */
  takeIf(text: string): boolean {
    if (this.#words[this.#next]?.text !== text) return false;
    this.#next++;
    return true;
  }

  /** @throws SettingError where a word is left; `mayContinue`: optional words would have been valid here */
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

  /** Like {@link failAt}, at the next word. */
  fail(problem: string, candidates: Iterable<string> = [], word = '', hint = ''): never {
    return this.failAt(this.column, problem, candidates, word, hint);
  }

  /**
   * @param candidates words that could have been meant, for a suggestion instead of `word`
   * @param hint said where no candidate is near enough
   * @throws SettingError
   */
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
