import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';

/** The values of a stack parameter that CloudFormation accepts. It refuses others before it changes anything. */
export type Bounds =
  /** Both ends included. */
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** A regular expression of the whole value, and a length in characters. */
  | { readonly kind: 'text'; readonly pattern: string; readonly maxLength: number };

/** The definition of a stack parameter. */
export interface Parameter {
  /** `MinimumEvents` */
  readonly name: string;
  /** Part of a sentence: it begins with a small letter and has no full stop. */
  readonly description: string;
  readonly defaultText: string;
  readonly bounds: Bounds;
  /** Advice for a value out of bounds: `write ...`, without a full stop. */
  readonly remedy: string;
}

/** One setting: a stack parameter, an environment variable and a flag of the command line. */
export interface Setting<T> extends Parameter {
  /** The value in usage lines: `N`. */
  readonly placeholder: string;
  /** @throws SettingError that describes the mistake and names an accepted value */
  parse(text: string): T;
}

/** Infers the type of the value from the parser. */
export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

/** A setting whose bounds are a pattern and a length in characters. */
export function textSetting<T>({
  pattern,
  maxLength,
  ...rest
}: Omit<Setting<T>, 'bounds'> & { pattern: string; maxLength: number }): Setting<T> {
  return { ...rest, bounds: { kind: 'text', pattern, maxLength } };
}

type Plain = Pick<Parameter, 'name' | 'description' | 'defaultText'>;

/**
 * A setting from `least` to `most`. It takes fractions, because CloudFormation has no parameters for whole numbers,
 * and every value that CloudFormation accepts must work.
 */
export function numberSetting({
  least,
  most,
  ...rest
}: Plain & { least: number; most: number }): Setting<number> {
  return {
    ...rest,
    description: `${rest.description} (${least} to ${most})`,
    placeholder: 'N',
    bounds: { kind: 'number', least, most },
    remedy: `write a number from ${least} to ${most}`,
    parse: (text) => {
      const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text.trim());
      const number = isNumber ? Number(text) : Number.NaN;
      if (number >= least && number <= most) return number;
      throw new SettingError(`"${printable(text, 80)}" is not a number from ${least} to ${most}`);
    },
  };
}

/** A setting with a few numbers to choose from. */
export function choiceSetting({
  choices,
  ...rest
}: Plain & { choices: readonly number[] }): Setting<number> {
  const list = choices.join(', ');
  return {
    ...rest,
    description: `${rest.description} (${list})`,
    placeholder: 'N',
    bounds: { kind: 'choice', choices: choices.map(String) },
    remedy: `write one of ${list}`,
    parse: (text) => {
      const choice = choices.find((candidate) => String(candidate) === text.trim());
      if (choice !== undefined) return choice;
      throw new SettingError(`"${printable(text, 80)}" is not one of ${list}`);
    },
  };
}
