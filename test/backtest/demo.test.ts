import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GENERATIONS } from '../../simulator/behaviour-switches.ts';
import { scenarios } from '../../simulator/scenarios.ts';
import { startSimulator } from '../../simulator/server.ts';
import { cli } from '../support/cli.ts';
import { createHurriedClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = Date.UTC(2026, 2, 2);

interface Sent {
  readonly at: string;
  readonly incidentId: string;
  readonly kind: string;
  readonly severity: string;
}
interface Opened {
  readonly id: string;
  readonly lost: number;
  readonly accounts: readonly string[];
}

test('a backtest of the day of the demonstration finds the messages of its runs', async () => {
  const { state, told, lost, end } = await runsOfTheDay();
  const args = ['backtest', '--state', state, '--repeat-minutes', '60', '--json'];
  const { stdout } = await cli(args, { clock: createHurriedClock(() => end) });
  const [set] = JSON.parse(stdout).sets as { readonly sent: Sent[]; readonly opened: Opened[] }[];
  expect(set?.sent.map(textOf)).toEqual(told);
  expect(set?.opened.map((one) => [one.id, one.lost, one.accounts])).toEqual(lost);
});

const textOf = ({ at, incidentId, kind, severity }: Sent): string =>
  `${at} ${incidentId} ${kind} ${severity}`;

/** The runs of the demonstration, with all that they said. */
async function runsOfTheDay() {
  let now = DAY + 9 * HOUR;
  const scenario = scenarios(DAY).incident;
  if (!scenario) throw new Error('no such scenario');
  const switches = GENERATIONS['2024'];
  const simulator = await startSimulator({ scenario, now: () => now, quota: 1e6, switches });
  onTestFinished(() => simulator.close());
  const state = join(emptyFolder(), 'state.json');
  const told: string[] = [];
  const lost = new Map<string, [id: string, lost: number, accounts: string[]]>();
  for (; now <= DAY + 11 * HOUR + 45 * MINUTE; now += 5 * MINUTE) {
    const at = now;
    const args = ['--at', new Date(at).toISOString(), '--print', 'json', '--quiet'];
    const togai = ['--togai-base-url', simulator.url, '--max-requests-per-second', '100'];
    const { stdout } = await cli(
      ['run', '--state', state, '--repeat-minutes', '60', ...args, ...togai],
      { env: { TOGAI_TOKEN: simulator.token }, clock: createHurriedClock(() => at) },
    );
    for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
      const message = JSON.parse(line);
      if (message.kind === 'notice') continue;
      told.push(textOf({ ...message, at: new Date(at).toISOString() }));
      const names = message.accounts.map(({ name }: { name: string }) => name);
      lost.set(message.incidentId, [message.incidentId, message.lost, names]);
    }
  }
  return { state, told, lost: [...lost.values()], end: now };
}
