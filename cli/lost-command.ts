import { type Command, Option } from 'commander';
import { SETTINGS } from '../functions/monitor/settings/table.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { useProxy } from './connect.ts';
import { addSetting, addVerbose, EXIT, type ExitWith } from './flags.ts';
import { LOST_EXIT_CODES, TOKEN_SOURCES } from './help.ts';
import { connect } from './lost/connect.ts';
import { list, openList } from './lost/list.ts';
import type { LostEvent } from './lost/lost-event.ts';
import { headOf, rowOf } from './lost/print-event.ts';
import { reportFound, reportJson } from './lost/report.ts';
import { type LostFlags, type LostRequest, readLostRequest } from './lost/request.ts';
import type { Sight } from './lost/sight.ts';
import { LostTogai } from './lost/togai.ts';
import { FoundSettings } from './settings.ts';
import { leaving, type Surroundings, written } from './terminal.ts';

const MORE_HELP = `
${TOKEN_SOURCES}

Examples:
  $ unmetered lost                                     list what was lost in the last 24 hours
  $ unmetered lost --account acme --csv > lost.csv
  $ unmetered lost --since 7d --resume lost.jsonl      a long list; run it again where it was interrupted

${LOST_EXIT_CODES}`;

/** `unmetered lost` */
export function defineLost(command: Command, around: Surroundings, exitWith: ExitWith): void {
  command
    .addOption(
      new Option(
        '--since <duration>',
        'events received up to now: 90m, 24h, 7d (default: 24h)',
      ).conflicts(['from', 'to']),
    )
    .option('--from <ISO>', 'start of the range; a time without a zone is UTC')
    .option('--to <ISO>', 'end of the range (default: now)')
    .addOption(
      new Option(
        '--incident <ID>',
        'range, accounts and status of this incident; needs --state',
      ).conflicts(['since', 'from', 'to']),
    )
    .option('--state <FILE>', 'the state file that has the incident')
    .option('--account <A>', 'only events of this account')
    .option('--schema <S>', 'only events of this schema')
    .option(
      '--status <LIST>',
      'only these statuses or status groups (default: unmetered, failed, unknown)',
    )
    .addOption(new Option('--csv', 'print rows for a spreadsheet').conflicts('jsonl'))
    .option('--jsonl', 'print one JSON object a line')
    .addOption(
      new Option('--json', 'print one JSON object with the sums').conflicts(['csv', 'jsonl']),
    )
    .option('--with-payload', 'with the attributes and dimensions; they may hold personal data')
    .option('--read-all', 'read every list to its end, whatever its filters')
    .option(
      '--resume <FILE>',
      'keep the list in this file, and go on with it where it was interrupted',
    );
  for (const key of ['togaiBaseUrl', 'maxRequestsPerSecond'] as const) {
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
  const { baseUrl, resume, withPayload } = request;
  if (flags.verbose)
    around.stderr.write(settings.describe(['togaiBaseUrl', 'maxRequestsPerSecond']));
  await useProxy(baseUrl, around.env);
  const togai = new LostTogai(await connect(request, around), baseUrl, withPayload);
  const left =
    resume === undefined
      ? 'the list is not complete'
      : `the list so far is in ${printable(resume, 200)}`;
  await leaving(left, printList(request, togai, around));
  return EXIT.nothingBreached;
}

async function printList(
  request: LostRequest,
  togai: LostTogai,
  around: Surroundings,
): Promise<void> {
  const { resume, format, json, withPayload } = request;
  const { stdout, stderr, signal } = around;
  const open = await openList(resume, togai, request, around);
  if (!json) stdout.write(headOf(format, withPayload));
  const take = (event: LostEvent, now?: Sight) =>
    json ? undefined : written(stdout, rowOf(event, { format, now }), signal);
  const found = await list(open, togai, { lookUpAgain: true, take }, around).finally(() =>
    open.file?.close(),
  );
  if (json) stdout.write(reportJson(found));
  else (format === 'text' ? stdout : stderr).write(reportFound(found));
}
