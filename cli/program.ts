import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MonitorError, SettingError } from '../functions/monitor/errors.ts';
import {
  CHECK_SETTINGS,
  flagOf,
  SETTINGS,
  type Setting,
  type SettingKey,
} from '../functions/monitor/settings.ts';
import { testNotification } from '../functions/monitor/steps/notification.ts';
import { renderMessage } from '../functions/monitor/steps/render/message.ts';
import { printable } from '../functions/monitor/steps/text.ts';
import {
  MINUTE_MS,
  parseDuration,
  parseTime,
  type Range,
} from '../functions/monitor/steps/time.ts';
import { waivedAt } from '../functions/monitor/steps/waiver.ts';
import manifest from '../package.json' with { type: 'json' };
import { FAULTS, type Fault } from '../simulator/faults.ts';
import { scenarios } from '../simulator/scenario.ts';
import { type CheckRequest, check, checkWindow } from './check.ts';
import { readTogaiEnvironment, requireToken, type TogaiEnvironment } from './credentials.ts';
import { demo } from './demo.ts';
import { writePreview } from './preview.ts';
import { createProgressView, NO_PROGRESS } from './progress.ts';
import { report, reportCrossed, reservations } from './report.ts';
import { reportJson } from './report-json.ts';
import {
  createPrinter,
  PRINT_FORMATS,
  type PrintFormat,
  type RunCommand,
  runLine,
  runOnce,
} from './run.ts';
import { simulate } from './simulate.ts';
import { painterFor, type Surroundings } from './terminal.ts';

/** What a process ends with; 1 is left to crashes and to npm. */
const EXIT = { nothingCrossed: 0, couldNotCount: 2, crossed: 3 } as const;

/** How often `run --every` starts a run where nothing else is said. */
const MINIMUM_EVERY_MS = MINUTE_MS;

/** The reason of the signal of {@link Surroundings} when a person or a system ends the process. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}

const EXIT_CODES = `
Exit codes: 0 counted, nothing crossed · 3 counted, something crossed · 2 could not count · 130, 143 interrupted`;

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
${EXIT_CODES}`;

const SIMULATE_EXAMPLES = `
Examples:
  $ unmetered simulate --port 4010
  $ TOGAI_TOKEN=simulated-token unmetered check --togai-base-url http://127.0.0.1:4010
  $ unmetered simulate --port 4010 --time-filter ignored --fault 429=0.05 --fault reset=0.02
`;

/**
 * The command line. Whatever goes wrong on purpose ends in one sentence on stderr.
 *
 * @returns the exit code of the process; what is thrown is a bug
 */
export async function runCli(args: readonly string[], around: Surroundings): Promise<number> {
  let exitCode: number = EXIT.nothingCrossed;
  const program = new Command('unmetered')
    .description(
      'Tells when usage events reach Togai but are never metered: how many, whose, since when.',
    )
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.stdout.write(text),
      writeErr: (text) => around.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'unmetered: ')),
      getOutHasColors: () => around.stdout.hasColors?.(around.env) ?? false,
      getErrHasColors: () => around.stderr.hasColors?.(around.env) ?? false,
    })
    .addHelpText('after', EXIT_CODES);

  addCheck(program, around, (code) => {
    exitCode = code;
  });
  addRun(program, around, (code) => {
    exitCode = code;
  });
  addTest(program, around);
  addPreview(program, around);
  addSimulate(program, around);
  program
    .command('demo')
    .description('watch an incident come and go against an embedded, simulated Togai')
    .action(() => demo(around));

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.couldNotCount;
    if (error instanceof Interrupted) {
      around.stderr.write('unmetered: interrupted, nothing was counted\n');
      return error.exitCode;
    }
    if (!(error instanceof MonitorError)) throw error;
    around.stderr.write(`unmetered: ${error.message}\n`);
    return EXIT.couldNotCount;
  }
}

interface CheckFlags extends SettingFlags {
  readonly since: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
}

