import { SettingError } from '../functions/monitor/errors.ts';
import {
  SETTINGS,
  type SettingKey,
  type SettingValue,
} from '../functions/monitor/settings/all-settings.ts';
import { flagOf, type NameOf, variableOf } from '../functions/monitor/settings/names.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { type EnvFile, readEnvFile } from './env-file.ts';
import { naming, type SettingFlags } from './flags.ts';
import type { StackSettings } from './stack-settings.ts';
import type { Surroundings } from './terminal.ts';

/** The text of a setting, and the place where it was found. */
interface FoundText {
  readonly text: string;
  readonly place: 'flag' | 'stack' | 'environment' | 'file' | 'default';
  /** The flag, the stack parameter or the variable, for messages. */
  readonly name: string;
}

/** The stack that the settings of a command are from. */
export interface FromStack {
  readonly stack: string;
  /** Names the settings that are from elsewhere. */
  readonly sentence: string;
}

const TOKEN_VARIABLE = 'TOGAI_TOKEN';

/**
 * The variables that hold tokens, each with the use of its token. Only `lost --redo` reads the
 * second one.
 */
const TOKENS = {
  [TOKEN_VARIABLE]: "Togai's API token",
  TOGAI_CORRECTION_TOKEN: 'an API token of Togai that may correct events',
} as const;

type TokenVariable = keyof typeof TOKENS;

/**
 * The settings of one command. The first of these that has a value counts: the flag, the stack that
 * the command line names, the environment, a file `.env`, the default. A variable without a value
 * counts as not set.
 */
export class FoundSettings {
  readonly #flags: Partial<SettingFlags>;
  readonly #env: NodeJS.ProcessEnv;
  readonly #file: EnvFile | undefined;
  readonly #ofStack: StackSettings | undefined;

  /** @throws SettingError if there is a `.env` that cannot be read */
  constructor(
    flags: Partial<SettingFlags>,
    { env, folder }: Surroundings,
    ofStack?: StackSettings | undefined,
  ) {
    this.#flags = flags;
    this.#env = env;
    this.#file = readEnvFile(folder);
    this.#ofStack = ofStack;
  }

  textOf = (key: SettingKey): string => this.#find(key).text;

  /** The flag or the variable that holds a setting. */
  nameOf: NameOf = ({ name }) => {
    const keys = Object.keys(SETTINGS) as SettingKey[];
    const key = keys.find((candidate) => SETTINGS[candidate].name === name);
    return key ? this.#find(key).name : flagOf({ name });
  };

  /** @throws SettingError that names the flag or the variable */
  read<K extends SettingKey>(key: K): SettingValue<K> {
    const { text, place, name } = this.#find(key);
    return naming(name, () => {
      try {
        return SETTINGS[key].parse(text) as SettingValue<K>;
      } catch (error) {
        const lacksOperator = key === 'thresholds' && place === 'flag' && !/[<>]/.test(text);
        if (!(lacksOperator && text.trim() !== '' && error instanceof SettingError)) throw error;
        const hint = 'put the rules in quotes, because a shell takes ">" and "<" for itself';
        throw new SettingError(`${error.message}; ${hint}`, { cause: error });
      }
    });
  }

  /**
   * The address of Togai, and the token that is sent there. A foreign `.env` must not be able to name an address to which a
   * token from the environment goes.
   *
   * @throws SettingError if they do not go together, or one is missing or cannot be used
   */
  access(variable: TokenVariable = TOKEN_VARIABLE): {
    readonly baseUrl: string;
    readonly token: string;
    readonly tokenSource: string;
  } {
    const address = this.#find('togaiBaseUrl');
    const token = this.#findToken(variable);
    if (address.place === 'file' && token?.place === 'environment') {
      throw new SettingError(
        `${address.name} is from ${this.#path}, and the token ${variable} from the environment, so nothing was sent; give the address with --togai-base-url or in the environment, or keep both in ${this.#path}`,
      );
    }
    const baseUrl = this.read('togaiBaseUrl');
    if (!token) {
      throw new SettingError('no token was found', {
        advice: `put ${TOKENS[variable]} into the variable ${variable} or into a file .env (${variable}=...); an option would show it to the other users of this machine`,
      });
    }
    return { baseUrl, token: token.text, tokenSource: variable };
  }

  /** Whether a setting is from the command line, or from a stack that it names: another command does not find it. */
  isOfCommand(key: SettingKey): boolean {
    const { place } = this.#find(key);
    return place === 'flag' || place === 'stack';
  }

  /** Each setting with the place where it was found, a line each, and the place of the token. */
  describe(keys: readonly SettingKey[]): string {
    const lines = keys.map((key) => {
      const found = this.#find(key);
      return `${found.name}: ${printable(found.text, 1_000) || 'nothing'} (${this.#placeOf(found)})`;
    });
    const token = this.#findToken(TOKEN_VARIABLE);
    const ofToken = token ? `a token that is not shown (${this.#placeOf(token)})` : 'nothing';
    return [...lines, `${TOKEN_VARIABLE}: ${ofToken}`].map((line) => `${line}\n`).join('');
  }

  /** The stack that settings are from; `undefined` without one. */
  fromStack(keys: readonly SettingKey[]): FromStack | undefined {
    if (!this.#ofStack) return undefined;
    const others = keys.map((key) => this.#find(key)).filter(({ place }) => place !== 'stack');
    const but = others.length > 0 ? `, but for ${others.map(({ name }) => name).join(', ')}` : '';
    const sentence = `The settings are those of the stack ${this.#stack}${but}.`;
    return { stack: this.#ofStack.stack, sentence };
  }

  #find(key: SettingKey): FoundText {
    const setting = SETTINGS[key];
    const flag = this.#flags[key];
    if (flag !== undefined) return { text: flag, place: 'flag', name: flagOf(setting) };
    const text = this.#ofStack?.texts[setting.name];
    if (text !== undefined) {
      return { text, place: 'stack', name: `${setting.name} of the stack ${this.#stack}` };
    }
    const inVariable = this.#findVariable(variableOf(setting));
    return inVariable ?? { text: setting.defaultText, place: 'default', name: flagOf(setting) };
  }

  #findVariable(name: string): FoundText | undefined {
    const [ofEnvironment, ofFile] = [this.#env[name], this.#file?.variables[name]];
    if (ofEnvironment) return { text: ofEnvironment, place: 'environment', name };
    return ofFile ? { text: ofFile, place: 'file', name } : undefined;
  }

  /** An empty token is found where there is no other: the client says that it is empty. */
  #findToken(variable: TokenVariable): FoundText | undefined {
    const found = this.#findVariable(variable);
    if (found) return found;
    const empty = { text: '', name: variable };
    if (this.#env[variable] === '') return { ...empty, place: 'environment' };
    if (this.#file?.variables[variable] === '') return { ...empty, place: 'file' };
    return undefined;
  }

  #placeOf({ place }: FoundText): string {
    const places = {
      flag: 'from the command line',
      stack: 'from the stack',
      environment: 'from the environment',
      file: `from ${this.#path}`,
      default: 'the default',
    };
    return places[place];
  }

  get #stack(): string {
    return printable(this.#ofStack?.stack ?? '', 200);
  }

  get #path(): string {
    return printable(this.#file?.path ?? '.env');
  }
}
