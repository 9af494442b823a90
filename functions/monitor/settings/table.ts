import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import { COUNTINGS, type Counting } from '../timeline/timeline.ts';
import { BASE_URLS, parseBaseUrl, parseLink } from './addresses.ts';
import { type IgnoreEntry, parseIgnoreList } from './ignore-list.ts';
import { parseMuteUntil } from './mute-until.ts';
import { IGNORE_LIST_PATTERN, LINK_PATTERN, THRESHOLDS_PATTERN, TIME_PATTERN } from './patterns.ts';
import { choiceSetting, numberSetting, setting, textSetting } from './setting.ts';

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
    description: 'length of the window that thresholds are evaluated over, in minutes',
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
    description: 'how often people are reminded of a firing alert, in minutes; 0 for never',
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
  ignoredAccounts: textSetting<IgnoreEntry[]>({
    name: 'IgnoredAccounts',
    placeholder: "'A, B'",
    description:
      'accounts that are counted apart and not evaluated, each with an optional last day (A@2027-01-31)',
    defaultText: '',
    pattern: IGNORE_LIST_PATTERN,
    maxLength: 500,
    remedy:
      'write account ids separated by commas, each with an optional last day: acme, bob@2027-01-31',
    parse: parseIgnoreList,
  }),
  ignoredSchemas: textSetting<IgnoreEntry[]>({
    name: 'IgnoredSchemas',
    placeholder: "'S'",
    description: 'event schemas that are counted apart and not evaluated, likewise',
    defaultText: '',
    pattern: IGNORE_LIST_PATTERN,
    maxLength: 500,
    remedy:
      'write schema names separated by commas, each with an optional last day: api_calls@2027-01-31',
    parse: parseIgnoreList,
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
export type SettingValue<K extends SettingKey> = ReturnType<Settings[K]['parse']>;

/** The settings that `check` has too; the others are about runs. */
export const CHECK_SETTINGS = [
  'thresholds',
  'minimumEvents',
  'ignoredAccounts',
  'ignoredSchemas',
  'togaiBaseUrl',
  'maxRequestsPerSecond',
] as const satisfies readonly SettingKey[];
