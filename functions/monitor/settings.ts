import { SettingError } from './errors.ts';
import { digest } from './steps/alert.ts';
import { planMetrics } from './steps/metrics.ts';
import {
  LINK_PATTERN,
  THRESHOLDS_PATTERN,
  TIME_PATTERN,
  WAIVERS_PATTERN,
} from './steps/patterns.ts';
import type { RunSettings } from './steps/run-settings.ts';
import type { Waived } from './steps/tally.ts';
import { printable } from './steps/text.ts';
import { parseThresholds, type Threshold } from './steps/threshold.ts';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS, parseTime, SECOND_MS } from './steps/time.ts';
import { COUNTINGS, type Counting } from './steps/timeline.ts';
import { parseWaivers, type Waiver, waivedAt } from './steps/waiver.ts';

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

const MAX_MUTE_MS = 30 * DAY_MS;

/** Minutes: an hour is the finest that Togai counts. */
const LEAST_METRICS_WINDOW = 60;

const BASE_URLS: ReadonlyMap<string, string> = new Map([
  ['production', 'https://api.togai.com'],
  ['sandbox', 'https://sandbox-api.togai.com'],
]);

/** What the stack puts into the secret until somebody puts a token there. */
export const TOKEN_PLACEHOLDER = 'put-your-togai-api-token-here';

/** Where the function's metrics are found; their one dimension is {@link METRICS_DIMENSION}. */
export const METRICS_NAMESPACE = 'UnmeteredEventsMonitor';

/** Its value is in the variable {@link SERVICE_VARIABLE}: two monitors in one account must not be taken for one. */
export const METRICS_DIMENSION = 'service';
export const SERVICE_VARIABLE = 'POWERTOOLS_SERVICE_NAME';

