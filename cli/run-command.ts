import { type Command, Option } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/all-settings.ts';
import { readRunSettings } from '../functions/monitor/settings/read-for-run.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { parseDuration } from '../functions/monitor/timeline/duration.ts';
import { MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { useProxy } from './connect-togai.ts';
import {
  addSetting,
  addVerbose,
  EXIT,
  type ExitWith,
  readPast,
  type SettingFlags,
} from './flags.ts';
import { RUN_EXIT_CODES, THRESHOLD_GRAMMAR, TOKEN_SOURCES } from './help.ts';
import {
  createPrinter,
  failureOf,
  PRINT_FORMATS,
  type PrintFormat,
  type RunCommand,
  runLine,
  runOnce,
} from './run.ts';
import { FoundSettings } from './settings.ts';
import { leaving, type Surroundings } from './terminal.ts';
import { withLocalCommands } from './with-local-commands.ts';

/** The shortest interval of `--every`. */
const MINIMUM_EVERY_MS = MINUTE_MS;

const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

const MORE_HELP = `
One run counts the events since the run before, evaluates the thresholds, and prints the notifications that are due.
It keeps counts and incidents in the state file. The deployed monitor does the same in AWS.

${TOKEN_SOURCES}

${THRESHOLD_GRAMMAR}

Examples:
  $ npx unmetered run --state monitor.json                     one run, for cron
  $ npx unmetered run --state monitor.json --every 5m          a run every five minutes, until Ctrl-C
  $ npx unmetered run --state replay.json --at 2026-11-20T09:45 --print json

${RUN_EXIT_CODES}`;

/** `unmetered run` */
export function defineRun(command: Command, around: Surroundings, exitWith: ExitWith): void {
  command
    .requiredOption(
      '--state <FILE>',
      'the file that keeps counts and incidents from run to run; the first run creates it',
    )
    .option(
      '--at <ISO>',
      'do the run as of this past time (default: now); later runs need later times',
    )
    .addOption(
      new Option('--every <duration>', 'do a run at this interval, until Ctrl-C: 5m, 1h').conflicts(
        'at',
      ),
    )
    .addOption(
      new Option('--print <format>', 'print notifications in the form of this kind of subscriber')
        .choices(PRINT_FORMATS)
        .default('email'),
    )
    .option('--quiet', 'print notifications only');
  addVerbose(command);
  for (const setting of Object.values(SETTINGS)) addSetting(command, setting);
  command
    .addHelpText('after', MORE_HELP)
    .action((flags: RunFlags) =>
      leaving(
        `the counts and incidents so far are in ${printable(flags.state, 200)}`,
        runOnceOrEvery(flags, around, exitWith),
      ),
    );
}

/** Does one run, or with `--every` runs until it is interrupted. */
async function runOnceOrEvery(
  flags: RunFlags,
  around: Surroundings,
  exitWith: ExitWith,
): Promise<void> {
  const settings = new FoundSettings(flags, around);
  const say = (text: string) => {
    if (!flags.quiet) around.stderr.write(`${text}\n`);
  };
  const request = readRunCommand(flags, settings, around, say);
  if (flags.verbose) around.stderr.write(settings.describe(SETTING_KEYS));
  await useProxy(request.baseUrl, around.env);
  const everyMs = flags.every === undefined ? undefined : readEvery(flags.every);
  for (;;) {
    const at = flags.at === undefined ? around.clock.now() : readPast('--at', flags.at, around);
    const result = await runOnce(request, at, around, say);
    for (const sentence of result.remarks ?? []) say(sentence);
    const failure = failureOf(result);
    if (everyMs === undefined) {
      // The failure of a single run is thrown: it is printed last, and also with --quiet.
      say(runLine(at, result));
      if (failure) throw failure;
      exitWith(result.open?.length ? EXIT.breached : EXIT.nothingBreached);
      return;
    }
    say(runLine(at, result, failure));
    // No longer than the interval, even if the clock was set back during the run.
    const waitMs = Math.min(at + everyMs - around.clock.now(), everyMs);
    await around.clock.sleep(waitMs, around.signal);
  }
}

interface RunFlags extends SettingFlags {
  readonly state: string;
  readonly at: string | undefined;
  readonly every: string | undefined;
  readonly print: PrintFormat;
  readonly quiet: boolean | undefined;
  readonly verbose: boolean | undefined;
}

/**
 * Reads the settings. The deployed monitor replaces some bad ones by defaults; here a person can correct them.
 *
 * @throws SettingError that names the flag or the variable
 */
function readRunCommand(
  flags: RunFlags,
  settings: FoundSettings,
  { clock, stdout }: Surroundings,
  say: (text: string) => void,
): RunCommand {
  for (const key of SETTING_KEYS) settings.read(key);
  const { textOf, nameOf } = settings;
  const now = clock.now();
  const { problem } = readRunSettings({ textOf, dashboardUrl: '' }, now, nameOf);
  if (problem !== '') throw new SettingError(problem);
  const printer = createPrinter(stdout, flags.print, say);
  return {
    stateFile: flags.state,
    textOf,
    nameOf,
    ...settings.access(),
    channel: {
      ...printer,
      publish: (message, ended) => printer.publish(withLocalCommands(message, flags.state), ended),
    },
    checkClock: flags.at === undefined,
  };
}

function readEvery(text: string): number {
  const everyMs = parseDuration(text);
  if (everyMs !== undefined && everyMs >= MINIMUM_EVERY_MS) return everyMs;
  throw new SettingError(
    `--every: "${printable(text, 80)}" is not a duration of a minute or more; write 5m, 15m or 1h`,
  );
}
