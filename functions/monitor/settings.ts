import { SettingError } from './errors.ts';
import { digest } from './steps/alert.ts';
import type { RunSettings } from './steps/run-settings.ts';
import { printable } from './steps/text.ts';
import { parseThresholds, type Threshold } from './steps/threshold.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, parseTime } from './steps/time.ts';
import { parseWaivers, type Waiver, waivedAt } from './steps/waiver.ts';

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

const MAX_MUTE_MS = 30 * DAY_MS;

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
  windowMinutes: setting<number>({
    name: 'WindowMinutes',
    placeholder: 'N',
    description:
      'length of the window that thresholds are judged over (30, 60, 120, 180, 360, 720, 1440)',
    defaultText: '60',
    parse: (text) => parseChoice(text, [30, 60, 120, 180, 360, 720, 1440]),
  }),
  minimumEvents: setting<number>({
    name: 'MinimumEvents',
    placeholder: 'N',
    description: 'smallest number of events that a percentage is taken of',
    defaultText: '20',
    parse: (text) => parseNumber(text, { least: 1, most: 1_000_000, whole: true }),
  }),
  repeatMinutes: setting<number>({
    name: 'RepeatMinutes',
    placeholder: 'N',
    description: 'how often a firing alert is told again, 0 for never',
    defaultText: '240',
    parse: (text) => parseNumber(text, { least: 0, most: 10_080, whole: true }),
  }),
  settleMinutes: setting<number>({
    name: 'SettleMinutes',
    placeholder: 'N',
    description: 'how long Togai may take before a bucket is counted',
    defaultText: '5',
    parse: (text) => parseNumber(text, { least: 0, most: 60, whole: true }),
  }),
  maxCatchUpHours: setting<number>({
    name: 'MaxCatchUpHours',
    placeholder: 'N',
    description: 'how far a run goes back after an outage, 6 to 72',
    defaultText: '24',
    parse: (text) => parseNumber(text, { least: 6, most: 72, whole: true }),
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
  muteUntil: setting<number | undefined>({
    name: 'MuteUntil',
    placeholder: 'ISO',
    description: 'silence until then, at most 30 days ahead; alerts keep their state',
    defaultText: '',
    parse: parseMuteUntil,
  }),
  runbookUrl: setting<string>({
    name: 'RunbookUrl',
    placeholder: 'URL',
    description: 'linked from every alert',
    defaultText: '',
    parse: parseLink,
  }),
  togaiBaseUrl: setting<string>({
    name: 'TogaiBaseUrl',
    placeholder: 'URL',
    description: 'production, sandbox, or an address',
    defaultText: 'production',
    parse: parseBaseUrl,
  }),
};

type Settings = typeof SETTINGS;
export type SettingKey = keyof Settings;
type SettingValue<K extends SettingKey> = ReturnType<Settings[K]['parse']>;

/** The settings that `check` has too; the others are about runs. */
export const CHECK_SETTINGS = [
  'thresholds',
  'minimumEvents',
  'ignoredAccounts',
  'ignoredSchemas',
  'togaiBaseUrl',
  'maxRequestsPerSecond',
] as const satisfies readonly SettingKey[];

/** `MINIMUM_EVENTS` of `MinimumEvents`. */
function variableOf({ name }: { readonly name: string }): string {
  return name.replace(/\B[A-Z]/g, '_$&').toUpperCase();
}

/** What a run needs of its settings, and of what is set beside them. */
export interface RunEnvironment {
  /** The text of a setting as it was written; `undefined` or empty for its default. */
  readonly textOf: (key: SettingKey) => string | undefined;
  readonly dashboardUrl: string;
}

/** What the function is told by its environment beside the settings. */
export interface FunctionEnvironment extends RunEnvironment {
  readonly secretId: string;
  readonly tableName: string;
  readonly topicArn: string;
}

/** @throws SettingError where the stack has left something out */
export function readFunctionEnvironment(env: NodeJS.ProcessEnv): FunctionEnvironment {
  const needed = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new SettingError(
      `the variable ${name} of the function is not set; deploy the stack again`,
    );
  };
  return {
    textOf: (key) => env[variableOf(SETTINGS[key])],
    dashboardUrl: env.DASHBOARD_URL ?? '',
    secretId: needed('SECRET_ID'),
    tableName: needed('TABLE_NAME'),
    topicArn: needed('TOPIC_ARN'),
  };
}

