import { type Command, Option } from 'commander';
import { DEFAULT_STACK } from '../../functions/monitor/settings/names-shared-with-stack.ts';

/** The place of the monitor that people on call ask. */
export interface PlaceFlags {
  readonly stack: string | undefined;
  readonly state: string | undefined;
}

export function addPlace(command: Command): void {
  command
    .addOption(
      new Option(
        '--stack <NAME>',
        `ask the monitor that this stack has deployed (default: ${DEFAULT_STACK})`,
      ).conflicts('state'),
    )
    .option('--state <FILE>', 'ask the state file of "unmetered run" instead');
}

/** The flags that name the place again, for a command that follows. */
export function placeText({ stack, state }: PlaceFlags): string {
  if (state !== undefined) return ` --state ${shellWord(state)}`;
  return stack === undefined ? '' : ` --stack ${shellWord(stack)}`;
}

/** A word as a shell takes it. */
function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
