import { SettingError } from './errors.ts';
import { printable } from './steps/text.ts';
import { parseThresholds, type Threshold } from './steps/threshold.ts';
import { parseWaivers, type Waiver } from './steps/waiver.ts';

/** One setting: a stack parameter, a variable of the environment, a flag of the command line. */
export interface Setting<T> {
  /** The stack parameter's name: `MinimumEvents`. */
  readonly name: string;
  /** What goes in, for usage lines: `N`. */
  readonly placeholder: string;
  /** One sentence part, without a full stop. */
  readonly description: string;
  readonly defaultText: string;
  /** @throws SettingError whose message says what is wrong with the text and what to write */
  parse(text: string): T;
}

const BASE_URLS: ReadonlyMap<string, string> = new Map([
  ['production', 'https://api.togai.com'],
  ['sandbox', 'https://sandbox-api.togai.com'],
]);

/** The one definition of each setting. */
export const SETTINGS = {
  thresholds: setting<Threshold[]>({
    name: 'Thresholds',
    placeholder: "'RULE, RULE'",
    description: 'rules that say when something is wrong',
    defaultText:
      'unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed >= 10, in_progress >= 25% for 15m',
    parse: parseThresholds,
  }),
  minimumEvents: setting<number>({
    name: 'MinimumEvents',
    placeholder: 'N',
    description: 'smallest number of events that a percentage is taken of',
    defaultText: '20',
    parse: (text) => parseNumber(text, { least: 1, most: 1_000_000, whole: true }),
  }),
  maxRequestsPerSecond: setting<number>({
    name: 'MaxRequestsPerSecond',
    placeholder: 'N',
    description: "share of Togai's quota (10 a second for the whole organisation), 0.2 to 100",
    defaultText: '2',
    parse: (text) => parseNumber(text, { least: 0.2, most: 100, whole: false }),
  }),
  ignoredAccounts: setting<Waiver[]>({
    name: 'IgnoredAccounts',
    placeholder: "'A, B'",
    description:
      'accounts that are counted apart and not judged, each with an optional last day (A@2027-01-31)',
    defaultText: '',
    parse: parseWaivers,
  }),
  ignoredSchemas: setting<Waiver[]>({
    name: 'IgnoredSchemas',
    placeholder: "'S'",
    description: 'event schemas that are counted apart and not judged, likewise',
    defaultText: '',
    parse: parseWaivers,
  }),
  togaiBaseUrl: setting<string>({
    name: 'TogaiBaseUrl',
    placeholder: 'URL',
    description: 'production, sandbox, or an address',
    defaultText: 'production',
    parse: parseBaseUrl,
  }),
};

/** `--minimum-events` of `MinimumEvents`. */
export function flagOf({ name }: { readonly name: string }): string {
  return `--${name.replace(/\B[A-Z]/g, '-$&').toLowerCase()}`;
}

/** Keeps the type of what a setting's parser gives. */
function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

function parseNumber(
  text: string,
  { least, most, whole }: { least: number; most: number; whole: boolean },
): number {
  const number = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return number;
  const kind = whole ? 'a whole number' : 'a number';
  throw new SettingError(`"${printable(text, 80)}" is not ${kind} from ${least} to ${most}`);
}

/**
 * A token goes there: `https`, or this machine.
 *
 * @returns the address without a slash at its end
 */
function parseBaseUrl(text: string): string {
  const known = BASE_URLS.get(text.trim());
  if (known) return known;
  const url = URL.parse(text.trim());
  if (!url) {
    throw new SettingError(
      `"${printable(text, 200)}" is no address; write production, sandbox, or one such as ${BASE_URLS.get('production')}`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new SettingError(
      `the address at ${url.host} holds a user, a password, a query or a fragment; write only scheme, host and path`,
    );
  }
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!safe) {
    throw new SettingError(
      `"${printable(text.trim(), 200)}" would send the token unencrypted; write an https address (http only reaches this machine: localhost, 127.0.0.1)`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