/** The one definition of each setting. */
export const SETTINGS = {
  thresholds: textSetting<Threshold[]>({
    name: 'Thresholds',
    placeholder: "'RULE, RULE'",
    description:
      'rules that say when something is wrong, separated by commas, such as: unmetered by account >= 5% for 15m critical',
    defaultText:
      'unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed >= 10, in_progress >= 25% for 15m',
    pattern: THRESHOLDS_PATTERN,
    maxLength: 1_000,
    remedy:
      'write rules separated by commas, such as: unmetered >= 10, unmetered by account >= 50% critical, failed >= 10 for 15m',
    parse: parseThresholds,
  }),
  windowMinutes: choiceSetting({
    name: 'WindowMinutes',
    description: 'length of the window that thresholds are judged over, in minutes',
    defaultText: '60',
    choices: [30, 60, 120, 180, 360, 720, 1440],
  }),
  minimumEvents: numberSetting({
    name: 'MinimumEvents',
    description: 'smallest number of events that a percentage is taken of',
    defaultText: '20',
    least: 1,
    most: 1_000_000,
  }),
  repeatMinutes: numberSetting({
    name: 'RepeatMinutes',
    description: 'how often a firing alert is told again, in minutes; 0 for never',
    defaultText: '240',
    least: 0,
    most: 10_080,
  }),
  settleMinutes: numberSetting({
    name: 'SettleMinutes',
    description: 'how long Togai may take before a bucket is counted, in minutes',
    defaultText: '5',
    least: 0,
    most: 60,
  }),
  maxCatchUpHours: numberSetting({
    name: 'MaxCatchUpHours',
    description: 'how far a run goes back after an outage, in hours',
    defaultText: '24',
    least: 6,
    most: 72,
  }),
  maxRequestsPerSecond: numberSetting({
    name: 'MaxRequestsPerSecond',
    description:
      "share of Togai's quota, which is 10 requests a second for the whole organisation; 2 are good for 25 events a second where buckets are counted three times, 37 where twice",
    defaultText: '2',
    least: 0.2,
    most: 100,
  }),
  counting: setting<Counting>({
    name: 'Counting',
    placeholder: 'HOW',
    description:
      'events: count every event; metrics: let Togai count by the hour, at one or two requests a run whatever the volume, with windows of 60 minutes or more and no IgnoredSchemas (events, metrics)',
    defaultText: 'events',
    bounds: { kind: 'choice', choices: COUNTINGS },
    remedy: 'write events or metrics',
    parse: (text) => {
      const counting = COUNTINGS.find((candidate) => candidate === text.trim());
      if (counting) return counting;
      throw new SettingError(
        `"${printable(text, 80)}" is no way of counting; write events or metrics`,
      );
    },
  }),
  ignoredAccounts: textSetting<Waiver[]>({
    name: 'IgnoredAccounts',
    placeholder: "'A, B'",
    description:
      'accounts that are counted apart and not judged, each with an optional last day (A@2027-01-31)',
    defaultText: '',
    pattern: WAIVERS_PATTERN,
    maxLength: 500,
    remedy:
      'write account ids separated by commas, each with an optional last day: acme, bob@2027-01-31',
    parse: parseWaivers,
  }),
  ignoredSchemas: textSetting<Waiver[]>({
    name: 'IgnoredSchemas',
    placeholder: "'S'",
    description: 'event schemas that are counted apart and not judged, likewise',
    defaultText: '',
    pattern: WAIVERS_PATTERN,
    maxLength: 500,
    remedy:
      'write schema names separated by commas, each with an optional last day: api_calls@2027-01-31',
    parse: parseWaivers,
  }),
  muteUntil: textSetting<number | undefined>({
    name: 'MuteUntil',
    placeholder: 'ISO',
    description: 'silence until then, at most 30 days ahead; alerts keep their state',
    defaultText: '',
    pattern: TIME_PATTERN,
    maxLength: 35,
    remedy: 'write a time such as 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00, or nothing',
    parse: parseMuteUntil,
  }),
  runbookUrl: textSetting<string>({
    name: 'RunbookUrl',
    placeholder: 'URL',
    description: 'linked from every alert',
    defaultText: '',
    pattern: LINK_PATTERN,
    maxLength: 300,
    remedy: 'write a link that begins with https:// or http://, or nothing',
    parse: parseLink,
  }),
  // An address could send the token anywhere, and whoever may only change parameters must not.
  togaiBaseUrl: setting<string>({
    name: 'TogaiBaseUrl',
    placeholder: 'URL',
    description: 'production or sandbox; on the command line and in code also an https address',
    defaultText: 'production',
    bounds: { kind: 'choice', choices: [...BASE_URLS.keys()] },
    remedy: 'write production or sandbox',
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
export function variableOf({ name }: { readonly name: string }): string {
  return name.replace(/\B[A-Z]/g, '_$&').toUpperCase();
}

/** How a setting is called where it was written. */
export type NameOf = (setting: { readonly name: string }) => string;

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
 *
 * @param nameOf a stack parameter's name, where nothing else is said
 */
export function readRunSettings(
  { textOf, dashboardUrl }: RunEnvironment,
  at: number,
  nameOf: NameOf = ({ name }) => name,
): RunSettings & TogaiSettings {
  const problems: string[] = [];
  const attempt = <T>(setting: { readonly name: string }, read: () => T, instead: T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      problems.push(`${nameOf(setting)}: ${error.message}.`);
      return instead;
    }
  };
  const value = <K extends SettingKey>(key: K): SettingValue<K> => {
    const { parse, defaultText } = SETTINGS[key];
    const fallback = parse(defaultText);
    return attempt<unknown>(
      SETTINGS[key],
      () => parse(textOf(key) || defaultText),
      fallback,
    ) as SettingValue<K>;
  };
  const counting = value('counting');
  const windowMinutes = attempt(
    SETTINGS.windowMinutes,
    () => checkWindow(value('windowMinutes'), counting),
    LEAST_METRICS_WINDOW,
  );
  const waived = {
    accounts: waivedAt(value('ignoredAccounts'), at),
    schemas: attempt<ReadonlySet<string>>(
      SETTINGS.ignoredSchemas,
      () => checkSchemas(waivedAt(value('ignoredSchemas'), at), counting),
      new Set(),
    ),
  };
  const thresholds = attempt<Threshold[] | undefined>(
    SETTINGS.thresholds,
    () => {
      const { parse, defaultText } = SETTINGS.thresholds;
      return checkRules(parse(textOf('thresholds') || defaultText), counting, waived);
    },
    undefined,
  );
  const baseUrl = attempt<string | undefined>(
    SETTINGS.togaiBaseUrl,
    () => SETTINGS.togaiBaseUrl.parse(textOf('togaiBaseUrl') || SETTINGS.togaiBaseUrl.defaultText),
    undefined,
  );
  const wanted = value('muteUntil');
  const muteUntil = attempt(SETTINGS.muteUntil, () => checkMute(wanted, at), undefined);
  const requestsPerSecond = value('maxRequestsPerSecond');
  return {
    thresholds,
    counting,
    windowMs: windowMinutes * MINUTE_MS,
    settleMs: value('settleMinutes') * MINUTE_MS,
    maxCatchUpMs: value('maxCatchUpHours') * HOUR_MS,
    minimumEvents: value('minimumEvents'),
    repeatMs: value('repeatMinutes') * MINUTE_MS,
    waived,
    waiverDigest: digest(JSON.stringify([[...waived.accounts].sort(), [...waived.schemas].sort()])),
    restMs: SECOND_MS * Math.max(1, 1 / requestsPerSecond),
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

function textSetting<T>({
  pattern,
  maxLength,
  ...rest
}: Omit<Setting<T>, 'bounds'> & { pattern: string; maxLength: number }): Setting<T> {
  return { ...rest, bounds: { kind: 'text', pattern, maxLength } };
}

type Plain = Pick<Parameter, 'name' | 'description' | 'defaultText'>;

/** Whole or not: CloudFormation knows no whole numbers, and what it lets pass must work. */
function numberSetting({
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

function choiceSetting({
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

/** @throws SettingError where a window is shorter than what Togai counts */
function checkWindow(minutes: number, counting: Counting): number {
  if (counting === 'events' || minutes >= LEAST_METRICS_WINDOW) return minutes;
  throw new SettingError(
    `Togai counts by the hour, so counting by metrics takes windows of 60 minutes or more, not of ${minutes}; choose a longer one, or count events`,
  );
}

/** @throws SettingError where schemas are to be ignored and cannot be */
export function checkSchemas(
  schemas: ReadonlySet<string>,
  counting: Counting,
): ReadonlySet<string> {
  if (counting === 'metrics') planMetrics([], { accounts: new Set(), schemas });
  return schemas;
}

/** @throws SettingError where a rule cannot be judged by what Togai counts */
export function checkRules(rules: Threshold[], counting: Counting, waived: Waived): Threshold[] {
  if (counting === 'metrics') planMetrics(rules, waived);
  return rules;
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
