import type { Command, Option } from 'commander';
import { nearest } from '../functions/monitor/text/nearest-word.ts';
import { printable } from '../functions/monitor/text/text.ts';

/** Sentences about a command line that cannot be used. They echo no value: it may be a token. */

const TOKEN_FLAG = /^--?[\w-]*token(?:=|$)/i;
const TOKEN_VARIABLE = /^[A-Z_]*TOKEN=/;

/** A sentence if an argument is a token or a flag for one; `undefined` for any other command line. */
export function tokenOnCommandLine(args: readonly string[]): string | undefined {
  if (!args.some((arg) => TOKEN_FLAG.test(arg) || TOKEN_VARIABLE.test(arg))) return undefined;
  return "unmetered: the command line takes no token, because the other users of this machine can see it; put Togai's API token into the variable TOGAI_TOKEN in the environment or into a file .env (TOGAI_TOKEN=...)\n";
}

/**
 * @param text of the error, as commander writes it
 * @returns `unmetered: unknown option '--tpo' (did you mean --top?); see unmetered check --help`
 */
export function usageError(text: string, program: Command, args: readonly string[]): string {
  const command = program.commands.find((candidate) => candidate.name() === args[0]);
  const help = command ? `unmetered ${command.name()} --help` : 'unmetered --help';
  const problem =
    unknownOption(text, command ?? program) ??
    (command && forgottenQuotes(text, command, args)) ??
    withoutNoise(text);
  return `unmetered: ${problem}; see ${help}\n`;
}

function unknownOption(text: string, { options }: Command): string | undefined {
  const [, flag] = /^error: unknown option '([^'=]*)/.exec(text) ?? [];
  if (flag === undefined) return undefined;
  const flags = options.flatMap(({ long }) => (long ? [long] : []));
  const ofAddress = flags.find((candidate) => candidate === '--togai-base-url');
  const meant = nearest(flag, flags) ?? (/url$/.test(flag) ? ofAddress : undefined);
  const question = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `unknown option '${printable(flag, 80)}'${question}`;
}

/** Names the flag whose value was cut into words by the shell. */
function forgottenQuotes(
  text: string,
  { options }: Command,
  args: readonly string[],
): string | undefined {
  if (!text.startsWith('error: too many arguments')) return undefined;
  const takesValue = (flag: string) =>
    options.some((option: Option) => option.long === flag && option.required);
  let cut: string | undefined;
  for (let index = 1; index < args.length; index++) {
    const [flag = '', value] = (args[index] ?? '').split('=', 2);
    if (!flag.startsWith('-')) {
      return (
        cut && `${cut}: its value was cut at a blank; put the whole value in quotes: ${cut} '...'`
      );
    }
    cut = takesValue(flag) ? flag : undefined;
    if (cut && value === undefined) index++;
  }
  return undefined;
}

function withoutNoise(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(/\n\(Did/, ' (did')
    .trimEnd()
    .replace(/\.$/, '');
}
