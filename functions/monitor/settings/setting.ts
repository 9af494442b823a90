import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';

/** What CloudFormation lets pass as the value of a stack parameter; it refuses the rest before anything changes. */
export type Bounds =
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** A regular expression of the whole value, and a length in characters. */
  | { readonly kind: 'text'; readonly pattern: string; readonly maxLength: number };

/** What is written somewhere under a name: a stack parameter. */
export interface Parameter {
  /** `MinimumEvents` */
  readonly name: string;
  /** One sentence part, without a full stop. */
  readonly description: string;
  readonly defaultText: string;
  readonly bounds: Bounds;
  /** What to write instead of something that is out of bounds: `write ...`, without a full stop. */
  readonly remedy: string;
}

/** One setting: a stack parameter, a variable of the environment, a flag of the command line. */
export interface Setting<T> extends Parameter {
  /** What goes in, for usage lines: `N`. */
  readonly placeholder: string;
  /** @throws SettingError whose message says what is wrong with the text and what to write */
  parse(text: string): T;
}

/** Keeps the type of what a setting's parser gives. */
export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

export function textSetting<T>({
  pattern,
  maxLength,
  ...rest
}: Omit<Setting<T>, 'bounds'> & { pattern: string; maxLength: number }): Setting<T> {
  return { ...rest, bounds: { kind: 'text', pattern, maxLength } };
}

type Plain = Pick<Parameter, 'name' | 'description' | 'defaultText'>;

/** Whole or not: CloudFormation knows no whole numbers, and what it lets pass must work. */
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
      throw new SettingError(`"${printable(text, 80)}" is none of ${list}`);
    },
  };
}
