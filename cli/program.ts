import { Command, CommanderError } from 'commander';
import { MonitorError } from '../functions/monitor/errors.ts';
import manifest from '../package.json' with { type: 'json' };
import { EXIT, type ExitWith } from './flags.ts';
import { EXIT_CODES } from './help.ts';
import { tokenOnCommandLine, usageError } from './mistyped-command-line.ts';
import { Interrupted, type Surroundings } from './terminal.ts';

const MORE_HELP = `
Start with: npx unmetered demo. It needs no token.
The options of a command: npx unmetered check --help

${EXIT_CODES}`;

/** Gives a command its options and its work. */
type Define = (command: Command, around: Surroundings, exitWith: ExitWith) => void;

/** The commands. Only the one that is named is loaded: the others would take most of the start-up time. */
const COMMANDS: Readonly<Record<string, { description: string; load: () => Promise<Define> }>> = {
  check: {
    description: 'count the events of a time range now, and evaluate the thresholds',
    load: async () => (await import('./check-command.ts')).defineCheck,
  },
  doctor: {
    description: 'find out what this Togai can do, and how the monitor should count',
    load: async () => (await import('./doctor-command.ts')).defineDoctor,
  },
  run: {
    description: 'do one run of the monitor without AWS: count, evaluate, print notifications',
    load: async () => (await import('./run-command.ts')).defineRun,
  },
  status: {
    description: 'say how the last run was, which incidents are open, and who is silenced',
    load: async () => (await import('./status-command.ts')).defineStatus,
  },
  silence: {
    description: 'keep an account, a subject or everything quiet for a time',
    load: async () => (await import('./silence-command.ts')).defineSilence,
  },
  silences: {
    description: 'list the silences, also those of the last days',
    load: async () => (await import('./silence-command.ts')).defineSilences,
  },
  unsilence: {
    description: 'end a silence before its time',
    load: async () => (await import('./silence-command.ts')).defineUnsilence,
  },
  backtest: {
    description: 'evaluate past counts with other limits, to choose thresholds by looking',
    load: async () => (await import('./backtest-command.ts')).defineBacktest,
  },
  lost: {
    description: 'list the events that reached no bill, and have Togai process them again',
    load: async () => (await import('./lost-command.ts')).defineLost,
  },
  test: {
    description: 'print the harmless test message as email, SMS, Slack and machines get it',
    load: async () => (await import('./test-command.ts')).defineTest,
  },
  preview: {
    description: 'write a web page with an example of every kind of notification',
    load: async () => (await import('./preview-command.ts')).definePreview,
  },
  simulate: {
    description: 'serve a simulated Togai on this machine, to try the commands against',
    load: async () => (await import('./simulate-command.ts')).defineSimulate,
  },
  demo: {
    description: 'watch an incident and its recovery in a simulated Togai; needs no token',
    load: async () => (await import('./demo.ts')).defineDemo,
  },
};

/**
 * The command line. Every expected failure ends in one sentence on stderr.
 *
 * @returns the exit code of the process
 * @throws only on a bug
 */
export async function runCli(args: readonly string[], around: Surroundings): Promise<number> {
  const ofToken = tokenOnCommandLine(args);
  if (ofToken !== undefined) {
    around.stderr.write(ofToken);
    return EXIT.couldNotCount;
  }
  let exitCode: number = EXIT.nothingBreached;
  const program = createProgram(args, around);
  await defineCommands(program, args, around, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.couldNotCount;
    if (error instanceof Interrupted) {
      around.stderr.write(`unmetered: ${error.message}\n`);
      return error.exitCode;
    }
    if (!(error instanceof MonitorError)) throw error;
    around.stderr.write(`unmetered: ${error.message}\n`);
    return EXIT.couldNotCount;
  }
}

/** Gives a program its commands, and the one that is named its options and its work. */
export async function defineCommands(
  program: Command,
  args: readonly string[],
  around: Surroundings,
  exitWith: ExitWith,
): Promise<void> {
  const named = args.find((arg) => Object.hasOwn(COMMANDS, arg));
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(description);
    if (name !== named) continue;
    const define = await load();
    define(command, around, exitWith);
  }
}

function createProgram(args: readonly string[], { stdout, stderr, env }: Surroundings): Command {
  const program = new Command('unmetered');
  return program
    .description(
      'Finds usage events that reach Togai but are never metered, so nobody pays for them: how many, whose, since when.',
    )
    .version(manifest.version)
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(usageError(text, program, args)),
      getOutHasColors: () => stdout.hasColors?.(env) ?? false,
      getErrHasColors: () => stderr.hasColors?.(env) ?? false,
    })
    .addHelpText('after', MORE_HELP);
}
