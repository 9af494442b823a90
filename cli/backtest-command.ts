import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/all-settings.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { parseDuration } from '../functions/monitor/timeline/duration.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { Backtest } from './backtest/backtest.ts';
import { compare } from './backtest/compare-rule-sets.ts';
import { deployCommand } from './backtest/deploy-command.ts';
import { findHistory, MAX_SINCE_MS } from './backtest/find-history.ts';
import type { History } from './backtest/history.ts';
import { backtestJson } from './backtest/json.ts';
import { noCountsLine } from './backtest/lines.ts';
import { useMoreMemory } from './backtest/more-memory.ts';
import { type PageData, pageDataOf } from './backtest/page-data.ts';
import { type ReportContext, reportBacktest } from './backtest/report.ts';
import { addSetting, addVerbose, type SettingFlags } from './flags.ts';
import { BACKTEST_EXIT_CODES, THRESHOLD_GRAMMAR } from './help.ts';
import { addPlace, type PlaceFlags } from './on-call/place-flags.ts';
import { createProgressView, NO_PROGRESS } from './progress.ts';
import { FoundSettings } from './settings.ts';
import { leaving, painterFor, type Surroundings } from './terminal.ts';

const USED = [
  'windowMinutes',
  'minimumEvents',
  'repeatMinutes',
  'settleMinutes',
  'timeZone',
] as const satisfies readonly SettingKey[];

/** Used where Togai is asked. */
const ASKING = [
  'togaiBaseUrl',
  'maxRequestsPerSecond',
  'ignoredAccounts',
  'ignoredSchemas',
] as const satisfies readonly SettingKey[];

const DEFAULT_SINCE = '30d';

const MORE_HELP = `
Evaluates past counts with other limits, as the function does it, and says how many incidents and notifications they mean.
Give --thresholds several times to compare them. Without it the default rules are evaluated.

${THRESHOLD_GRAMMAR}

Examples:
  $ npx unmetered backtest
  $ npx unmetered backtest --state monitor.json --thresholds 'unmetered >= 10' --thresholds 'unmetered >= 50'
  $ npx unmetered backtest --state monitor.json --html backtest.html
  $ npx unmetered backtest --counting metrics --since 7d

${BACKTEST_EXIT_CODES}`;

/** `unmetered backtest` */
export function defineBacktest(command: Command, around: Surroundings): void {
  addPlace(command);
  command
    .addOption(
      new Option('--counting <source>', 'ask Togai metrics by the hour, where nothing was stored')
        .choices(['metrics'])
        .conflicts(['stack', 'state']),
    )
    .option(
      '--since <duration>',
      `evaluate the time up to now: 7d, 30d (default: ${DEFAULT_SINCE})`,
    )
    .addOption(
      new Option(
        `--thresholds <${SETTINGS.thresholds.placeholder}>`,
        'rules to try; give it again for each other set of rules',
      ).argParser((text: string, before: readonly string[] = []) => [...before, text]),
    );
  for (const key of [...USED, ...ASKING]) addSetting(command, SETTINGS[key]);
  command
    .option('--html <FILE>', 'write a page on which the limits are moved')
    .option('--json', 'print one JSON object instead of a report');
  addVerbose(command);
  command
    .addHelpText('after', MORE_HELP)
    .action((flags: BacktestFlags) => leaving('nothing was changed', backtest(flags, around)));
}

interface BacktestFlags extends Omit<SettingFlags, 'thresholds' | 'counting'>, PlaceFlags {
  readonly counting: 'metrics' | undefined;
  readonly since: string | undefined;
  readonly thresholds: readonly string[] | undefined;
  readonly html: string | undefined;
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
  useMoreMemory();
  const progress = flags.json ? NO_PROGRESS : await createProgressView(around);
  const found = findHistory(flags, { ...request, sets, settings }, around, progress);
  const { history, range, source, note } = await found.finally(() => progress.done());
  const tried = new Backtest(history, { ...request, from: range.start });
  const comparison = compare(tried, sets, range, request.timeZone);
  const context: ReportContext = {
    source,
    windowMs: history.windowMs,
    note: [noCountsLine(range, request.sinceMs), note].filter((line) => line !== '').join(' '),
    timeZone: request.timeZone,
    deploy: (rules) => deployCommand(rules, flags.stack),
  };
  if (flags.html !== undefined)
    await writePage(
      flags.html,
      pageDataOf(comparison, tried, { ...context, stack: flags.stack }),
      history,
    );
  around.stdout.write(
    flags.json
      ? backtestJson(comparison, context)
      : reportBacktest(comparison, context, painterFor(around.stdout, around.env)),
  );
  if (flags.html === undefined || flags.json) return;
  around.stdout.write(`Limits can be moved in ${flags.html}; open it in a browser.\n`);
}

/** @throws SettingError if the file cannot be written */
async function writePage(path: string, data: PageData, history: History): Promise<void> {
  const { renderBacktestPage } = await import('./backtest/render-page.ts');
  const page = await renderBacktestPage(data, history);
  try {
    await writeFile(path, page);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(`--html: ${path} cannot be written (${code}); choose another file`, {
      cause: error,
    });
  }
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
    sinceMs: readSince(flags.since ?? DEFAULT_SINCE),
    windowMs: settings.read('windowMinutes') * MINUTE_MS,
    settleMs: settings.read('settleMinutes') * MINUTE_MS,
    minimumEvents: settings.read('minimumEvents'),
    repeatMs: settings.read('repeatMinutes') * MINUTE_MS,
    timeZone: settings.read('timeZone'),
    now: clock.now(),
  };
}

function readSince(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined && duration >= HOUR_MS && duration <= MAX_SINCE_MS) return duration;
  throw new SettingError(
    `--since: "${printable(text, 80)}" is not a duration from 1h to ${MAX_SINCE_MS / DAY_MS}d; write 12h, 7d or 30d`,
  );
}
