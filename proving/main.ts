/**
 * Proves the monitor: it lives through worlds of faults, and a judge that knows the truth checks every invariant.
 *
 *   npm run prove -- --seeds 1000 --days 3     many worlds; prints the tables of docs/reliability.md
 *   npm run prove -- --plots --seeds 120       worlds in which incidents are hard
 *   npm run prove -- --seed 17 --days 3        one world; prints the way to its first violation
 *
 * A broken world is made as small as possible before its story is printed. The exit code is 1 then.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { proveWorld } from './prove-world.ts';
import { proveWorlds, type Worlds } from './prove-worlds.ts';
import { tellStory } from './report/story.ts';
import { Summary } from './report/summary.ts';
import { worldOf } from './world/create-plot-world.ts';

/** Only so many broken worlds get a story. */
const MAX_STORIES = 3;

interface Options extends Worlds {
  readonly seed?: number;
  readonly shrink: boolean;
}

const options = new Command('prove')
  .description(
    'Proves the monitor: it lives through worlds of faults, and a judge checks every invariant.',
  )
  .option('--seeds <n>', 'how many worlds', wholeNumber, 100)
  .option('--from <seed>', 'the seed of the first world', wholeNumber, 1)
  .option('--days <n>', 'how many days each world lasts', wholeNumber, 3)
  .addOption(
    new Option('--seed <seed>', 'only this world, with its story if it breaks an invariant')
      .argParser(wholeNumber)
      .conflicts(['seeds', 'from', 'byMetrics']),
  )
  .option('--by-metrics', 'only worlds that use Togai metrics, for a time at least')
  .option('--plots', 'worlds in which incidents are hard: a plot in each')
  .option('--no-shrink', 'leave broken worlds as they are')
  .addHelpText('after', '\nExit codes: 0 nothing broke · 1 an invariant broke · 2 wrong usage')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

const summary = new Summary();
const begun = performance.now();
if (options.seed === undefined) await proveAll(options);
else
  summary.add(options.seed, await proveWorld(worldOf(options.seed, options.days, options.plots)));
if (summary.worlds === 0) {
  process.stderr.write(
    'None of these seeds makes a world that uses Togai metrics, so nothing was proved. Take more --seeds, or another --from.\n',
  );
  process.exit(2);
}
const seconds = (performance.now() - begun) / 1_000;
print(summary.tables(options.days, seconds));
for (const seed of summary.failures.slice(0, MAX_STORIES)) print(await tellStory(seed, options));
const others = summary.failures.slice(MAX_STORIES);
if (others.length > 0) print(`\nalso broken: ${others.map((seed) => `--seed ${seed}`).join(', ')}`);
process.exitCode = summary.failures.length > 0 ? 1 : 0;

async function proveAll(worlds: Worlds): Promise<void> {
  await proveWorlds(worlds, (seed, outcome) => {
    summary.add(seed, outcome);
    showProgress(worlds.seeds);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function showProgress(seeds: number): void {
  if (!process.stderr.isTTY) return;
  const broken = summary.failures.length;
  process.stderr.write(`\r\x1b[K${summary.worlds} of ${seeds} worlds, ${broken} broken`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('write a whole number from 1 on');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
