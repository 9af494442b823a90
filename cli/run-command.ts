import { type Command, Option } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { renderMessage } from '../functions/monitor/notifications/formats/message.ts';
import { testNotification } from '../functions/monitor/notifications/notification.ts';
import { muteAt } from '../functions/monitor/settings/mute-until.ts';
import { flagOf } from '../functions/monitor/settings/names.ts';
import { readRunSettings } from '../functions/monitor/settings/read-for-run.ts';
import type { Setting } from '../functions/monitor/settings/setting.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/table.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { MINUTE_MS, parseDuration } from '../functions/monitor/timeline/time.ts';
import { readTogaiEnvironment, requireToken } from './credentials.ts';
import {
  addSetting,
  EXIT,
  type ExitWith,
  naming,
  readBaseUrl,
  readPast,
  type SettingFlags,
} from './flags.ts';
import { writePreview } from './preview.ts';
import {
  createPrinter,
  PRINT_FORMATS,
  type PrintFormat,
  type RunCommand,
  runLine,
  runOnce,
} from './run.ts';
import { leaving, type Surroundings } from './terminal.ts';

/** The shortest interval of `run --every`. */
const MINIMUM_EVERY_MS = MINUTE_MS;

const RUN_EXAMPLES = `
One run counts what is due since the run before, remembers it in the state file, decides what people are notified of, and prints that.

Examples:
  $ unmetered run --state monitor.json                     once, from cron
  $ unmetered run --state monitor.json --every 5m          until Ctrl-C
  $ unmetered run --state replay.json --at 2026-11-20T09:45 --print json
`;

const RUN_EXIT_CODES = `
Exit codes: 0 nothing firing · 3 something firing · 2 could not count · 130, 143 interrupted`;

/** `unmetered run` */
export function addRun(program: Command, around: Surroundings, exitWith: ExitWith): void {
  const command = program
    .command('run')
    .description('one scheduled run without AWS: count what is due, notify of what has changed')
    .requiredOption('--state <FILE>', 'what the monitor remembers from run to run')
    .option('--at <ISO>', 'the time of the run (default: now); replays the past, run by run')
    .addOption(
      new Option('--every <duration>', 'a run now and then, until Ctrl-C: 5m, 1h').conflicts('at'),
    )
    .addOption(
      new Option('--print <format>', 'print notifications as email, Slack or machines get them')
        .choices(PRINT_FORMATS)
        .default('email'),
    )
    .option('--quiet', 'print notifications only');
  for (const setting of Object.values(SETTINGS)) addSetting(command, setting);
  command
    .addHelpText('after', RUN_EXAMPLES + RUN_EXIT_CODES)
    .action((flags: RunFlags) =>
      leaving(
        `what was counted and decided is in ${printable(flags.state, 200)}`,
        runAsAsked(flags, around, exitWith),
      ),
    );
}

/** Once, or now and then until it is interrupted. */
async function runAsAsked(
  flags: RunFlags,
  around: Surroundings,
  exitWith: ExitWith,
): Promise<void> {
  const request = readRunCommand(flags, around);
  const say = (text: string) => {
    if (!flags.quiet) around.stderr.write(`${text}\n`);
  };
  const everyMs = flags.every === undefined ? undefined : readEvery(flags.every);
  for (;;) {
    const at = flags.at === undefined ? around.clock.now() : readPast('--at', flags.at, around);
    const result = await runOnce(request, at, around, say);
    if (everyMs === undefined) {
      // Why it failed is the last line then, and there also with --quiet.
      say(runLine(at, { ...result, error: undefined }));
      if (result.error) throw result.error;
      exitWith(result.firing?.length ? EXIT.breached : EXIT.nothingBreached);
      return;
    }
    say(runLine(at, result));
    await around.clock.sleep(at + everyMs - around.clock.now(), around.signal);
  }
}

interface RunFlags extends SettingFlags {
  readonly state: string;
  readonly at: string | undefined;
  readonly every: string | undefined;
  readonly print: PrintFormat;
  readonly quiet: boolean | undefined;
}

/** @throws SettingError that names the flag; a person is there to mend it, so nothing is made up for it */
function readRunCommand(flags: RunFlags, around: Surroundings): RunCommand {
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const setting: Setting<unknown> = SETTINGS[key];
    naming(flagOf(setting), () => setting.parse(flags[key] ?? setting.defaultText));
  }
  const textOf = (key: SettingKey) => flags[key];
  const now = around.clock.now();
  const { problem, mute } = readRunSettings({ textOf, dashboardUrl: '' }, now, flagOf);
  const problems = [problem, muteAt(mute, undefined, now).problem].filter((text) => text !== '');
  if (problems.length > 0) throw new SettingError(problems.join(' '));
  const environment = readTogaiEnvironment(around.env, around.folder);
  return {
    stateFile: flags.state,
    textOf,
    baseUrl: readBaseUrl(flags.togaiBaseUrl, environment),
    token: requireToken(environment),
    tokenSource: 'TOGAI_TOKEN',
    publisher: createPrinter(around.stdout, flags.print),
  };
}

function readEvery(text: string): number {
  const everyMs = parseDuration(text);
  if (everyMs !== undefined && everyMs >= MINIMUM_EVERY_MS) return everyMs;
  throw new SettingError(
    `--every: "${printable(text, 80)}" is no duration of a minute or more; write 5m, 15m or 1h`,
  );
}

/** `unmetered test` */
export function addTest(program: Command, around: Surroundings): void {
  program
    .command('test')
    .description('print the harmless message that tests every channel, as each would get it')
    .action(() => {
      const message = renderMessage(testNotification(around.clock.now()), {
        dashboardUrl: '',
        runbookUrl: '',
        explanations: [],
      });
      around.stdout.write(
        [
          `Subject: ${message.subject}`,
          `Email:\n${message.email}`,
          `SMS: ${message.sms}`,
          `Slack: ${message.slack}`,
          `JSON: ${message.json}`,
          '',
        ].join('\n\n'),
      );
    });
}

/** `unmetered preview` */
export function addPreview(program: Command, around: Surroundings): void {
  program
    .command('preview')
    .description('write a page that shows every kind of notification as each subscriber gets it')
    .option('--out <FILE>', 'where to write it', 'preview.html')
    .action(async ({ out }: { out: string }) => {
      await writePreview(out);
      around.stdout.write(`Every notification is shown in ${out}; open it in a browser.\n`);
    });
}
