import type { CountingOptions } from '../counting/counting-settings.ts';
import { workersFor } from '../counting/how-many-workers.ts';
import { hashOfLists, type IgnoreLists } from '../events/counts.ts';
import type { IgnoreEntry } from '../events/ignore-entries.ts';
import type { Threshold } from '../thresholds/threshold.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../timeline/time.ts';
import { checkSchemas, ignoredAt } from './ignore-list.ts';
import type { NameOf } from './names.ts';
import { ReadOrDefault, type TextOf } from './read-or-default.ts';
import type { RunSettings, TogaiSettings } from './run-settings.ts';

/** The texts from which the settings of a run are read. */
export interface RunEnvironment {
  readonly textOf: TextOf;
  /** The link to the dashboard in notifications; empty for none. */
  readonly dashboardUrl: string;
}

/**
 * Reads the settings of a run. A value that cannot be used does not stop the run: `problem` describes it, and its
 * default takes its place. Two settings have no safe default. Without `thresholds` nothing is evaluated,
 * and without `baseUrl` nothing is sent.
 *
 * @param scheduledTime epoch ms; it decides which ignore entries hold
 * @param nameOf names a setting in `problem`; by default as a stack parameter
 */
export function readRunSettings(
  { textOf, dashboardUrl }: RunEnvironment,
  scheduledTime: number,
  nameOf: NameOf = ({ name }) => name,
): RunSettings & TogaiSettings {
  const reader = new ReadOrDefault(textOf, nameOf);
  const evaluated = readEvaluated(reader, scheduledTime);
  const togai = readTogai(reader);
  return {
    ...evaluated,
    ...togai,
    ...paceFor(togai.requestsPerSecond),
    settleMs: reader.valueOf('settleMinutes') * MINUTE_MS,
    maxCatchUpMs: reader.valueOf('maxCatchUpHours') * HOUR_MS,
    minimumEvents: reader.valueOf('minimumEvents'),
    ignoreEntries: {
      accounts: reader.valueOf('ignoredAccounts'),
      schemas: reader.valueOf('ignoredSchemas'),
    },
    repeatMs: reader.valueOf('repeatMinutes') * MINUTE_MS,
    showsWorth: reader.valueOf('showWorth'),
    dashboardUrl,
    runbookUrl: reader.valueOf('runbookUrl'),
    timeZone: reader.valueOf('timeZone'),
    digestDay: reader.valueOf('digestDay'),
    problem: reader.problems.join(' '),
  };
}

type EvaluatedOptions = Pick<
  CountingOptions,
  'counting' | 'windowMs' | 'ignoreLists' | 'ignoreListsAt' | 'ignoreListsHashAt' | 'thresholds'
>;

/** The rules, and the events over which they are evaluated. */
function readEvaluated(reader: ReadOrDefault, scheduledTime: number): EvaluatedOptions {
  const counting = reader.valueOf('counting');
  const accounts = reader.valueOf('ignoredAccounts');
  const schemas = reader.attempt<readonly IgnoreEntry[]>('ignoredSchemas', () => {
    const entries = reader.valueOf('ignoredSchemas');
    checkSchemas(ignoredAt(entries, scheduledTime), counting);
    return entries;
  }, []);
  const ignoreListsAt = (time: number): IgnoreLists => ({
    accounts: ignoredAt(accounts, time),
    schemas: ignoredAt(schemas, time),
  });
  return {
    counting,
    windowMs: reader.valueOf('windowMinutes') * MINUTE_MS,
    ignoreLists: ignoreListsAt(scheduledTime),
    ignoreListsAt,
    ignoreListsHashAt: (time) => hashOfLists(ignoreListsAt(time)),
    thresholds: reader.attempt<Threshold[] | undefined>(
      'thresholds',
      () => reader.parse('thresholds'),
      undefined,
    ),
  };
}

function readTogai(reader: ReadOrDefault): TogaiSettings {
  return {
    baseUrl: reader.attempt<string | undefined>(
      'togaiBaseUrl',
      () => reader.parse('togaiBaseUrl'),
      undefined,
    ),
    requestsPerSecond: reader.valueOf('maxRequestsPerSecond'),
  };
}

/** The cool-down is one interval between requests, and a second at least. */
function paceFor(requestsPerSecond: number): Pick<CountingOptions, 'coolDownMs' | 'workers'> {
  return {
    coolDownMs: SECOND_MS * Math.max(1, 1 / requestsPerSecond),
    workers: workersFor(requestsPerSecond),
  };
}