/** How Togai is asked. */
export interface TogaiSettings {
  /** `undefined` where it cannot be used: then nothing is sent, for a token goes nowhere that was not meant. */
  readonly baseUrl: string | undefined;
  readonly requestsPerSecond: number;
}

/**
 * The settings of a run, worked out for its time. What cannot be used neither stops the run nor mutes it:
 * the default takes its place (for thresholds none, and nothing is judged; for the address none, and nothing
 * is counted), and `problem` says what is wrong.
 */
export function readRunSettings(
  { textOf, dashboardUrl }: RunEnvironment,
  at: number,
): RunSettings & TogaiSettings {
  const problems: string[] = [];
  const attempt = <T>(name: string, read: () => T, instead: T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      problems.push(`${name}: ${error.message}.`);
      return instead;
    }
  };
  const value = <K extends SettingKey>(key: K): SettingValue<K> => {
    const { name, parse, defaultText } = SETTINGS[key];
    const fallback = parse(defaultText);
    return attempt<unknown>(
      name,
      () => parse(textOf(key) || defaultText),
      fallback,
    ) as SettingValue<K>;
  };
  const thresholds = attempt<Threshold[] | undefined>(
    SETTINGS.thresholds.name,
    () => SETTINGS.thresholds.parse(textOf('thresholds') || SETTINGS.thresholds.defaultText),
    undefined,
  );
  const baseUrl = attempt<string | undefined>(
    SETTINGS.togaiBaseUrl.name,
    () => SETTINGS.togaiBaseUrl.parse(textOf('togaiBaseUrl') || SETTINGS.togaiBaseUrl.defaultText),
    undefined,
  );
  const wanted = value('muteUntil');
  const muteUntil = attempt(SETTINGS.muteUntil.name, () => checkMute(wanted, at), undefined);
  const waived = {
    accounts: waivedAt(value('ignoredAccounts'), at),
    schemas: waivedAt(value('ignoredSchemas'), at),
  };
  const requestsPerSecond = value('maxRequestsPerSecond');
  return {
    thresholds,
    windowMs: value('windowMinutes') * MINUTE_MS,
    settleMs: value('settleMinutes') * MINUTE_MS,
    maxCatchUpMs: value('maxCatchUpHours') * HOUR_MS,
    minimumEvents: value('minimumEvents'),
    repeatMs: value('repeatMinutes') * MINUTE_MS,
    waived,
    waiverDigest: digest(JSON.stringify([[...waived.accounts].sort(), [...waived.schemas].sort()])),
    lanes: lanesFor(requestsPerSecond),
    muted: muteUntil !== undefined && at < muteUntil,
    mute: { text: textOf('muteUntil') ?? '', until: wanted, refused: wanted !== muteUntil },
    dashboardUrl,
    runbookUrl: value('runbookUrl'),
    baseUrl,
    requestsPerSecond,
    problem: problems.join(' '),
  };
}

/** How many buckets are fetched side by side: enough to use the rate while an answer takes up to 0.3 s. */
export function lanesFor(requestsPerSecond: number): number {
  return Math.max(2, Math.ceil(requestsPerSecond * 0.3));
}

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

function parseChoice(text: string, choices: readonly number[]): number {
  const choice = choices.find((candidate) => String(candidate) === text.trim());
  if (choice !== undefined) return choice;
  throw new SettingError(`"${printable(text, 80)}" is none of ${choices.join(', ')}`);
}

function parseMuteUntil(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const time = parseTime(text.trim());
  if (time !== undefined) return time;
  throw new SettingError(
    `"${printable(text, 80)}" is no time; write it like 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00`,
  );
}

/** @throws SettingError where a mute would last too long to be meant */
function checkMute(until: number | undefined, at: number): number | undefined {
  if (until === undefined || until - at <= MAX_MUTE_MS) return until;
  throw new SettingError(
    `${isoTime(until)} is more than 30 days ahead, so nothing is muted; choose a nearer time`,
  );
}

/** A link goes into messages as it is, so it may hold nothing that ends it. */
function parseLink(text: string): string {
  const url = text.trim();
  if (url === '') return '';
  if (/^https?:\/\/[^\s<>|"'`]{1,500}$/.test(url) && URL.canParse(url)) return url;
  throw new SettingError(
    `"${printable(text, 80)}" is no link; write an address that begins with https://`,
  );
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
