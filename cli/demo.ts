import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Channel } from '../functions/monitor/ports.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/all-settings.ts';
import { flagOf } from '../functions/monitor/settings/names.ts';
import { BUCKET_MS } from '../functions/monitor/timeline/bucket.ts';
import { HOUR_MS, MINUTE_MS, shortTime } from '../functions/monitor/timeline/time.ts';
import { GENERATIONS } from '../simulator/behaviour-switches.ts';
import { HISTORY_WITH_WORTH_MS, scenarios } from '../simulator/scenarios.ts';
import { type Simulator, startSimulator } from '../simulator/server.ts';
import { type CheckResult, check } from './check/check.ts';
import { report } from './check/report/report.ts';
import { useProxy } from './connect-togai.ts';
import { createProgressView } from './progress.ts';
import { runOnce } from './run.ts';
import { leaving, painterFor, type Surroundings } from './terminal.ts';

/** The scripted day: a Monday. */
const DAY = Date.UTC(2026, 2, 2);
const WINDOW_MS = HOUR_MS;
/** More than Togai grants, so that the demonstration takes seconds. */
const QUOTA = 200;
const REQUESTS_PER_SECOND = 60;
/** More often than by default, because the incident is short. */
const REPEAT_MINUTES = 60;
/** Over an hour before the incident: a window that holds the first look is longer than an hour. */
const WATCH_FROM = DAY + 8 * HOUR_MS;
/** After the end of the incident, up to its last notification. */
const WATCHED_AFTER_MS = 85 * MINUTE_MS;

const CHECK_AT = DAY + 9 * HOUR_MS + 45 * MINUTE_MS;
/**
 * The blocks that a phone shows first: the headline with its sentences, the cause with its steps,
 * and the limit.
 */
const BLOCKS_OF_FIRST_SCREEN = 3;

/** `unmetered demo` */
export function defineDemo(command: Command, around: Surroundings): void {
  command.action(() => leaving('only a simulation was counted', demo(around)));
}

/** Shows an incident of a scripted day in a simulated Togai, then the notifications of that day. Needs no token. */
async function demo(around: Surroundings): Promise<void> {
  const { stdout, env } = around;
  const paint = painterFor(stdout, env);
  const { incident } = scenarios(DAY);
  const [unbilled] = incident?.incidents ?? [];
  if (!(incident && unbilled)) throw new Error('the scripted day has no incident');
  let now = CHECK_AT;
  const simulator = await startSimulator({
    scenario: { ...incident, historyMs: HISTORY_WITH_WORTH_MS },
    now: () => now,
    quota: QUOTA,
    latencyMs: 20,
    switches: GENERATIONS['2024'],
  });
  try {
    await useProxy(simulator.url, env);
    stdout.write(
      `${paint('inverse', ` 1/2 An incident, counted by \`unmetered check\` at ${shortTime(CHECK_AT)} UTC `)}\n` +
        `At ${clockTime(unbilled.start)} somebody detached the price plan of acme, a customer. Togai accepts its events, but bills none.\n\n` +
        `${report(await checkAt(CHECK_AT, simulator, around), paint)}\n`,
    );
    stdout.write(
      `${paint('inverse', ' 2/2 The same day, watched every five minutes ')}\n` +
        `Soon after ${clockTime(unbilled.end)} the plan is attached again. The monitor sends these notifications, with reminders every ${REPEAT_MINUTES} minutes (${SETTINGS.repeatMinutes.defaultText} by default).\n\n`,
    );
    await watch(simulator, unbilled.end + WATCHED_AFTER_MS, around, (at) => {
      now = at;
    });
  } finally {
    await simulator.close();
  }
  stdout.write(
    [
      paint('inverse', ' That was a simulation. Your own events: '),
      `  put TOGAI_TOKEN=... into a file .env  ${paint('dim', '# an API token that may list events and read metrics; git ignores .env')}`,
      `  npx unmetered check --since 60m       ${paint('dim', '# for the sandbox add --togai-base-url sandbox')}`,
      '',
    ].join('\n'),
  );
}

async function checkAt(
  at: number,
  simulator: Simulator,
  around: Surroundings,
): Promise<CheckResult> {
  const progress = await createProgressView(around);
  const request = {
    window: { start: at - WINDOW_MS, end: at },
    thresholds: SETTINGS.thresholds.parse(SETTINGS.thresholds.defaultText),
    windowMs: WINDOW_MS,
    minimumEvents: SETTINGS.minimumEvents.parse(SETTINGS.minimumEvents.defaultText),
    ignoreLists: { accounts: new Set<string>(), schemas: new Set<string>() },
    ignoreEntries: { accounts: [], schemas: [] },
    baseUrl: simulator.url,
    token: simulator.token,
    tokenSource: 'the simulator',
    requestsPerSecond: REQUESTS_PER_SECOND,
    counting: 'auto' as const,
    keepsPart: false,
    checkClock: false,
    namesBaseUrl: undefined,
  };
  return check(request, around, progress).finally(() => progress.done());
}

/** Runs the monitor through the scripted day. Prints the first screen of the alert, and the subject of each other notification. */
async function watch(
  { url, token }: Simulator,
  watchTo: number,
  around: Surroundings,
  setTime: (at: number) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'unmetered-demo-'));
  const paint = painterFor(around.stdout, around.env);
  let at = WATCH_FROM;
  let opened = 0;
  const channel: Channel = {
    name: 'screen',
    publish({ subject, email, attributes }) {
      const isFirst = attributes.kind === 'opened' && opened++ === 0;
      const body = isFirst ? `\n${firstScreenOf(email).replace(/^(?=.)/gm, '      ')}\n\n` : '';
      around.stdout.write(`${clockTime(at)} ${paint('bold', subject)}\n${body}`);
      return Promise.resolve();
    },
  };
  const texts: Partial<Record<SettingKey, string>> = {
    repeatMinutes: String(REPEAT_MINUTES),
    maxRequestsPerSecond: String(REQUESTS_PER_SECOND),
  };
  const command = {
    stateFile: join(folder, 'state.json'),
    textOf: (key: SettingKey) => texts[key],
    nameOf: flagOf,
    baseUrl: url,
    token,
    tokenSource: 'the simulator',
    channel,
    checkClock: false,
  };
  try {
    for (; at <= watchTo; at += BUCKET_MS) {
      setTime(at);
      // The clock shows the simulated time. With the real time each run would wait for the cool-down of the run before.
      const clock = { ...around.clock, now: () => at };
      await runOnce(command, at, { ...around, clock }, () => {});
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  around.stdout.write('\n');
}

function firstScreenOf(email: string): string {
  const blocks = email.split('\n\n').slice(0, BLOCKS_OF_FIRST_SCREEN);
  return [...blocks, '(The email goes on: numbers, event types, samples.)'].join('\n\n');
}

/** `09:30`, UTC. */
function clockTime(time: number): string {
  return shortTime(time).slice(11);
}
