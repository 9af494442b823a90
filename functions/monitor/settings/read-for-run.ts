import { SettingError } from '../errors.ts';
import { digest } from '../text/digest.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../timeline/time.ts';
import { checkRules, checkSchemas, checkWindow, LEAST_METRICS_WINDOW } from './counting-limits.ts';
import { ignoredAt } from './ignore-list.ts';
import type { NameOf } from './names.ts';
import type { RunSettings, TogaiSettings } from './run-settings.ts';
import { SETTINGS, type SettingKey, type SettingValue } from './table.ts';

/** What a run needs of its settings, and of what is set beside them. */
export interface RunEnvironment {
  /** The text of a setting as it was written; `undefined` or empty for its default. */
  readonly textOf: (key: SettingKey) => string | undefined;
  readonly dashboardUrl: string;
}

/**
 * The settings of a run, worked out for its time. What cannot be used neither stops the run nor mutes it:
 * the default takes its place (for thresholds none, and nothing is evaluated; for the address none, and nothing
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
  const ignoreLists = {
    accounts: ignoredAt(value('ignoredAccounts'), at),
    schemas: attempt<ReadonlySet<string>>(
      SETTINGS.ignoredSchemas,
      () => checkSchemas(ignoredAt(value('ignoredSchemas'), at), counting),
      new Set(),
    ),
  };
  const thresholds = attempt<Threshold[] | undefined>(
    SETTINGS.thresholds,
    () => {
      const { parse, defaultText } = SETTINGS.thresholds;
      return checkRules(parse(textOf('thresholds') || defaultText), counting, ignoreLists);
    },
    undefined,
  );
  const baseUrl = attempt<string | undefined>(
    SETTINGS.togaiBaseUrl,
    () => SETTINGS.togaiBaseUrl.parse(textOf('togaiBaseUrl') || SETTINGS.togaiBaseUrl.defaultText),
    undefined,
  );
  const requestsPerSecond = value('maxRequestsPerSecond');
  return {
    thresholds,
    counting,
    windowMs: windowMinutes * MINUTE_MS,
    settleMs: value('settleMinutes') * MINUTE_MS,
    maxCatchUpMs: value('maxCatchUpHours') * HOUR_MS,
    minimumEvents: value('minimumEvents'),
    repeatMs: value('repeatMinutes') * MINUTE_MS,
    ignoreLists,
    ignoreListsHash: digest(
      JSON.stringify([[...ignoreLists.accounts].sort(), [...ignoreLists.schemas].sort()]),
    ),
    coolDownMs: SECOND_MS * Math.max(1, 1 / requestsPerSecond),
    workers: workersFor(requestsPerSecond),
    mute: {
      name: nameOf(SETTINGS.muteUntil),
      text: textOf('muteUntil') ?? '',
      until: value('muteUntil'),
    },
    dashboardUrl,
    runbookUrl: value('runbookUrl'),
    baseUrl,
    requestsPerSecond,
    problem: problems.join(' '),
  };
}

/** How many buckets are fetched side by side: enough to use the rate while an answer takes up to 0.3 s. */
export function workersFor(requestsPerSecond: number): number {
  return Math.max(2, Math.ceil(requestsPerSecond * 0.3));
}
