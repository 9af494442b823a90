import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder } from './support/folder.ts';

/** What a file imports, and whether the linter lets it. */
const IMPORTS: readonly [file: string, imported: string, allowed: boolean][] = [
  ['functions/monitor/errors.ts', 'node:fs', false],
  ['functions/monitor/steps/a.ts', './bucket.ts', true],
  ['functions/monitor/steps/b.ts', '../errors.ts', true],
  ['functions/monitor/steps/c.ts', '../ports.ts', false],
  ['functions/monitor/steps/d.ts', 'node:fs', false],
  ['functions/monitor/steps/e.ts', 'valibot', false],
  ['functions/monitor/steps/f.ts', '../adapters/system-clock.ts', false],
  ['functions/monitor/steps/render/a.ts', '../text.ts', true],
  ['functions/monitor/steps/render/b.ts', '../../ports.ts', false],
  ['functions/monitor/run.ts', './adapters/system-clock.ts', false],
  ['functions/monitor/deliver.ts', '@aws-sdk/client-sns', false],
  ['functions/monitor/invoke.ts', './adapters/file-store.ts', false],
  ['functions/monitor/settings.ts', './ports.ts', false],
  ['functions/monitor/ports.ts', './adapters/system-clock.ts', false],
  ['functions/monitor/count.ts', './adapters/togai/client.ts', false],
  ['functions/monitor/count-metrics.ts', './adapters/togai/client.ts', false],
  ['functions/monitor/adapters/a.ts', 'node:fs', true],
  ['functions/monitor/adapters/b.ts', '../ports.ts', true],
  ['functions/monitor/adapters/c.ts', '../steps/judge.ts', false],
  ['functions/monitor/adapters/togai/a.ts', '../../ports.ts', true],
  ['functions/monitor/adapters/togai/b.ts', '../../steps/time.ts', true],
  ['functions/monitor/adapters/togai/c.ts', '../../steps/judge.ts', false],
  ['functions/monitor/adapters/togai/d.ts', '../../count.ts', false],
  ['functions/monitor/adapters/togai/e.ts', '../../../../simulator/server.ts', false],
  ['simulator/a.ts', '../functions/monitor/steps/time.ts', true],
  ['simulator/b.ts', '../functions/monitor/steps/tally.ts', false],
  ['simulator/c.ts', '../cli/check.ts', false],
  ['test/simulation/oracle.ts', './scenario.ts', true],
  ['test/simulation/oracle-a.ts', './oracle-b.ts', true],
  ['test/simulation/oracle-c.ts', '../../functions/monitor/steps/time.ts', false],
  ['test/simulation/oracle-d.ts', '../../functions/monitor/run.ts', false],
  ['test/simulation/oracle-e.ts', './simulate.ts', false],
  ['infra/a.ts', '../functions/monitor/settings.ts', true],
  ['infra/b.ts', '../functions/monitor/errors.ts', false],
  ['infra/c.ts', 'aws-cdk-lib', true],
  ['cli/a.ts', '../functions/monitor/steps/tally.ts', true],
  ['cli/b.ts', '../infra/app.ts', false],
];

const KINDS: readonly [kind: string, code: (imported: string) => string][] = [
  ['import', (imported) => `import { a } from '${imported}';\nexport const b = a;\n`],
  ['type import', (imported) => `import type { A } from '${imported}';\nexport type B = A;\n`],
  ['dynamic import', (imported) => `export const b = import('${imported}');\n`],
];

test.each(KINDS)('the linter holds each folder to what it may know, by %s', (_, code) => {
  const folder = emptyFolder();
  cpSync('biome.json', join(folder, 'biome.json'));
  for (const [file, imported] of IMPORTS) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code(imported));
  }
  const lint = spawnSync(
    'node_modules/.bin/biome',
    [
      'lint',
      '--vcs-enabled=false',
      '--only=style/noRestrictedImports',
      '--max-diagnostics=none',
      '--reporter=github',
      '--config-path',
      folder,
      folder,
    ],
    { encoding: 'utf8' },
  );
  const refused = IMPORTS.filter(([file]) => lint.stdout.includes(`${file},`));
  expect(refused).toEqual(IMPORTS.filter(([, , allowed]) => !allowed));
});
