import { SettingError } from '../errors.ts';
import { SETTINGS, type SettingKey, type SettingValue } from './all-settings.ts';
import type { NameOf } from './names.ts';

/** The text of a setting as a person wrote it; `undefined` or empty for its default. */
export type TextOf = (key: SettingKey) => string | undefined;

/** Reads settings for a run, which must go on: in place of a value that cannot be used it takes another one. */
export class ReadOrDefault {
  /** One sentence for each value that could not be used, in the order of reading. */
  readonly problems: string[] = [];
  readonly #textOf: TextOf;
  readonly #nameOf: NameOf;

  /** @param nameOf names a setting in `problems` */
  constructor(textOf: TextOf, nameOf: NameOf) {
    this.#textOf = textOf;
    this.#nameOf = nameOf;
  }

  /** The value of a setting; its default if the text cannot be used. */
  valueOf<K extends SettingKey>(key: K): SettingValue<K> {
    const { parse, defaultText } = SETTINGS[key];
    const fallback = parse(defaultText) as SettingValue<K>;
    return this.attempt(key, () => this.parse(key), fallback);
  }

  /** @throws SettingError if the text cannot be used */
  parse<K extends SettingKey>(key: K): SettingValue<K> {
    const { parse, defaultText } = SETTINGS[key];
    return parse(this.#textOf(key) || defaultText) as SettingValue<K>;
  }

  /** The result of `read`; `instead` if it throws a `SettingError`. */
  attempt<T>(key: SettingKey, read: () => T, instead: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      this.problems.push(`${this.#nameOf(SETTINGS[key])}: ${error.message}.`);
      return instead;
    }
  }
}