function addCheck(program: Command, around: Surroundings, exitWith: (code: number) => void): void {
  const command = program
    .command('check')
    .description('count a time range of events now, and judge it')
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
    .option('--json', 'print one JSON object instead of tables')
    .option('--quiet', 'print only what crossed, and no progress')
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (flags: CheckFlags) => {
      const request = readCheckRequest(flags, around);
      const progress = flags.quiet ? NO_PROGRESS : createProgressView(around);
      const result = await check(request, around, progress).finally(() => progress.done());
      if (flags.json) {
        around.stdout.write(reportJson(result));
      } else if (flags.quiet) around.stdout.write(reportCrossed(result));
      else around.stdout.write(report(result, painterFor(around.stdout, around.env)));
      if (flags.json || flags.quiet) {
        for (const sentence of reservations(result.tally)) around.stderr.write(`${sentence}\n`);
      }
      const crossed = result.verdicts.some(({ state }) => state === 'breached');
      exitWith(crossed ? EXIT.crossed : EXIT.nothingCrossed);
    });
}

/** @throws SettingError that names the flag */
function readCheckRequest(flags: CheckFlags, around: Surroundings): CheckRequest {
  const now = around.clock.now();
  const read = <T>(setting: Setting<T>, text: string | undefined) =>
    naming(flagOf(setting), () => setting.parse(text ?? setting.defaultText));
  const window = readWindow(flags, now);
  const environment = readTogaiEnvironment(around.env, around.folder);
  return {
    window,
    thresholds: read(SETTINGS.thresholds, flags.thresholds),
    minimumEvents: read(SETTINGS.minimumEvents, flags.minimumEvents),
    requestsPerSecond: read(SETTINGS.maxRequestsPerSecond, flags.maxRequestsPerSecond),
    waived: {
      accounts: waivedAt(read(SETTINGS.ignoredAccounts, flags.ignoredAccounts), now),
      schemas: waivedAt(read(SETTINGS.ignoredSchemas, flags.ignoredSchemas), now),
    },
    baseUrl: readBaseUrl(flags.togaiBaseUrl, environment),
    token: requireToken(environment),
    tokenSource: 'TOGAI_TOKEN',
  };
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

function readTime(flag: string, text: string): number {
  const time = parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (time !== undefined) return time;
  throw new SettingError(
    `${flag}: "${printable(text, 80)}" is no time; write it like 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00`,
  );
}

function readPast(flag: string, text: string, { clock }: Surroundings): number {
  const time = readTime(flag, text);
  if (time <= clock.now()) return time;
  throw new SettingError(`${flag} lies in the future; leave it out to run now`);
}

/** Puts where a value was written before what is wrong with it. */
function naming<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new SettingError(`${source}: ${error.message}`, { cause: error });
  }
}

const RUN_EXAMPLES = `
One run counts what is due since the run before, remembers it in the state file, decides what to tell, and prints that.

Examples:
  $ unmetered run --state monitor.json                     once, from cron
  $ unmetered run --state monitor.json --every 5m          until Ctrl-C
  $ unmetered run --state replay.json --at 2026-11-20T09:45 --print json
`;

const RUN_EXIT_CODES = `
Exit codes: 0 nothing firing · 3 something firing · 2 could not count · 130, 143 interrupted`;

function addRun(program: Command, around: Surroundings, exitWith: (code: number) => void): void {
  const command = program
    .command('run')
    .description('one scheduled run without AWS: count what is due, tell what has changed')
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
  command.addHelpText('after', RUN_EXAMPLES + RUN_EXIT_CODES).action(async (flags: RunFlags) => {
    const request = readRunCommand(flags, around);
    const say = (text: string) => {
      if (!flags.quiet) around.stderr.write(`${text}\n`);
    };
    const everyMs = flags.every === undefined ? undefined : readEvery(flags.every);
    for (;;) {
      const at = flags.at === undefined ? around.clock.now() : readPast('--at', flags.at, around);
      const result = await runOnce(request, at, around, say);
      say(runLine(at, result));
      if (everyMs === undefined) {
        if (result.error) throw result.error;
        exitWith(result.firing?.length ? EXIT.crossed : EXIT.nothingCrossed);
        return;
      }
      await around.clock.sleep(at + everyMs - around.clock.now(), around.signal);
    }
  });
}

