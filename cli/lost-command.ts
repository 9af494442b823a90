import { type Command, Option } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { PROBLEM_GROUPS } from '../functions/monitor/events/status-groups.ts';
import { SETTINGS } from '../functions/monitor/settings/all-settings.ts';
import { DEFAULT_STACK } from '../functions/monitor/settings/names-shared-with-stack.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { isoTime } from '../functions/monitor/timeline/time.ts';
import { useProxy } from './connect-togai.ts';
import { addSetting, addVerbose, EXIT, type ExitWith } from './flags.ts';
import { LOST_EXIT_CODES, TOKEN_SOURCES } from './help.ts';
import { Connection } from './lost/connect-with-one-pace.ts';
import type { Fate } from './lost/event-fate.ts';
import { FileJournal } from './lost/journal.ts';
import { list, type OpenList, openList } from './lost/list.ts';
import type { LostEvent, Question, RedoneEvents } from './lost/lost-event.ts';
import {
  DEFAULT_JOURNAL,
  DEFAULT_SINCE,
  type LostFlags,
  type LostRequest,
  readLostRequest,
} from './lost/read-lost-request.ts';
import { ReadingTogai } from './lost/reading-togai.ts';
import { type RedoOptions, redo } from './lost/redo-command.ts';
import { reportFound, reportJson } from './lost/report.ts';
import { temporaryList } from './lost/resume-file.ts';
import { headOf, rowOf } from './lost/row-formats.ts';
import { perEventOf } from './lost/worth.ts';
import { FoundSettings } from './settings.ts';
import { Interrupted, leaving, type Surroundings, written } from './terminal.ts';

const USED = ['togaiBaseUrl', 'maxRequestsPerSecond', 'showWorth'] as const;

const MORE_HELP = `
${TOKEN_SOURCES}
Redoing needs another token, TOGAI_CORRECTION_TOKEN, that may correct events. The deployed monitor never has it.

Examples:
  $ npx unmetered lost                                     list what was lost in the last 24 hours
  $ npx unmetered lost --account acme --csv > lost.csv
  $ npx unmetered lost --since 7d --resume lost.jsonl      a long list; run it again where it was interrupted
  $ npx unmetered lost --account acme --redo               a dry run: what would be redone
  $ npx unmetered lost --account acme --redo --confirm 412

${LOST_EXIT_CODES}`;

/** `unmetered lost` */
export function defineLost(command: Command, around: Surroundings, exitWith: ExitWith): void {
  command
    .addOption(
      new Option(
        '--since <duration>',
        `events received up to now: 90m, 24h, 7d (default: ${DEFAULT_SINCE})`,
      ).conflicts(['from', 'to']),
    )
    .option('--from <ISO>', 'start of the range; a time without a zone is UTC')
    .option('--to <ISO>', 'end of the range (default: now)')
    .addOption(
      new Option(
        '--incident <ID>',
        'range, accounts and status of this incident, of the stack or the state file',
      ).conflicts(['since', 'from', 'to']),
    )
    .addOption(
      new Option(
        '--stack <NAME>',
        `the stack that has the incident (default: ${DEFAULT_STACK})`,
      ).conflicts('state'),
    )
    .option('--state <FILE>', 'the state file of "unmetered run" that has the incident')
    .option('--account <A>', 'only events of this account')
    .option('--schema <S>', 'only events of this schema')
    .option(
      '--status <LIST>',
      `only these statuses or status groups (default: ${PROBLEM_GROUPS.join(', ')})`,
    )
    .addOption(new Option('--csv', 'print rows for a spreadsheet').conflicts('jsonl'))
    .option('--jsonl', 'print one JSON object a line')
    .addOption(
      new Option('--json', 'print one JSON object with the sums').conflicts(['csv', 'jsonl']),
    )
    .option('--with-payload', 'with the attributes and dimensions; they may hold personal data')
    .option('--read-all', 'read all events of the range, and trust no filter')
    .option(
      '--resume <FILE>',
      'keep the list in this file, and go on with it where it was interrupted',
    )
    .option('--redo', 'dry run of redoing them; changes nothing without --confirm')
    .option('--confirm <N>', 'redo them: the number of events that the dry run shows')
    .option('--journal <FILE>', `the record of redone events (default: ${DEFAULT_JOURNAL})`);
  for (const key of USED) {
    addSetting(command, SETTINGS[key]);
  }
  addVerbose(command);
  command
    .addHelpText('after', MORE_HELP)
    .action(async (flags: LostFlags) => exitWith(await runLost(flags, around)));
}

