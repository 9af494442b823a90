/**
 * Lets the monitor live through worlds in which much goes wrong, under the eyes of a judge that knows the truth:
 *
 *   npm run simulate -- --seeds 1000 --days 3     prints what was survived, as the tables of docs/reliability.md
 *   npm run simulate -- --seed 17 --days 3        one world, and what led to its first violation
 *
 * A world that breaks an invariant is made as small as it gets before it is told. The exit code is 1 then.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Command, InvalidArgumentError, Option } from 'commander';
import { countsByMetrics } from './scenario.ts';
import { shrink } from './shrink.ts';
import { tellStory } from './story.ts';
import { Summary } from './summary.ts';
import { type Outcome, tryOut } from './trial.ts';
import { createWorld } from './world.ts';

/** How many broken worlds are told in full. */
const MAX_STORIES = 3;

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly days: number;
  readonly seed?: number;
  readonly shrink: boolean;
  readonly byMetrics?: boolean;
}

const options = new Command('simulate')
  .description('Simulates the monitor over days in which much goes wrong, and judges what it did.')
  .option('--seeds <n>', 'how many worlds', wholeNumber, 100)
  .option('--from <seed>', 'the first of them', wholeNumber, 1)
  .option('--days <n>', 'how long each lasts', wholeNumber, 3)
  .addOption(
    new Option('--seed <seed>', 'only this world, told in full if it breaks an invariant')
      .argParser(wholeNumber)
      .conflicts(['seeds', 'from', 'byMetrics']),
  )
  .option('--by-metrics', 'only worlds in which Togai counts, for a time at least')
  .option('--no-shrink', 'leave broken worlds as they are')
  .addHelpText('after', '\nExit codes: 0 nothing broke · 1 an invariant broke · 2 wrong usage')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

const summary = new Summary();
const begun = performance.now();
if (options.seed === undefined) await runAll(options);
else summary.add(options.seed, await tryOut(createWorld(options.seed, options.days)));
if (summary.worlds === 0) {
  process.stderr.write(
    'None of these seeds makes a world in which Togai counts, so nothing was tried; take more --seeds, or begin --from another one.\n',
  );
  process.exit(2);
}
const seconds = (performance.now() - begun) / 1_000;
print(summary.tables(options.days, seconds));
for (const seed of summary.failures.slice(0, MAX_STORIES)) await tell(seed);
const unnotified = summary.failures.slice(MAX_STORIES);
if (unnotified.length > 0)
  print(`\nalso broken: ${unnotified.map((seed) => `--seed ${seed}`).join(', ')}`);
process.exitCode = summary.failures.length > 0 ? 1 : 0;

async function runAll({ seeds, from, days, byMetrics }: Options): Promise<void> {
  const last = from + seeds - 1;
  const isWanted = (seed: number) => !byMetrics || countsByMetrics(createWorld(seed, days));
  let next = from;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { days } });
      const more = () => {
        while (next <= last && !isWanted(next)) next++;
        if (next <= last) worker.postMessage(next++);
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on('error', reject);
      worker.on('message', ({ seed, outcome }: { seed: number; outcome: Outcome }) => {
        summary.add(seed, outcome);
        showProgress(seeds);
        more();
      });
      more();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), seeds) }, work));
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function showProgress(seeds: number): void {
  if (!process.stderr.isTTY) return;
  const broken = summary.failures.length;
  process.stderr.write(`\r\x1b[K${summary.worlds} of ${seeds} worlds, ${broken} broken`);
}

async function tell(seed: number): Promise<void> {
  const world = createWorld(seed, options.days);
  const first = (await tryOut(world)).violations[0];
  if (!first) return;
  print(`\nseed ${seed}: ${first.invariant}: ${first.text}`);
  const smallest = options.shrink ? await shrink(world, first.invariant) : world;
  const { violations } = await tryOut(smallest);
  const violation = violations.find(({ invariant }) => invariant === first.invariant) ?? first;
  for (const line of await tellStory(smallest, violation)) print(`  ${line}`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('write a whole number from 1 on');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
