import { SettingError } from '../errors.ts';
import { COUNTINGS, type Counting } from '../events/counting-source.ts';
import type { IgnoreEntry } from '../events/ignore-entries.ts';
import { printable } from '../text/text.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import { MORNING_HOUR, WEEKDAYS, type Weekday } from '../timeline/last-weekly-time.ts';
import { parseIgnoreList } from './ignore-list.ts';
import {
  IGNORE_LIST_PATTERN,
  LINK_PATTERN,
  MAX_IGNORE_LIST,
  MAX_TIME_ZONE,
  THRESHOLDS_PATTERN,
  TIME_ZONE_PATTERN,
} from './parameter-patterns.ts';
import { choiceSetting, numberSetting, setting, textSetting } from './setting.ts';
import { parseTimeZone } from './time-zone.ts';
import { BASE_URLS, parseBaseUrl, parseRunbookUrl } from './urls.ts';

/** The default of Counting in 0.1.0. CloudFormation hands it on to a stack that is updated. */
const DEFAULT_OF_0_1_0 = 'events';

/** Requests a second for an organisation. Source: Togai, "Quotas and limits". */
export const QUOTA = 10;

/**
 * Each setting, defined once. The console shows its description, and so do `--help` and the table of parameters in
 * `docs/reference.md`.
 */