/** @returns the exit code */
async function runLost(flags: LostFlags, around: Surroundings): Promise<number> {
  const settings = new FoundSettings(flags, around);
  const request = await readLostRequest(flags, settings, around);
  const { baseUrl, withPayload } = request;
  if (flags.verbose) around.stderr.write(settings.describe(USED));
  await useProxy(baseUrl, around.env);
  const connection = new Connection(request.requestsPerSecond, around);
  const asker = await connection.connect(request, request.checkClock);
  const togai = new ReadingTogai(asker, baseUrl, withPayload);
  const work = { request, settings, connection, togai };
  const isClean = await leaving(leftOf(request), listOrRedo(work, flags, around));
  // Some events were refused, or are unsure.
  return isClean ? EXIT.nothingBreached : EXIT.breached;
}

/** A sentence for a command that is interrupted: its results so far. */
function leftOf({ redo, resume, journal }: LostRequest): string {
  if (redo) return `${printable(journal, 200)} has the events that were redone`;
  if (resume === undefined) return 'the list is not complete';
  return `the list so far is in ${printable(resume, 200)}`;
}

/** @returns whether nothing is left for a person to look at */
async function listOrRedo(
  work: Omit<RedoOptions, 'open' | 'journal' | 'command' | 'listCommand'>,
  flags: LostFlags,
  around: Surroundings,
): Promise<boolean> {
  const { request, togai } = work;
  const { clock, signal } = around;
  const { question, baseUrl } = request;
  const place = { path: request.journal, togai: baseUrl };
  const options = { ...place, question, clock, signal };
  const journal = request.redo ? await FileJournal.open(options) : undefined;
  const redone =
    journal?.redone() ?? (await FileJournal.readRedone(options).catch(withoutJournal(around)));
  const temporary = request.redo && !request.resume ? await temporaryList() : undefined;
  try {
    const asked = { ...request, question: withRedone(question, redone, clock.now()) };
    const open = await openList(request.resume ?? temporary?.path, togai, asked, around);
    const done = journal
      ? redo({ ...work, open, journal, ...commandsOf(flags, open) }, around)
      : printList(request, open, togai, around);
    return await done.finally(() => open.file?.close());
  } finally {
    await temporary?.remove();
  }
}

/** A list changes nothing, so it is worth printing without the journal. */
function withoutJournal({ stderr }: Surroundings): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof SettingError)) throw error;
    stderr.write(
      `The journal is left out, so events that were redone and lost again may be missing: ${error.message}\n`,
    );
  };
}

function withRedone(question: Question, redone: RedoneEvents | undefined, until: number): Question {
  return !redone || redone.referenceIds.size === 0
    ? question
    : { ...question, redone: { ...redone, until } };
}

async function printList(
  { format, json, withPayload, showWorth }: LostRequest,
  open: OpenList,
  togai: ReadingTogai,
  around: Surroundings,
): Promise<boolean> {
  const { stdout, stderr, signal } = around;
  if (!json) stdout.write(headOf(format, withPayload));
  const take = (event: LostEvent, now: Fate) =>
    json ? undefined : toReader(written(stdout, rowOf(event, { format, now }), signal));
  const found = await list(open, togai, { lookUpAgain: true, take }, around);
  const averages = await perEventOf(found, togai, showWorth, signal);
  if (json) stdout.write(reportJson(found, averages));
  else (format === 'text' ? stdout : stderr).write(reportFound(found, averages));
  return true;
}

/** A reader that has seen enough (`| head`) is no failure. */
async function toReader(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE')
      throw new Interrupted(EXIT.nothingBreached, 'nobody reads the list any more');
    throw error;
  }
}

/** The command lines for the same events: the dry run, and the list. */
function commandsOf({ confirm: _, ...flags }: LostFlags, open: OpenList) {
  const { redo: __, ...listed } = flags;
  return { command: commandOf(flags, open), listCommand: commandOf(listed, open) };
}

function commandOf(flags: LostFlags, { question: { range } }: OpenList): string {
  const isFixed = flags.incident !== undefined || flags.resume !== undefined;
  const { since: _, ...others } = flags;
  const fixed = isFixed ? flags : { ...others, from: isoTime(range.start), to: isoTime(range.end) };
  const words = Object.entries(fixed).flatMap(([key, value]) => {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [flag] : [flag, quoted(String(value))];
  });
  return ['npx unmetered lost', ...words].join(' ');
}

function quoted(word: string): string {
  const shown = printable(word, 200);
  return /^[\w./:@-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
