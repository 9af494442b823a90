import type { Command } from 'commander';
import { EXIT, type ExitWith } from './flags.ts';
import { RUN_EXIT_CODES } from './help.ts';
import { jsonLine } from './json-line.ts';
import { askMonitor } from './on-call/ask-monitor.ts';
import { addPlace, type PlaceFlags } from './on-call/place-flags.ts';
import { statusLines } from './on-call/status-lines.ts';
import type { Surroundings } from './terminal.ts';

const MORE_HELP = `
Says how the last run was, which incidents are open, and who is silenced. It changes nothing, and needs no token of Togai.

${RUN_EXIT_CODES}`;

interface StatusFlags extends PlaceFlags {
  readonly json: boolean | undefined;
}

/** `unmetered status` */
export function defineStatus(command: Command, around: Surroundings, exitWith: ExitWith): void {
  command.option('--json', 'print one JSON object');
  addPlace(command);
  command.addHelpText('after', MORE_HELP).action(async (flags: StatusFlags) => {
    const status = await askMonitor<'status'>({ status: true }, flags, around);
    const lines = statusLines(status).map((line) => `${line}\n`);
    around.stdout.write(flags.json ? jsonLine(status) : lines.join(''));
    exitWith(status.open.length > 0 ? EXIT.breached : EXIT.nothingBreached);
  });
}
