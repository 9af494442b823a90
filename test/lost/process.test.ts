import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { scenarios } from '../../simulator/scenarios.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { HOUR, MINUTE } from '../simulator/simulated-togai.ts';
import { emptyFolder } from '../support/folder.ts';
import { MAIN, spawnProgram, startCli } from '../support/program.ts';

/** A Togai whose incident ended forty minutes ago, by the clock of this machine. */
async function simulated(onMoment: (corrections: number) => void) {
  const now = Date.now();
  const { incident } = scenarios(now - 11 * HOUR);
  if (!incident) throw new Error('no scenario');
  let simulator: Simulator | undefined;
  simulator = await startSimulator({
    scenario: { ...incident, eventsPerSecond: 0.1, begins: now - 2 * HOUR },
    quota: 1e6,
    now: () => {
      onMoment(simulator?.traffic.corrections.version ?? 0);
      return now;
    },
  });
  const { close } = simulator;
  onTestFinished(() => close());
  return { ...simulator, now };
}

/** `unmetered lost --redo` in a process of its own. */
function redoer({ url, token, correctionToken, now }: Awaited<ReturnType<typeof simulated>>) {
  const folder = emptyFolder();
  const args = [
    'lost',
    '--redo',
    '--json',
    ...['--from', new Date(now - 90 * MINUTE).toISOString(), '--to', new Date(now).toISOString()],
    ...['--account', 'acme', '--status', 'unmetered'],
    ...['--journal', `${folder}/journal.jsonl`],
    ...['--togai-base-url', url, '--max-requests-per-second', '100'],
  ];
  const env = { TOGAI_TOKEN: token, TOGAI_CORRECTION_TOKEN: correctionToken };
  return {
    start: (redoable: number) => startCli([...args, '--confirm', String(redoable)], env),
    dryRun: async () => {
      const { stdout } = await startCli(args, env).ended;
      return JSON.parse(stdout).redo.redoable as number;
    },
  };
}

// A lookup and a correction take two moments each, so one of these is within a correction.
test.each([1, 2, 3, 4])(
  'a process that is killed at moment %i after its third correction repeats none',
  async (moment) => {
    let moments = 0;
    let kill = () => {};
    const togai = await simulated((corrections) => {
      if (corrections >= 3 && ++moments === moment) kill();
    });
    const { start, dryRun } = redoer(togai);
    const redoable = await dryRun();
    const { child, ended } = start(redoable);
    kill = () => void child.kill('SIGKILL');
    expect((await ended).exitCode).toBeNull();
    const left = await dryRun();
    await start(left).ended;
    const redone = togai.traffic.reingested(togai.now).map(({ id }) => id);
    expect(redone).toEqual([...new Set(redone)]);
    expect(redone.length).toBeGreaterThanOrEqual(redoable - 1);
  },
);

test('a reader that has seen enough of the list is no failure', async () => {
  const { url, token } = await simulated(() => {});
  const args = [
    'lost',
    '--since',
    '2h',
    '--togai-base-url',
    url,
    '--max-requests-per-second',
    '100',
  ];
  const child = spawnProgram(process.execPath, [MAIN, ...args], {
    env: { TOGAI_TOKEN: token },
    cwd: emptyFolder(),
  });
  const ended = Promise.all([text(child.stderr), once(child, 'close')]);
  child.stdout.once('data', () => child.stdout.destroy());
  const [stderr, [exitCode]] = await ended;
  expect(stderr).not.toMatch(/Error/);
  expect(exitCode).toBe(0);
});
