import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder } from './support/folder.ts';

/** An import of a file, and whether the linter allows it. */
const IMPORTS: readonly [file: string, imported: string, allowed: boolean][] = [
  ['functions/monitor/errors.ts', 'node:fs', false],
  ['functions/monitor/text/a.ts', '../timeline/time.ts', false],
  ['functions/monitor/timeline/a.ts', '../text/hash.ts', true],
  ['functions/monitor/timeline/b.ts', '../events/event.ts', false],
  ['functions/monitor/events/a.ts', '../timeline/time.ts', true],
  ['functions/monitor/events/b.ts', '../thresholds/threshold.ts', false],
  ['functions/monitor/events/c.ts', 'node:crypto', false],
  ['functions/monitor/thresholds/a.ts', '../events/counts.ts', true],
  ['functions/monitor/thresholds/b.ts', '../incidents/advance-alert.ts', false],
  ['functions/monitor/thresholds/c.ts', 'valibot', false],
  ['functions/monitor/incidents/a.ts', '../thresholds/evaluate.ts', true],
  ['functions/monitor/incidents/b.ts', '../notifications/notification.ts', false],
  ['functions/monitor/incidents/c.ts', '../monitor-state.ts', false],
  ['functions/monitor/notifications/a.ts', '../incidents/advance-alert.ts', true],
  ['functions/monitor/notifications/b.ts', './formats/email.ts', false],
  ['functions/monitor/notifications/c.ts', '../ports.ts', false],
  ['functions/monitor/notifications/formats/a.ts', '../notification.ts', true],
  ['functions/monitor/notifications/formats/b.ts', '../delivery/deliver.ts', false],
  ['functions/monitor/notifications/delivery/a.ts', '../../ports.ts', true],
  ['functions/monitor/notifications/delivery/b.ts', '@aws-sdk/client-sns', false],
  ['functions/monitor/notifications/delivery/c.ts', './sns-channel.ts', false],
  ['functions/monitor/notifications/delivery/d.ts', './sns-subscriptions.ts', false],
  ['functions/monitor/notifications/delivery/e.ts', './event-bridge-channel.ts', false],
  ['functions/monitor/notifications/delivery/sns-channel.ts', '@aws-sdk/client-sns', true],
  ['functions/monitor/notifications/delivery/sns-subscriptions.ts', '@aws-sdk/client-sns', true],
  ['functions/monitor/notifications/delivery/event-bridge-channel.ts', '../../run.ts', false],
  ['functions/monitor/monitor-state.ts', './counting/which-buckets-are-due.ts', false],
  ['functions/monitor/ports.ts', './togai/client.ts', false],
  ['functions/monitor/counting/a.ts', '../ports.ts', true],
  ['functions/monitor/counting/b.ts', '../togai/client.ts', false],
  ['functions/monitor/counting/c.ts', '../lease/run-session.ts', false],
  ['functions/monitor/counting/listing/a.ts', '../counting-settings.ts', true],
  ['functions/monitor/counting/listing/b.ts', '../metrics/take-look.ts', false],
  ['functions/monitor/counting/metrics/a.ts', 'node:fs', false],
  ['functions/monitor/storage/a.ts', 'node:fs', true],
  ['functions/monitor/storage/b.ts', '../ports.ts', true],
  ['functions/monitor/storage/c.ts', '../thresholds/evaluate.ts', false],
  ['functions/monitor/storage/d.ts', '../thresholds/grammar.ts', true],
  ['functions/monitor/togai/a.ts', 'node:crypto', true],
  ['functions/monitor/togai/b.ts', '../counting/which-buckets-are-due.ts', false],
  ['functions/monitor/togai/c.ts', '../../../simulator/server.ts', false],
  ['functions/monitor/settings/a.ts', '../thresholds/grammar.ts', true],
  ['functions/monitor/settings/b.ts', '../ports.ts', false],
  ['functions/monitor/on-call/a.ts', '../ports.ts', true],
  ['functions/monitor/on-call/b.ts', '../storage/file-store.ts', false],
  ['functions/monitor/lease/a.ts', '../monitor-state.ts', true],
  ['functions/monitor/lease/b.ts', '../storage/file-store.ts', false],
  ['functions/monitor/run.ts', './system-clock.ts', false],
  ['functions/monitor/run-report.ts', './notifications/delivery/sns-channel.ts', false],
  ['functions/monitor/run.ts', './notifications/delivery/sns-subscriptions.ts', false],
  ['functions/monitor/invoke.ts', './storage/file-store.ts', false],
  ['functions/monitor/system-clock.ts', './run.ts', false],
  ['functions/monitor/handler.ts', '../../cli/lost/correction.ts', false],
  ['functions/monitor/invoke.ts', '../../cli/lost/correction.ts', false],
  ['functions/monitor/run.ts', '../../cli/lost/correction.ts', false],
  ['functions/monitor/counting/e.ts', '../../../cli/lost/correction.ts', false],
  ['functions/monitor/togai/e.ts', '../../../cli/lost/correction.ts', false],
  ['simulator/a.ts', '../functions/monitor/timeline/time.ts', true],
  ['simulator/b.ts', '../functions/monitor/events/counts.ts', false],
  ['simulator/c.ts', '../cli/check/check.ts', false],
  ['proving/judge/a.ts', './b.ts', true],
  ['proving/judge/c.ts', '../world/scenario.ts', true],
  ['proving/judge/d.ts', '../../functions/monitor/timeline/time.ts', false],
  ['proving/judge/e.ts', '../../functions/monitor/run.ts', false],
  ['proving/judge/f.ts', '../in-memory/simulate.ts', false],
  ['infra/a.ts', '../functions/monitor/settings/all-settings.ts', true],
  ['infra/b.ts', '../functions/monitor/errors.ts', false],
  ['infra/c.ts', 'aws-cdk-lib', true],
  ['cli/a.ts', '../functions/monitor/events/counts.ts', true],
  ['cli/b.ts', '../infra/app.ts', false],
  ['cli/c.ts', '../proving/main.ts', false],
  ['cli/lost/d.ts', '../../infra/app.ts', false],
  ['cli/backtest/page/e.ts', '../../../test/support/cli.ts', false],
];