function addSetting(command: Command, setting: Setting<unknown>): void {
  const fallback = setting.defaultText === '' ? '' : ` (default: ${setting.defaultText})`;
  command.option(`${flagOf(setting)} <${setting.placeholder}>`, setting.description + fallback);
}

type SettingFlags = Record<SettingKey, string | undefined>;

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
  const environment = readTogaiEnvironment(around.env, around.folder);
  return {
    stateFile: flags.state,
    textOf: (key) => flags[key],
    baseUrl: readBaseUrl(flags.togaiBaseUrl, environment),
    token: requireToken(environment),
    tokenSource: 'TOGAI_TOKEN',
    publisher: createPrinter(around.stdout, flags.print),
  };
}

function readBaseUrl(flag: string | undefined, environment: TogaiEnvironment): string {
  const setting = SETTINGS.togaiBaseUrl;
  return flag === undefined
    ? naming('TOGAI_BASE_URL', () => setting.parse(environment.baseUrl ?? setting.defaultText))
    : naming(flagOf(setting), () => setting.parse(flag));
}

function readEvery(text: string): number {
  const everyMs = parseDuration(text);
  if (everyMs !== undefined && everyMs >= MINIMUM_EVERY_MS) return everyMs;
  throw new SettingError(
    `--every: "${printable(text, 80)}" is no duration of a minute or more; write 5m, 15m or 1h`,
  );
}

function addTest(program: Command, around: Surroundings): void {
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

function addPreview(program: Command, around: Surroundings): void {
  program
    .command('preview')
    .description('write a page that shows every kind of notification as each subscriber gets it')
    .option('--out <FILE>', 'where to write it', 'preview.html')
    .action(async ({ out }: { out: string }) => {
      await writePreview(out);
      around.stdout.write(`Every notification is shown in ${out}; open it in a browser.\n`);
    });
}

function addSimulate(program: Command, around: Surroundings): void {
  const names = Object.keys(scenarios(0));
  const choice = (flag: string, description: string, values: readonly string[]) =>
    new Option(`${flag} <value>`, description).choices(values).default(values[0]);
  program
    .command('simulate')
    .description('serve an embedded, simulated Togai on this machine')
    .option('--port <P>', 'port to listen on, 0 for a free one', wholeNumber(0, 65_535), 0)
    .option('--seed <S>', 'another seed, other traffic', wholeNumber(0, 2 ** 31), 1)
    .addOption(new Option('--scenario <NAME>', 'what happens').choices(names).default('incident'))
    .option('--quota <N>', 'requests a second before 429', wholeNumber(1, 1_000_000), 10)
    .option('--latency-ms <N>', 'mean time to an answer, ± 50%', wholeNumber(0, 60_000), 0)
    .addOption(
      choice('--time-filter', 'how start_time and end_time are taken', [
        'createdAt',
        'timestamp',
        'ignored',
      ]),
    )
    .addOption(
      choice('--bounds', 'whether the ends of a time range belong to it', [
        'inclusive',
        'exclusive',
      ]),
    )
    .addOption(
      choice('--order', 'in which order events are listed', ['newest-first', 'oldest-first']),
    )
    .addOption(choice('--reference-id', 'where referenceId stands', ['top', 'payload']))
    .addOption(choice('--when-empty', 'how an answer without events looks', ['list', 'absent']))
    .addOption(
      choice('--zone', 'whether times are written with their zone', ['written', 'left-out']),
    )
    .addOption(
      new Option(
        '--fault <KIND=SHARE>',
        `what happens to a share of the requests, repeatable; kinds: ${FAULTS.join(', ')}`,
      ).argParser(readFault),
    )
    .addHelpText('after', SIMULATE_EXAMPLES)
    .action((flags) => simulate(flags, around));
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  };
}

function readFault(
  text: string,
  before: Partial<Record<Fault, number>> = {},
): Partial<Record<Fault, number>> {
  const [name, share] = text.split('=');
  const fault = FAULTS.find((candidate) => candidate === name);
  const rate = Number(share);
  if (fault && rate > 0 && rate <= 1) return { ...before, [fault]: rate };
  throw new InvalidArgumentError(
    `Write KIND=SHARE, such as 429=0.05; kinds: ${FAULTS.join(', ')}.`,
  );
}
