import { Command, CommanderError } from 'commander';
import { MonitorError } from '../functions/monitor/errors.ts';
import manifest from '../package.json' with { type: 'json' };
import { addCheck } from './check-command.ts';
import { demo } from './demo.ts';
import { EXIT } from './flags.ts';
import { EXIT_CODES } from './help.ts';
import { addPreview } from './preview-command.ts';
import { addRun } from './run-command.ts';
import { addSimulate } from './simulate-command.ts';
import { Interrupted, leaving, type Surroundings } from './terminal.ts';
import { addTest } from './test-command.ts';

const MORE_HELP = `
Start with: unmetered demo. It needs no token.
The options of a command: unmetered check --help

${EXIT_CODES}`;

/**
 * The command line. Every expected failure ends in one sentence on stderr.
 *
 * @returns the exit code of the process
 * @throws only on a bug
 */
export async function runCli(args: readonly string[], around: Surroundings): Promise<number> {
  let exitCode: number = EXIT.nothingBreached;
  const program = new Command('unmetered')
    .description(
      'Finds usage events that reach Togai but are never metered, so nobody pays for them: how many, whose, since when.',
    )
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.stdout.write(text),
      writeErr: (text) => around.stderr.write(text),
      outputError: (text, write) => write(usageError(text, helpFor(program, args))),
      getOutHasColors: () => around.stdout.hasColors?.(around.env) ?? false,
      getErrHasColors: () => around.stderr.hasColors?.(around.env) ?? false,
    })
    .addHelpText('after', MORE_HELP);

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
    .description('watch an incident and its recovery in a simulated Togai; needs no token')
    .action(() => leaving('only a simulation was counted', demo(around)));

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

/** `unmetered: unknown option '--tpo' (did you mean --top?); see unmetered check --help` */
function usageError(text: string, help: string): string {
  const problem = text
    .replace(/^error: /, '')
    .replace(/\n\(Did/, ' (did')
    .trimEnd()
    .replace(/\.$/, '');
  return `unmetered: ${problem}; see ${help}\n`;
}

function helpFor({ commands }: Command, [name]: readonly string[]): string {
  const isKnown = commands.some((command) => command.name() === name);
  return isKnown ? `unmetered ${name} --help` : 'unmetered --help';
}
