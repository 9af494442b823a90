import { type Command, Option } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { checkRules, checkSchemas } from '../functions/monitor/settings/counting-limits.ts';
import { ignoredAt } from '../functions/monitor/settings/ignore-list.ts';
import { flagOf } from '../functions/monitor/settings/names.ts';
import type { Setting } from '../functions/monitor/settings/setting.ts';
import { CHECK_SETTINGS, SETTINGS } from '../functions/monitor/settings/table.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { parseDuration, type Range } from '../functions/monitor/timeline/time.ts';
import { COUNTINGS, type Counting } from '../functions/monitor/timeline/timeline.ts';
import { type CheckRequest, check, checkWindow } from './check.ts';
import { readTogaiEnvironment, requireToken } from './credentials.ts';
import {
  addSetting,
  EXIT,
  type ExitWith,
  naming,
  readBaseUrl,
  readTime,
  type SettingFlags,
} from './flags.ts';
import { createProgressView, NO_PROGRESS } from './progress.ts';
import { reconcile } from './reconcile.ts';
import { report, reportBreached, reservations } from './report.ts';
import { reportJson } from './report-json.ts';
import { painterFor, type Surroundings } from './terminal.ts';

export const CHECK_EXIT_CODES = `
Exit codes: 0 counted, nothing breached · 3 counted, something breached (with --reconcile: both ways differ) · 2 could not count · 130, 143 interrupted`;

const CHECK_EXAMPLES = `
TOGAI_TOKEN, and TOGAI_BASE_URL where there is no flag for it, come from the environment or from a file .env.

Thresholds: <subject> [by account|by schema] <op> <limit>[%] [for <n>m] [critical]
  subject: metered, unmetered, failed, duplicate, in_progress, reverted, unknown, total,
           a status (INGESTION_COMPLETED_NO_MATCHING_METERS) or a pattern (INGESTION_FAILED_*)
  op: >= > <= <   limit: a count of events, or with % a share of the settled events

Examples:
  $ unmetered check
  $ unmetered check --since 6h --thresholds 'unmetered >= 1, unmetered by account >= 5% critical'
  $ unmetered check --from 2026-11-21T08:00 --to 2026-11-21T09:00 --json   (times without a zone are UTC)
  $ unmetered check --quiet; [ $? -eq 3 ] && notify-send 'Togai: events are not metered'
${CHECK_EXIT_CODES}`;

interface CheckFlags extends SettingFlags {
  readonly since: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly top: string | undefined;
  readonly counting: Counting;
  readonly reconcile: boolean | undefined;
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
}

/** `unmetered check` */
export function addCheck(program: Command, around: Surroundings, exitWith: ExitWith): void {
  const command = program
    .command('check')
    .description('count a time range of events now, and evaluate it')
    .addOption(
      new Option('--since <duration>', 'the time up to now: 90m, 6h, 2d (default: 60m)').conflicts([
        'from',
        'to',
      ]),
    )
    .option('--from <ISO>', 'the start of the range')
    .option('--to <ISO>', 'the end of the range (default: now)');
  for (const key of CHECK_SETTINGS) addSetting(command, SETTINGS[key]);
  command
    .addOption(
      new Option(
        '--counting <how>',
        'count every event, or let Togai count by the hour (POST /metrics): one or two requests an hour, whatever the volume; the range starts on the hour',
      )
        .choices(COUNTINGS)
        .default('events'),
    )
    .addOption(
      new Option(
        '--reconcile',
        'count the closed hours of the range both ways, and show where they differ',
      ).conflicts(['json', 'quiet', 'counting']),
    )
    .option('--top <N>', 'how many accounts and schemas to list (default: 5; with --json 10)')
    .option('--json', 'print one JSON object instead of tables')
    .option('--quiet', 'print only breached thresholds, and no progress')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (flags: CheckFlags) => {
      const request = readCheckRequest(flags, around);
      const top = flags.top === undefined ? undefined : readTop(flags.top);
      if (flags.reconcile) {
        const { text, differ } = await reconcile(request, around, createProgressView(around));
        around.stdout.write(text);
        exitWith(differ ? EXIT.breached : EXIT.nothingBreached);
        return;
      }
      const progress = flags.quiet ? NO_PROGRESS : createProgressView(around);
      const result = await check(request, around, progress).finally(() => progress.done());
      if (flags.json) {
        around.stdout.write(reportJson(result, top));
      } else if (flags.quiet) around.stdout.write(reportBreached(result));
      else around.stdout.write(report(result, painterFor(around.stdout, around.env), top));
      if (flags.json || flags.quiet) {
        for (const sentence of reservations(result.counts)) around.stderr.write(`${sentence}\n`);
      }
      const breached = result.evaluations.some(({ state }) => state === 'breached');
      exitWith(breached ? EXIT.breached : EXIT.nothingBreached);
    });
}

/** @throws SettingError that names the flag */
function readCheckRequest(flags: CheckFlags, around: Surroundings): CheckRequest {
  const now = around.clock.now();
  const read = <T>(setting: Setting<T>, text: string | undefined) =>
    naming(flagOf(setting), () => setting.parse(text ?? setting.defaultText));
  const window = readWindow(flags, now);
  // Before anything is counted: the other way comes first there, and may take hours.
  const counting = flags.reconcile ? 'metrics' : flags.counting;
  const accounts = ignoredAt(read(SETTINGS.ignoredAccounts, flags.ignoredAccounts), now);
  const ignoredNow = ignoredAt(read(SETTINGS.ignoredSchemas, flags.ignoredSchemas), now);
  const schemas = naming(flagOf(SETTINGS.ignoredSchemas), () => checkSchemas(ignoredNow, counting));
  const ignoreLists = { accounts, schemas };
  const rules = read(SETTINGS.thresholds, flags.thresholds);
  const thresholds = naming(flagOf(SETTINGS.thresholds), () =>
    checkRules(rules, counting, ignoreLists),
  );
  const environment = readTogaiEnvironment(around.env, around.folder);
  return {
    window,
    thresholds,
    minimumEvents: read(SETTINGS.minimumEvents, flags.minimumEvents),
    requestsPerSecond: read(SETTINGS.maxRequestsPerSecond, flags.maxRequestsPerSecond),
    ignoreLists,
    baseUrl: readBaseUrl(flags.togaiBaseUrl, environment),
    token: requireToken(environment),
    tokenSource: 'TOGAI_TOKEN',
    counting: flags.counting,
  };
}

/** @throws SettingError */
function readTop(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new SettingError(
    `--top: "${printable(text, 80)}" is no number of accounts; write a whole number from 1 on`,
  );
}

function readWindow(flags: CheckFlags, now: number): Range {
  if (flags.from !== undefined) {
    const start = readTime('--from', flags.from);
    const end = flags.to === undefined ? now : readTime('--to', flags.to);
    return checkWindow({ start, end }, now);
  }
  if (flags.to !== undefined) {
    throw new SettingError('--to says where the range ends; say with --from where it starts');
  }
  const text = flags.since ?? '60m';
  const duration = parseDuration(text);
  if (duration === undefined) {
    throw new SettingError(
      `--since: "${printable(text, 80)}" is no duration; write minutes, hours or days: 90m, 6h, 2d`,
    );
  }
  return checkWindow({ start: now - duration, end: now }, now);
}
