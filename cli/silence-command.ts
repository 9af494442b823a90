import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { MAX_SILENCE_MS } from '../functions/monitor/incidents/silence.ts';
import type { MadeAnswer } from '../functions/monitor/on-call/answer-json.ts';
import { MAX_HOURS_OF_ALL } from '../functions/monitor/on-call/read-silence-request.ts';
import { DAY_MS } from '../functions/monitor/timeline/time.ts';
import { ON_CALL_EXIT_CODES } from './help.ts';
import { jsonLine } from './json-line.ts';
import { askMonitor } from './on-call/ask-monitor.ts';
import { addPlace, type PlaceFlags, placeText } from './on-call/place-flags.ts';
import { silenceLine, silenceText } from './on-call/silence-lines.ts';
import { leaving, type Surroundings } from './terminal.ts';

const MORE_HELP = `
Nobody is notified of it for that time, and everybody is told who made the silence. It ends by itself. An incident is only
acknowledged: its reminders stop, and its end is still told.

Examples:
  $ npx unmetered silence acme --for 2h --comment 'migration'
  $ npx unmetered silence --incident u-7k2f --for 8h
  $ npx unmetered silence --subject unmetered --for 30m
  $ npx unmetered silence --all --for 1h --state monitor.json

${ON_CALL_EXIT_CODES}`;

const LONGEST = `the longest is ${MAX_SILENCE_MS / DAY_MS}d, and ${MAX_HOURS_OF_ALL}h with --all`;

interface SilenceFlags extends PlaceFlags {
  readonly subject: string | undefined;
  readonly incident: string | undefined;
  readonly all: boolean | undefined;
  readonly for: string;
  readonly comment: string | undefined;
  readonly by: string | undefined;
  readonly json: boolean | undefined;
}

/** `unmetered silence` */
export function defineSilence(command: Command, around: Surroundings): void {
  command
    .argument('[ACCOUNT]', 'notify nobody of this account')
    .addOption(
      new Option('--subject <S>', 'notify nobody of any account: unmetered, failed').conflicts([
        'incident',
        'all',
      ]),
    )
    .addOption(new Option('--incident <ID>', 'send no reminders of this incident').conflicts('all'))
    .option('--all', 'notify nobody of anything, but of failures of the monitor itself')
    .requiredOption('--for <duration>', `for how long: 30m, 2h, 3d; ${LONGEST}`)
    .option('--comment <TEXT>', 'why; everybody reads it')
    .option('--by <NAME>', 'who you are (default: your user name here)')
    .option('--json', 'print one JSON object');
  addPlace(command);
  command
    .addHelpText('after', MORE_HELP)
    .action((account: string | undefined, flags: SilenceFlags) =>
      leaving(UNKNOWN, silence(account, flags, around)),
    );
}

/** Said of an interruption, because the call may have arrived. */
const UNKNOWN = 'and it is unknown whether it was done; look with: npx unmetered silences';

async function silence(
  account: string | undefined,
  flags: SilenceFlags,
  around: Surroundings,
): Promise<void> {
  const { subject, incident, all, comment } = flags;
  const request = { account, subject, incident, all, for: flags.for, by: authorOf(flags), comment };
  const answer = await askMonitor<'silence'>({ silence: given(request) }, flags, around);
  around.stdout.write(flags.json ? jsonLine(answer) : `${madeLines(answer, flags)}\n`);
}

function madeLines({ silence, incidents }: MadeAnswer, place: PlaceFlags): string {
  const verb = silence.incident === null ? 'Silenced' : 'Acknowledged';
  return [
    `${verb}: ${silenceText(silence)}`,
    incidents.length === 0
      ? 'No open incident falls under it now.'
      : `Open incidents that fall under it: ${incidents.join(', ')}`,
    `End it with: npx unmetered unsilence ${silence.id}${placeText(place)}`,
  ].join('\n');
}

interface UnsilenceFlags extends PlaceFlags {
  readonly by: string | undefined;
  readonly json: boolean | undefined;
}

/** `unmetered unsilence` */
export function defineUnsilence(command: Command, around: Surroundings): void {
  command
    .argument('<ID>', 'of the silence, such as s-7k2f')
    .option('--by <NAME>', 'who you are (default: your user name here)')
    .option('--json', 'print one JSON object');
  addPlace(command);
  command
    .addHelpText('after', `\n${ON_CALL_EXIT_CODES}`)
    .action((id: string, flags: UnsilenceFlags) => leaving(UNKNOWN, unsilence(id, flags, around)));
}

async function unsilence(id: string, flags: UnsilenceFlags, around: Surroundings): Promise<void> {
  const payload = { unsilence: id, by: authorOf(flags) };
  const answer = await askMonitor<'unsilence'>(payload, flags, around);
  around.stdout.write(flags.json ? jsonLine(answer) : `Ended: ${silenceText(answer.ended)}\n`);
}

interface ListFlags extends PlaceFlags {
  readonly json: boolean | undefined;
}

/** `unmetered silences` */
export function defineSilences(command: Command, around: Surroundings): void {
  command.option('--json', 'print one JSON object');
  addPlace(command);
  command.addHelpText('after', `\n${ON_CALL_EXIT_CODES}`).action(async (flags: ListFlags) => {
    const answer = await askMonitor<'silences'>({ silences: true }, flags, around);
    const lines = answer.silences.map(silenceLine);
    const text =
      lines.length > 0 ? lines.join('\n') : 'There is no silence, and there was none lately.';
    around.stdout.write(flags.json ? jsonLine(answer) : `${text}\n`);
  });
}

/** @throws SettingError where the system does not know the person who asks */
function authorOf({ by }: { readonly by: string | undefined }): string {
  if (by !== undefined) return by;
  try {
    return userInfo().username;
  } catch (error) {
    throw new SettingError('--by: this system does not know your name; write it', { cause: error });
  }
}

/** Without the fields that were not given: the monitor takes each field that it sees. */
function given(request: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}
