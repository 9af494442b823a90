import { type Command, Option } from 'commander';
import { COUNTINGS } from '../functions/monitor/events/counting-source.ts';
import { CHECK_SETTINGS, SETTINGS } from '../functions/monitor/settings/all-settings.ts';
import { DEFAULT_STACK } from '../functions/monitor/settings/names-shared-with-stack.ts';
import { check } from './check/check.ts';
import { type CheckFlags, DEFAULT_SINCE, readCheckRequest, readTop } from './check/check-flags.ts';
import { DEFAULT_TOP_OF_JSON, reportJson } from './check/report/json.ts';
import { warnings } from './check/report/remarks.ts';
import { DEFAULT_TOP, report } from './check/report/report.ts';
import { breachedLines } from './check/report/thresholds.ts';
import { useProxy } from './connect-togai.ts';
import { addSetting, addVerbose, EXIT, type ExitWith } from './flags.ts';
import { CHECK_EXIT_CODES, THRESHOLD_GRAMMAR, TOKEN_SOURCES } from './help.ts';
import { createProgressView, NO_PROGRESS } from './progress.ts';
import { FoundSettings } from './settings.ts';
import { readStackSettings } from './stack-settings.ts';
import { Interrupted, painterFor, type Surroundings } from './terminal.ts';

const MORE_HELP = `
${TOKEN_SOURCES}

${THRESHOLD_GRAMMAR}

Examples:
  $ npx unmetered check
  $ npx unmetered check --stack ${DEFAULT_STACK}
  $ npx unmetered check --since 6h --thresholds 'unmetered >= 1, unmetered by account >= 5% critical'
  $ npx unmetered check --from 2026-11-21T08:00 --to 2026-11-21T09:00 --json
  $ npx unmetered check --quiet; [ $? -eq 3 ] && notify-send 'Togai: events are not metered'

${CHECK_EXIT_CODES}`;

/** `unmetered check` */
export function defineCheck(command: Command, around: Surroundings, exitWith: ExitWith): void {
  command
    .addOption(
      new Option(
        '--since <duration>',
        `count the time up to now: 90m, 1h30m, 2d, 1w (default: ${DEFAULT_SINCE})`,
      ).conflicts(['from', 'to']),
    )
    .option('--from <ISO>', 'start of the range; a time without a zone is UTC')
    .option('--to <ISO>', 'end of the range (default: now)')
    .option(
      '--stack <NAME>',
      'evaluate by the settings of this stack, over its window; other options still come first',
    );
  for (const key of CHECK_SETTINGS) addSetting(command, SETTINGS[key]);
  command
    .addOption(
      new Option(
        '--counting <source>',
        'where counts come from: listing (GET /events), metrics (POST /metrics), or auto (default: auto)',
      ).choices(COUNTINGS),
    )
    .option(
      '--top <N>',
      `list this many accounts and schemas (default: ${DEFAULT_TOP}; with --json ${DEFAULT_TOP_OF_JSON})`,
    )
    .option('--json', 'print one JSON object instead of tables')
    .option('--quiet', 'print the breached thresholds only, and no progress');
  addVerbose(command);
  command
    .addHelpText('after', MORE_HELP)
    .action(async (flags: CheckFlags) => exitWith(await runCheck(flags, around)));
}

function interruption({ reason }: AbortSignal): unknown {
  if (!(reason instanceof Interrupted)) return reason;
  return new Interrupted(reason.exitCode, 'the numbers above are lower bounds');
}

/** Prints the result of one check. @returns the exit code */
async function runCheck(flags: CheckFlags, around: Surroundings): Promise<number> {
  const ofStack =
    flags.stack === undefined ? undefined : await readStackSettings(flags.stack, around);
  const settings = new FoundSettings(flags, around, ofStack);
  const request = readCheckRequest(flags, settings, around);
  const top = flags.top === undefined ? undefined : readTop(flags.top);
  if (flags.verbose) around.stderr.write(settings.describe([...CHECK_SETTINGS, 'counting']));
  await useProxy(request.baseUrl, around.env);
  const progress = flags.quiet ? NO_PROGRESS : await createProgressView(around);
  const result = await check(request, around, progress).finally(() => progress.done());
  if (flags.json) around.stdout.write(reportJson(result, top));
  else if (flags.quiet) around.stdout.write(breachedLines(result));
  else around.stdout.write(report(result, painterFor(around.stdout, around.env), top));
  if (result.isPart) throw interruption(around.signal);
  if (flags.json || flags.quiet) {
    for (const sentence of warnings(result)) around.stderr.write(`${sentence}\n`);
  }
  const breached = result.evaluations.some(({ state }) => state === 'breached');
  return breached ? EXIT.breached : EXIT.nothingBreached;
}
