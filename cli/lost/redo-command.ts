import { createInterface } from 'node:readline/promises';
import { type MonitorError, SettingError } from '../../functions/monitor/errors.ts';
import { counted, printable } from '../../functions/monitor/text/text.ts';
import type { FoundSettings } from '../settings.ts';
import type { Surroundings } from '../terminal.ts';
import { cyclesOf } from './billing-cycles.ts';
import type { Connection } from './connect-with-one-pace.ts';
import { CorrectingTogai } from './correcting-togai.ts';
import { DryRun } from './dry-run.ts';
import type { FileJournal } from './journal.ts';
import { list, type OpenList } from './list.ts';
import type { LostEvent } from './lost-event.ts';
import { createNotes } from './notes.ts';
import type { LostRequest } from './read-lost-request.ts';
import type { ReadingTogai } from './reading-togai.ts';
import { RedoCounter, redoAll } from './redo-all.ts';
import { redoJson, reportDryRun, reportRedo } from './redo-report.ts';
import { reportFound, reportJson } from './report.ts';
import { perEventOf } from './worth.ts';

/** Another token than that of the monitor, which can redo nothing. */
const CORRECTION_TOKEN = 'TOGAI_CORRECTION_TOKEN';

export interface RedoOptions {
  readonly request: LostRequest;
  readonly settings: FoundSettings;
  readonly open: OpenList;
  readonly journal: FileJournal;
  readonly togai: ReadingTogai;
  readonly connection: Connection;
  /** The command line without `--confirm`, for the person who reads the dry run. */
  readonly command: string;
  /** The command line without `--redo`, which lists the same events. */
  readonly listCommand: string;
}

/**
 * Shows the result that redoing would have, and redoes the events where a person confirms their
 * number.
 *
 * @returns whether nothing is left for a person to look at
 * @throws MonitorError; the reason of the signal when it aborts
 */
export async function redo(options: RedoOptions, around: Surroundings): Promise<boolean> {
  const { request, open, togai, journal, command } = options;
  const { clock, signal, stdout, stderr } = around;
  const { json, confirm } = request;
  const tokenProblem = tokenProblemOf(options.settings);
  // Said before the list is read, which may take long.
  if (confirm !== undefined && tokenProblem !== undefined) {
    stderr.write(`This is a dry run, because there is no ${CORRECTION_TOKEN} to use.\n`);
  }
  const named = open.question.statuses;
  const dryRun = new DryRun();
  const take = (event: LostEvent) => dryRun.add(event, journal.known(event), named);
  const found = await list(open, togai, { lookUpAgain: false, take }, around);
  const averages = await perEventOf(found, togai, request.showWorth, signal);
  const { perEvent } = averages;
  const about = { perEvent, cycles: await cyclesOf(dryRun, togai, clock.now(), signal) };
  const again = confirm === undefined ? `${command} --confirm ${dryRun.redoable}` : undefined;
  if (!json) {
    const next = { again, tokenProblem };
    stdout.write(reportFound(found, averages) + reportDryRun(dryRun, about, next));
  }
  if (!(await isConfirmed(dryRun, tokenProblem, request, around))) {
    if (json) stdout.write(reportJson(found, averages, redoJson(dryRun, about, undefined)));
    return journal.unsure().length === 0;
  }
  const sums = new RedoCounter();
  const error = await act(options, sums, around).finally(() => {
    stdout.write(
      json
        ? reportJson(found, averages, redoJson(dryRun, about, sums))
        : reportRedo(sums, options.listCommand),
    );
  });
  if (error) throw error;
  return sums.isClean;
}

/** @returns the error that ended it early */
async function act(
  { request, settings, open, journal, togai, connection }: RedoOptions,
  sums: RedoCounter,
  around: Surroundings,
): Promise<MonitorError | undefined> {
  const { clock, signal } = around;
  const asker = await connection.connect(settings.access(CORRECTION_TOKEN), false);
  const correcting = new CorrectingTogai(asker, request.baseUrl);
  const ports = {
    journal,
    lookUp: (id: string) => togai.lookUp(id, signal),
    redo: correcting.redo.bind(correcting),
    wait: (ms: number) => clock.sleep(ms, signal),
  };
  const events = open.file?.events() ?? none();
  const note = createNotes(around);
  const onEach = () =>
    note(() => `${counted(sums.kinds.get('redone') ?? 0, 'event')} redone so far`);
  return redoAll(events, ports, { named: open.question.statuses, sums, onEach, signal });
}

async function* none(): AsyncGenerator<LostEvent> {}

/** @returns why nothing can be corrected with the settings at hand */
function tokenProblemOf(settings: FoundSettings): SettingError | undefined {
  try {
    settings.access(CORRECTION_TOKEN);
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) return error;
    throw error;
  }
}

/** @throws SettingError where the number is another one by now, where there is no token, or both; where another number is typed */
async function isConfirmed(
  { redoable }: DryRun,
  tokenProblem: SettingError | undefined,
  { confirm, json }: LostRequest,
  { stdin, stderr, signal }: Surroundings,
): Promise<boolean> {
  if (confirm !== undefined) {
    const numberProblem =
      confirm === redoable
        ? undefined
        : `--confirm ${confirm}: the dry run shows ${redoable} by now, so nothing was redone; look at them, then confirm that number`;
    const problems = [numberProblem, tokenProblem?.message].filter(
      (problem) => problem !== undefined,
    );
    if (problems.length > 0) throw new SettingError(problems.join('. Besides, '));
    return true;
  }
  if (json || redoable === 0 || tokenProblem !== undefined || !stdin?.isTTY) return false;
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    const typed = await terminal.question(`Type ${redoable} to redo them now: `, { signal });
    if (typed.trim() === String(redoable)) return true;
    throw new SettingError(
      `Nothing was redone: "${printable(typed.trim(), 40)}" is not ${redoable}; run the same command again, and type that number`,
    );
  } finally {
    terminal.close();
  }
}
