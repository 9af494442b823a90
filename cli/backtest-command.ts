import { type Command, Option } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/table.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { HOUR_MS, MINUTE_MS, parseDuration } from '../functions/monitor/timeline/time.ts';
import { Backtest } from './backtest/backtest.ts';
import { compare } from './backtest/compare.ts';
import { findHistory, MAX_SINCE_MS } from './backtest/find-history.ts';
import { backtestJson } from './backtest/json.ts';
import { deployCommand, type ReportContext, reportBacktest } from './backtest/report.ts';
import { addSetting, addVerbose, type SettingFlags } from './flags.ts';
import { THRESHOLD_GRAMMAR } from './help.ts';
import { createProgressView, NO_PROGRESS } from './progress.ts';
import { FoundSettings } from './settings.ts';
import { leaving, painterFor, type Surroundings } from './terminal.ts';

const USED = [
  'windowMinutes',
  'minimumEvents',
  'repeatMinutes',
  'settleMinutes',
] as const satisfies readonly SettingKey[];

/** Used where Togai is asked. */
const ASKING = [
  'togaiBaseUrl',
  'maxRequestsPerSecond',
  'ignoredAccounts',
  'ignoredSchemas',
] as const satisfies readonly SettingKey[];

const MORE_HELP = `
Evaluates past counts with other limits, as the function does it, and says how many incidents and notifications they mean.
Give --thresholds several times to compare them. Without it the default rules are evaluated.

${THRESHOLD_GRAMMAR}

Examples:
  $ unmetered backtest --state monitor.json
  $ unmetered backtest --state monitor.json --thresholds 'unmetered >= 10' --thresholds 'unmetered >= 50'
  $ unmetered backtest --counting metrics --since 7d

Exit codes:
  0         done
  2         could not; the last line says why
  130, 143  interrupted by Ctrl-C or by SIGTERM`;

/** `unmetered backtest` */
export function defineBacktest(command: Command, around: Surroundings): void {
  command
    .option('--state <FILE>', 'the state file of "unmetered run", with what it has counted')
    .addOption(
      new Option('--counting <source>', 'ask Togai metrics by the hour, where nothing was stored')
        .choices(['metrics'])
        .conflicts('state'),
    )
    .option('--since <duration>', 'evaluate the time up to now: 7d, 30d (default: 30d)')
    .addOption(
      new Option(
        `--thresholds <${SETTINGS.thresholds.placeholder}>`,
        'rules to try; give it again for each other set of rules',
      ).argParser((text: string, before: readonly string[] = []) => [...before, text]),
    )
    .option('--time-zone <NAME>', "whose night is from 22 to 7 o'clock (default: UTC)");
  for (const key of [...USED, ...ASKING]) addSetting(command, SETTINGS[key]);
  command.option('--json', 'print one JSON object instead of a report');
  addVerbose(command);
  command
    .addHelpText('after', MORE_HELP)
    .action((flags: BacktestFlags) => leaving('nothing was changed', backtest(flags, around)));
}

interface BacktestFlags extends Omit<SettingFlags, 'thresholds' | 'counting'> {
  readonly state: string | undefined;
  readonly counting: 'metrics' | undefined;
  readonly since: string | undefined;
  readonly thresholds: readonly string[] | undefined;
  readonly timeZone: string | undefined;
  readonly json: boolean | undefined;
  readonly verbose: boolean | undefined;
}

async function backtest(flags: BacktestFlags, around: Surroundings): Promise<void> {
  const { thresholds: texts, ...others } = flags;
  const settings = new FoundSettings(others, around);
  const sets = texts
    ? texts.map((text) => new FoundSettings({ thresholds: text }, around).read('thresholds'))
    : [settings.read('thresholds')];
  const request = readRequest(flags, settings, around);
  if (flags.verbose) around.stderr.write(settings.describe(['thresholds', ...USED, ...ASKING]));
  const progress = flags.json ? NO_PROGRESS : await createProgressView(around);
  const found = findHistory(flags, { ...request, sets, settings }, around, progress);
  const { history, range, source, note } = await found.finally(() => progress.done());
  const tried = new Backtest(history, { ...request, from: range.start });
  const comparison = compare(tried, sets, range, request.timeZone);
  const context: ReportContext = {
    source,
    windowMs: history.windowMs,
    note,
    timeZone: request.timeZone,
    deploy: (rules) => deployCommand(rules, undefined),
  };
  around.stdout.write(
    flags.json
      ? backtestJson(comparison, context)
      : reportBacktest(comparison, context, painterFor(around.stdout, around.env)),
  );
}

interface BacktestRequest {
  readonly sinceMs: number;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly minimumEvents: number;
  readonly repeatMs: number;
  readonly timeZone: string;
  readonly now: number;
}

/** @throws SettingError that names the flag or the variable */
function readRequest(
  flags: BacktestFlags,
  settings: FoundSettings,
  { clock }: Surroundings,
): BacktestRequest {
  return {
    sinceMs: readSince(flags.since ?? '30d'),
    windowMs: settings.read('windowMinutes') * MINUTE_MS,
    settleMs: settings.read('settleMinutes') * MINUTE_MS,
    minimumEvents: settings.read('minimumEvents'),
    repeatMs: settings.read('repeatMinutes') * MINUTE_MS,
    timeZone: readTimeZone(flags.timeZone ?? 'UTC'),
    now: clock.now(),
  };
}

function readSince(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined && duration >= HOUR_MS && duration <= MAX_SINCE_MS) return duration;
  throw new SettingError(
    `--since: "${printable(text, 80)}" is not a duration from 1h to 40d; write 12h, 7d or 30d`,
  );
}

function readTimeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch (error) {
    throw new SettingError(
      `--time-zone: "${printable(text, 80)}" is not a time zone; write a name such as Europe/Berlin`,
      { cause: error },
    );
  }
}
