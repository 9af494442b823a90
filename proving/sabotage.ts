/**
 * Proves the judge: each sabotage is a small change of the product, in a copy of the tree, that a proving world or a test must
 * notice.
 *
 *   npm run prove:sabotage                  all of them
 *   npm run prove:sabotage -- --only stale  those with "stale" in their id
 *
 * The exit code is 1 if one of them was not noticed, and 2 if one of them no longer fits the product.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { table } from './report/table.ts';
import { SABOTAGES, type Sabotage } from './sabotages.ts';
import { SABOTAGES_OF_INCIDENTS } from './sabotages-of-incidents.ts';
import { SABOTAGES_OF_REDO } from './sabotages-of-redo.ts';

const ROOT = new URL('..', import.meta.url).pathname;
/** Everything that worlds and tests need. */
const COPIED = ['bench', 'cli', 'docs', 'functions', 'infra', 'proving', 'simulator', 'test'];
const COPIED_FILES = [
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'cdk.json',
  'biome.json',
];
const DAYS = '2';

const { only } = new Command('sabotage')
  .description('Proves the judge: each sabotage of the product must be noticed.')
  .option('--only <text>', 'only the sabotages with this text in their id', '')
  .parse()
  .opts<{ readonly only: string }>();

const all = [...SABOTAGES, ...SABOTAGES_OF_INCIDENTS, ...SABOTAGES_OF_REDO];
const chosen = all.filter(({ id }) => id.includes(only));
const misfits = chosen.filter(
  ({ file, from }) => occurrences(from, readFileSync(join(ROOT, file), 'utf8')) !== 1,
);
if (misfits.length > 0 || chosen.length === 0) {
  const names = misfits.map(({ id }) => id).join(', ');
  process.stderr.write(
    chosen.length === 0
      ? `no sabotage has "${only}" in its id\n`
      : `these sabotages no longer fit the product: ${names}; give each a text that its file has exactly once\n`,
  );
  process.exit(2);
}
const rows = chosen.map((sabotage) => {
  const noticed = notice(sabotage);
  process.stderr.write(`${sabotage.id}: ${noticed ?? 'not noticed'}\n`);
  return { sabotage, noticed };
});
const head = ['sabotage', 'the product is changed so that', 'noticed by'];
const lines = rows.map(({ sabotage: { id, what }, noticed }) => [
  id,
  what,
  noticed ?? '**nothing**',
]);
process.stdout.write(`${table(head, lines)}\n`);
process.exitCode = rows.every(({ noticed }) => noticed !== undefined) ? 0 : 1;

/** @returns the check that noticed a sabotage; `undefined`: none did */
function notice(sabotage: Sabotage): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), 'sabotage-'));
  try {
    for (const name of [...COPIED, ...COPIED_FILES]) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const path = join(copy, sabotage.file);
    // A function, so that no `$` in the new text is read as a pattern.
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(sabotage.from, () => sabotage.to),
    );
    const { caughtBy } = sabotage;
    return 'test' in caughtBy ? noticedByTest(copy, caughtBy.test) : noticedBySeeds(copy, caughtBy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function noticedByTest(copy: string, test: string): string | undefined {
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const { status, stdout } = run(copy, [vitest, 'run', test]);
  // A file that cannot be loaded is no test that fails.
  return status === 1 && /Tests .*failed/.test(stdout) ? test : undefined;
}

function noticedBySeeds(
  copy: string,
  { seeds, plots = false, breaks }: Extract<Sabotage['caughtBy'], { readonly seeds: unknown }>,
): string | undefined {
  for (const seed of seeds) {
    const world = ['--seed', String(seed), '--days', DAYS, ...(plots ? ['--plots'] : [])];
    const args = ['proving/main.ts', ...world, '--no-shrink'];
    const { status, stdout } = run(copy, args);
    const [, invariant] = new RegExp(`^seed ${seed}: ([a-z-]+):`, 'm').exec(stdout) ?? [];
    if (status === 1 && invariant && invariant === (breaks ?? invariant))
      return `\`${invariant}\` in world ${seed}${plots ? ' with a plot' : ''}`;
  }
  return undefined;
}

function run(cwd: string, args: readonly string[]) {
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 1e8 });
}

function occurrences(text: string, whole: string): number {
  return whole.split(text).length - 1;
}
