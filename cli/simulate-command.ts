import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationInWords } from '../functions/monitor/timeline/duration.ts';
import { parseWrittenTime } from '../functions/monitor/timeline/time.ts';
import { GENERATIONS } from '../simulator/behaviour-switches.ts';
import { FAULTS, type Fault } from '../simulator/faults.ts';
import { BEGAN_BEFORE_START_MS } from '../simulator/incident-times.ts';
import { MAX_POINTS } from '../simulator/metrics-points.ts';
import { scenarios } from '../simulator/scenarios.ts';
import { simulate } from './simulate.ts';
import type { Surroundings } from './terminal.ts';

type Choice = readonly [flag: string, description: string, choices: readonly string[]];

/** The readings of Togai's documentation, one option each. The first choice is the default. */
const SWITCHES: readonly Choice[] = [
  ['--bounds', 'whether a range includes its start_time and end_time', ['inclusive', 'exclusive']],
  [
    '--status-filter',
    'the filter status; raw-refused takes PROCESSED, UNPROCESSED and IN_PROGRESS only',
    ['honoured', 'ignored', 'refused', 'raw-refused'],
  ],
  [
    '--new-state',
    'state that events of an undocumented status are in',
    ['UNPROCESSED', 'PROCESSED'],
  ],
  ['--reference-id', 'place of referenceId: beside the payload or in it', ['top', 'payload']],
  ['--when-empty', 'answer without events: an empty list or no list', ['list', 'absent']],
  ['--zone', 'whether times end with their zone', ['written', 'left-out']],
];

/** Parts of a generation. Their defaults are those of `--api`. */
const PARTS: readonly Choice[] = [
  [
    '--time-filter',
    'time that start_time and end_time filter by; ignored lists all events',
    ['createdAt', 'timestamp', 'ignored'],
  ],
  ['--order-by', 'time that the list is ordered by', ['createdAt', 'timestamp']],
  ['--order', 'order of the listed events', ['newest-first', 'oldest-first']],
];

/** The kinds of Togai metrics. The first choice is the default. */
const METRICS: readonly Choice[] = [
  ['--metrics-access', 'refused answers with 403', ['granted', 'refused']],
  ['--metrics-time', 'time that decides about the hour of an event', ['createdAt', 'timestamp']],
  [
    '--metrics-range',
    'whether a part of an hour is counted, or the whole hour',
    ['exact', 'widened'],
  ],
  ['--metrics-hours', 'whether hours start at the full hour or at half past', ['full', 'half']],
  ['--metrics-zeros', 'hours without events', ['left-out', 'filled']],
  [
    '--metrics-cut',
    `whether each query or the whole answer has ${MAX_POINTS} data points at most`,
    ['query', 'answer'],
  ],
  ['--metrics-statuses', 'statuses that a filter may name', ['any', 'documented']],
  ['--metrics-grouping', 'ignored gives one number for all groups', ['honoured', 'ignored']],
];

/** `unmetered simulate` */
export function defineSimulate(command: Command, around: Surroundings): void {
  command
    .option('--port <P>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--seed <S>', 'number that the events are made from', wholeNumber(0, 2 ** 31), 1)
    .addOption(
      new Option('--scenario <NAME>', 'events that come; see below')
        .choices(Object.keys(scenarios(0)))
        .default('incident'),
    )
    .option('--quota <N>', 'requests a second; 429 for the others', wholeNumber(1, 1_000_000), 10)
    .option(
      '--latency-ms <N>',
      'mean time to an answer in ms; each takes 50% to 150% of it',
      wholeNumber(0, 60_000),
      0,
    );
  command.addOption(
    new Option('--api <GENERATION>', 'generation of GET /events; see below')
      .choices(Object.keys(GENERATIONS))
      .default('2024'),
  );
  for (const choice of PARTS) command.addOption(optionOf(choice));
  for (const choice of [...SWITCHES, ...METRICS]) {
    command.addOption(optionOf(choice).default(choice[2][0]));
  }
  command
    .option(
      '--metrics-stale-minutes <N>',
      'metrics are as of so many minutes ago',
      wholeNumber(0, 10_000),
      0,
    )
    .option('--metrics-stalled-at <ISO>', 'metrics do not change from this time on', readTime)
    .addOption(
      new Option(
        '--fault <KIND=SHARE>',
        `fault for a share of the requests, such as 429=0.05; repeatable; kinds: ${FAULTS.join(', ')}`,
      ).argParser(readFault),
    )
    .addHelpText('after', moreHelp())
    .action((flags) => simulate(flags, around));
}

function optionOf([flag, description, choices]: Choice): Option {
  return new Option(`${flag} <value>`, description).choices(choices);
}

function moreHelp(): string {
  const list = Object.entries(scenarios(0)).map(
    ([name, { description }]) => `  ${name.padEnd(9)} ${description}`,
  );
  return `
Scenarios (the incident began ${durationInWords(BEGAN_BEFORE_START_MS)} before the start):
${list.join('\n')}

A request of http://127.0.0.1:PORT/mend mends the cause of the scenario: events that arrive from then on are metered.

Generations of GET /events:
  2022           filters by start_time and end_time; lists by createdAt, newest first
  2024           ignores both; lists by the time of the sender, newest first
  2024-created   ignores both; lists by createdAt, newest first
  2024-oldest    ignores both; lists by createdAt, oldest first
--time-filter, --order-by and --order change a generation.
The other options with choices are readings of Togai's documentation.

Examples:
  $ npx unmetered simulate --port 4010
  $ TOGAI_TOKEN=simulated-token npx unmetered check --togai-base-url http://127.0.0.1:4010
  $ npx unmetered simulate --port 4010 --api 2022 --fault 429=0.05 --fault reset=0.02
  $ npx unmetered simulate --port 4010 --scenario flood --metrics-time timestamp --metrics-hours half`;
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  };
}

function readTime(text: string): number {
  const time = parseWrittenTime(text);
  if (time !== undefined) return time;
  throw new InvalidArgumentError('Write a time such as 2026-11-21T09:00.');
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