const KINDS: readonly [kind: string, code: (imported: string) => string][] = [
  ['import', (imported) => `import { a } from '${imported}';\nexport const b = a;\n`],
  ['type import', (imported) => `import type { A } from '${imported}';\nexport type B = A;\n`],
  ['dynamic import', (imported) => `export const b = import('${imported}');\n`],
];

test.each(KINDS)('the linter allows each folder its imports only, by %s', (_, code) => {
  const files = IMPORTS.map(([file, imported]) => [file, code(imported)] as const);
  const refused = refusedBy('style/noRestrictedImports', files);
  expect(IMPORTS.filter(([file]) => refused(file))).toEqual(
    IMPORTS.filter(([, , allowed]) => !allowed),
  );
});

test('nothing in the function asks Togai for a correction', () => {
  const files = readdirSync('functions', { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts'));
  const correcting = sources.filter((file) =>
    /events\/correction|CORRECTION_TOKEN/.test(readFileSync(join('functions', file), 'utf8')),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(correcting).toEqual([]);
});

/** The code of a file, and whether the linter allows it there. */
const GLOBALS: readonly [file: string, code: string, allowed: boolean][] = [
  ['functions/monitor/incidents/clock.ts', 'export const a = Date.now();\n', false],
  ['functions/monitor/thresholds/clock.ts', 'export const a = new Date();\n', false],
  ['functions/monitor/counting/env.ts', 'export const a = process.env.A;\n', false],
  ['functions/monitor/run.ts', 'export const a = performance.now();\n', false],
  ['functions/monitor/lease/timer.ts', 'setTimeout(() => {}, 1);\n', false],
  ['functions/monitor/events/net.ts', "export const a = fetch('http://localhost');\n", false],
  ['functions/monitor/settings/all.ts', 'export const a = globalThis.process;\n', false],
  ['functions/monitor/timeline/time.ts', 'export const a = new Date(0);\n', true],
  ['functions/monitor/togai/client.ts', 'export const a = process.version;\n', true],
  ['functions/monitor/system-clock.ts', 'export const a = Date.now();\n', true],
];

test('the linter keeps the clock, the environment and the network out of pure folders', () => {
  const refused = refusedBy(
    'style/noRestrictedGlobals',
    GLOBALS.map(([file, code]) => [file, code] as const),
  );
  expect(GLOBALS.filter(([file]) => refused(file))).toEqual(
    GLOBALS.filter(([, , allowed]) => !allowed),
  );
});

test('the linter refuses a circle of imports, even of types alone', () => {
  const refused = refusedBy('suspicious/noImportCycles', [
    ['functions/monitor/text/a.ts', "import { b } from './b.ts';\nexport const a = () => b;\n"],
    ['functions/monitor/text/b.ts', "import { a } from './a.ts';\nexport const b = () => a;\n"],
    ['cli/c.ts', "import type { D } from './d.ts';\nexport type C = D | 1;\n"],
    ['cli/d.ts', "import type { C } from './c.ts';\nexport type D = C | 2;\n"],
    ['cli/e.ts', "import type { C } from './c.ts';\nexport type E = C;\n"],
  ]);
  const files = [
    'functions/monitor/text/a.ts',
    'functions/monitor/text/b.ts',
    'cli/c.ts',
    'cli/d.ts',
  ];
  expect([...files, 'cli/e.ts'].filter(refused)).toEqual(files);
});

/** Lints files of a project with this project's rules. @returns whether a rule refuses a file */
function refusedBy(
  rule: string,
  files: readonly (readonly [file: string, code: string])[],
): (file: string) => boolean {
  const folder = emptyFolder();
  cpSync('biome.json', join(folder, 'biome.json'));
  for (const [file, code] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
  const lint = spawnSync(
    'node_modules/.bin/biome',
    [
      'lint',
      '--vcs-enabled=false',
      `--only=${rule}`,
      '--max-diagnostics=none',
      '--reporter=github',
      '--config-path',
      folder,
      folder,
    ],
    { encoding: 'utf8' },
  );
  return (file) => lint.stdout.includes(`${file},`);
}