export const SETTINGS = {
  thresholds: textSetting<Threshold[]>({
    name: 'Thresholds',
    placeholder: "'RULE, RULE'",
    description:
      'rules that raise alerts, separated by commas, such as: unmetered by account >= 5% for 15m critical',
    defaultText:
      'unmetered >= 10, unmetered >= 5% critical, unmetered by account >= 50% critical, failed >= 10, unknown >= 10, in_progress >= 25% for 15m',
    pattern: THRESHOLDS_PATTERN,
    maxLength: 1_000,
    remedy:
      'write rules separated by commas, such as: unmetered >= 10, unmetered by account >= 50% critical, failed >= 10 for 15m',
    parse: parseThresholds,
  }),
  windowMinutes: choiceSetting({
    name: 'WindowMinutes',
    description: 'length of the window that thresholds are evaluated over, in minutes',
    defaultText: '60',
    choices: [30, 60, 120, 180, 360, 720, 1440],
  }),
  minimumEvents: numberSetting({
    name: 'MinimumEvents',
    description: 'smallest number of events that a percentage needs',
    defaultText: '20',
    least: 1,
    most: 1_000_000,
  }),
  repeatMinutes: numberSetting({
    name: 'RepeatMinutes',
    description:
      'minutes between reminders while an incident is open or the monitor fails; 0 for no reminders',
    defaultText: '240',
    least: 0,
    most: 10_080,
  }),
  settleMinutes: numberSetting({
    name: 'SettleMinutes',
    description: 'minutes that Togai has to process the events of a bucket before it is counted',
    defaultText: '5',
    least: 0,
    most: 60,
  }),
  maxCatchUpHours: numberSetting({
    name: 'MaxCatchUpHours',
    description: 'hours that a run goes back after an outage, at most',
    defaultText: '24',
    least: 6,
    most: 72,
  }),
  maxRequestsPerSecond: numberSetting({
    name: 'MaxRequestsPerSecond',
    description: `requests to Togai a second, out of the organisation's quota of ${QUOTA}`,
    defaultText: '2',
    least: 0.2,
    most: 100,
  }),
  counting: setting<Counting>({
    name: 'Counting',
    placeholder: 'HOW',
    description:
      'where counts come from; auto takes the source that counts right at this Togai (auto; listing: GET /events; metrics: POST /metrics)',
    defaultText: 'auto',
    bounds: { kind: 'choice', choices: [...COUNTINGS, DEFAULT_OF_0_1_0] },
    remedy: 'write auto, listing or metrics',
    parse: (text) => {
      const written = text.trim();
      const counting = COUNTINGS.find((candidate) => candidate === written);
      if (counting) return counting;
      if (written === DEFAULT_OF_0_1_0) return 'auto';
      throw new SettingError(
        `"${printable(text, 80)}" is not a counting source; write auto, listing or metrics`,
      );
    },
  }),
  ignoredAccounts: textSetting<IgnoreEntry[]>({
    name: 'IgnoredAccounts',
    placeholder: "'A, B'",
    description:
      'accounts that are counted apart and not evaluated, each with an optional last day (A@2027-01-31); a name with a comma in quotes',
    defaultText: '',
    pattern: IGNORE_LIST_PATTERN,
    maxLength: MAX_IGNORE_LIST,
    remedy:
      'write account ids separated by commas, each with an optional last day: acme, bob@2027-01-31',
    parse: parseIgnoreList,
  }),
  ignoredSchemas: textSetting<IgnoreEntry[]>({
    name: 'IgnoredSchemas',
    placeholder: "'S'",
    description:
      'event schemas that are counted apart and not evaluated, each with an optional last day (S@2027-01-31); a name with a comma in quotes',
    defaultText: '',
    pattern: IGNORE_LIST_PATTERN,
    maxLength: MAX_IGNORE_LIST,
    remedy:
      'write schema names separated by commas, each with an optional last day: api_calls@2027-01-31',
    parse: parseIgnoreList,
  }),
  timeZone: textSetting<string>({
    name: 'TimeZone',
    placeholder: 'ZONE',
    description: 'time zone that messages show beside UTC, such as Europe/Berlin',
    defaultText: 'UTC',
    pattern: TIME_ZONE_PATTERN,
    maxLength: MAX_TIME_ZONE,
    remedy: 'write an IANA name such as Europe/Berlin',
    parse: parseTimeZone,
  }),
  showWorth: setting<boolean>({
    name: 'ShowWorth',
    placeholder: 'YES',
    description:
      'whether messages show the worth of lost events, by the revenue that Togai reports (true, false)',
    defaultText: 'true',
    bounds: { kind: 'choice', choices: ['true', 'false'] },
    remedy: 'write true or false',
    parse: (text) => {
      const written = text.trim();
      if (written === 'true' || written === 'false') return written === 'true';
      throw new SettingError(`"${printable(text, 80)}" is neither true nor false`);
    },
  }),
  digestDay: setting<Weekday | undefined>({
    name: 'DigestDay',
    placeholder: 'DAY',
    description: `weekday on which, at ${String(MORNING_HOUR).padStart(2, '0')}:00 of the time zone, a message adds the week up (off; MON to SUN)`,
    defaultText: 'off',
    bounds: { kind: 'choice', choices: ['off', ...WEEKDAYS] },
    remedy: `write off, or one of ${WEEKDAYS.join(', ')}`,
    parse: (text) => {
      const written = text.trim();
      if (written === 'off') return undefined;
      const day = WEEKDAYS.find((name) => name === written.toUpperCase());
      if (day) return day;
      throw new SettingError(
        `"${printable(text, 80)}" is not a weekday; write off, or one of ${WEEKDAYS.join(', ')}`,
      );
    },
  }),
  runbookUrl: textSetting<string>({
    name: 'RunbookUrl',
    placeholder: 'URL',
    description: 'link to your runbook; empty for that of this version; none for no link',
    defaultText: '',
    pattern: LINK_PATTERN,
    maxLength: 250,
    remedy: 'write a link that begins with https:// or http://, none, or nothing',
    parse: parseRunbookUrl,
  }),
  // The stack parameter takes no URL: a slip in a parameter could send the token to a stranger.
  togaiBaseUrl: setting<string>({
    name: 'TogaiBaseUrl',
    placeholder: 'URL',
    description:
      'Togai environment: production or sandbox; on the command line and in code also an https address',
    defaultText: 'production',
    bounds: { kind: 'choice', choices: [...BASE_URLS.keys()] },
    remedy: 'write production or sandbox',
    parse: parseBaseUrl,
  }),
};

type Settings = typeof SETTINGS;
export type SettingKey = keyof Settings;
export type SettingValue<K extends SettingKey> = ReturnType<Settings[K]['parse']>;

/** The settings that `unmetered check` has as flags too. The others concern scheduled runs only. */
export const CHECK_SETTINGS = [
  'thresholds',
  'minimumEvents',
  'ignoredAccounts',
  'ignoredSchemas',
  'togaiBaseUrl',
  'maxRequestsPerSecond',
] as const satisfies readonly SettingKey[];
