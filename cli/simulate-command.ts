import { type Command, InvalidArgumentError, Option } from 'commander';
import { FAULTS, type Fault } from '../simulator/faults.ts';
import { scenarios } from '../simulator/scenario.ts';
import { simulate } from './simulate.ts';
import type { Surroundings } from './terminal.ts';

const SIMULATE_EXAMPLES = `
Examples:
  $ unmetered simulate --port 4010
  $ TOGAI_TOKEN=simulated-token unmetered check --togai-base-url http://127.0.0.1:4010
  $ unmetered simulate --port 4010 --time-filter ignored --fault 429=0.05 --fault reset=0.02
`;

/** `unmetered simulate` */
export function addSimulate(program: Command, around: Surroundings): void {
  const names = Object.keys(scenarios(0));
  const choice = (flag: string, description: string, values: readonly string[]) =>
    new Option(`${flag} <value>`, description).choices(values).default(values[0]);
  program
    .command('simulate')
    .description('serve an embedded, simulated Togai on this machine')
    .option('--port <P>', 'port to listen on, 0 for a free one', wholeNumber(0, 65_535), 0)
    .option('--seed <S>', 'another seed, other traffic', wholeNumber(0, 2 ** 31), 1)
    .addOption(new Option('--scenario <NAME>', 'what happens').choices(names).default('incident'))
    .option('--quota <N>', 'requests a second before 429', wholeNumber(1, 1_000_000), 10)
    .option('--latency-ms <N>', 'mean time to an answer, ± 50%', wholeNumber(0, 60_000), 0)
    .addOption(
      choice('--time-filter', 'how start_time and end_time are taken', [
        'createdAt',
        'timestamp',
        'ignored',
      ]),
    )
    .addOption(
      choice('--bounds', 'whether the ends of a time range belong to it', [
        'inclusive',
        'exclusive',
      ]),
    )
    .addOption(
      choice('--order', 'in which order events are listed', ['newest-first', 'oldest-first']),
    )
    .addOption(choice('--reference-id', 'where referenceId stands', ['top', 'payload']))
    .addOption(choice('--when-empty', 'how an answer without events looks', ['list', 'absent']))
    .addOption(
      choice('--zone', 'whether times are written with their zone', ['written', 'left-out']),
    )
    .addOption(
      new Option(
        '--fault <KIND=SHARE>',
        `what happens to a share of the requests, repeatable; kinds: ${FAULTS.join(', ')}`,
      ).argParser(readFault),
    )
    .addHelpText('after', SIMULATE_EXAMPLES)
    .action((flags) => simulate(flags, around));
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  };
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
