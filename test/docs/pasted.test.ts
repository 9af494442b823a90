import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder } from '../support/folder.ts';
import { endOf, MAIN, spawnProgram } from '../support/program.ts';
import { scriptsOf } from './shell.ts';

/** A `npx` that runs the checkout, and notes how each command ended. */
const NPX = `#!/bin/sh
shift
node ${MAIN} "$@"
code=$?
echo "$code $*" >> "$NOTES"
exit $code
`;

const SIMULATE = /^npx unmetered simulate --port 4010(.*)$/m;

/** The simulated Togai that a page starts, but for its port, and for its quota: so nothing waits. */
async function simulatedPort(script: string): Promise<string> {
  const [, flags = '--api 2022'] = SIMULATE.exec(script.replaceAll(/ *#.*/g, '')) ?? [];
  const args = [MAIN, 'simulate', '--port', '0', '--quota', '1000', ...flags.trim().split(' ')];
  const child = spawnProgram(process.execPath, args);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [announcement] = await once(child.stdout, 'data');
  return /http:\S+:(\d+)/.exec(String(announcement))?.[1] ?? '';
}

/** Pastes the scripts of a page into a shell in an empty folder, without those that install something or serve Togai. */
async function paste(page: string) {
  const scripts = scriptsOf(page).join('');
  const port = await simulatedPort(scripts);
  const folder = emptyFolder();
  const notes = join(folder, 'notes');
  writeFileSync(join(folder, 'npx'), NPX);
  chmodSync(join(folder, 'npx'), 0o755);
  const script = scripts
    .split('\n')
    .filter((line) => !/^(git|npm) |^npx cdk |^npx unmetered simulate /.test(line))
    .join('\n')
    .replaceAll('4010', port)
    // A day takes ten times as long to list, and shows nothing more.
    .replaceAll('--since 24h', '--since 2h');
  const child = spawnProgram('sh', ['-c', script], {
    cwd: folder,
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      NOTES: notes,
      TOGAI_BASE_URL: `http://127.0.0.1:${port}`,
      TOGAI_TOKEN: 'simulated-token',
      MAX_REQUESTS_PER_SECOND: '100',
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { stdout, stderr } = await endOf(child);
  const ends = readFileSync(notes, 'utf8').trim().split('\n');
  return { ends, stdout, stderr };
}

test('the commands of the tutorial work when they are pasted, and print its output', async () => {
  const { ends, stdout, stderr } = await paste('docs/tutorial.md');
  expect(ends).toEqual([
    '3 check',
    '3 run --state monitor.json',
    '3 status --state monitor.json',
    '0 silence acme --for 2h --state monitor.json',
    expect.stringMatching(/^3 run --state own.json --thresholds/),
    '0 lost --since 1h',
    '0 lost --since 1h --redo',
  ]);
  expect(stdout).toMatch(/^Subject: CRITICAL acme: \d+ events not billed since /m);
  expect(stdout).toMatch(/^Began (between|before) /m);
  expect(stdout).toMatch(/^Limit: at least 200 events of an account not billed/m);
  expect(stderr).not.toMatch(/^unmetered:/m);
});

test.each(['README.md', 'docs/billing.md'])(
  'the commands of %s work when they are pasted',
  async (page) => {
    const { ends, stderr } = await paste(page);
    expect(ends.length).toBeGreaterThan(1);
    expect(ends.filter((end) => !/^[03] /.test(end))).toEqual([]);
    expect(stderr).not.toMatch(/^unmetered:/m);
  },
);
