import { SETTINGS } from '../functions/monitor/settings.ts';
import { HOUR_MS, MINUTE_MS, shortTime } from '../functions/monitor/steps/time.ts';
import { scenarios } from '../simulator/scenario.ts';
import { startSimulator } from '../simulator/server.ts';
import { check } from './check.ts';
import { createProgressView } from './progress.ts';
import { report } from './report.ts';
import { painterFor, type Surroundings } from './terminal.ts';

/** The scripted day: a Monday. */
const DAY = Date.UTC(2026, 2, 2);
const WINDOW_MS = HOUR_MS;
/** More than Togai grants, so that nobody has to wait for a demonstration. */
const QUOTA = 40;
const REQUESTS_PER_SECOND = 30;

const MOMENTS = [
  {
    at: DAY + 8 * HOUR_MS + 30 * MINUTE_MS,
    title: 'A quiet morning',
    words: 'Nearly everything that customers send is metered. A handful never is.',
  },
  {
    at: DAY + 9 * HOUR_MS + 45 * MINUTE_MS,
    title: 'An incident',
    words: 'At 09:10 somebody detached a price plan. Togai still takes the events, and bills none.',
  },
  {
    at: DAY + 11 * HOUR_MS + 40 * MINUTE_MS,
    title: 'The recovery',
    words: 'The plan was attached again at 10:20, and the window has left the incident behind.',
  },
];

/** Shows the monitor against an embedded Togai: three moments of a scripted day. Needs no token. */
export async function demo(around: Surroundings): Promise<void> {
  const { stdout, env } = around;
  const paint = painterFor(stdout, env);
  const { incident } = scenarios(DAY);
  if (!incident) throw new Error('the scripted day has no incident');
  let now = DAY;
  const simulator = await startSimulator({
    scenario: incident,
    now: () => now,
    quota: QUOTA,
    latencyMs: 20,
  });
  try {
    for (const [index, { at, title, words }] of MOMENTS.entries()) {
      now = at;
      const number = `${index + 1}/${MOMENTS.length}`;
      stdout.write(
        `${paint('inverse', ` ${number} ${title}, ${shortTime(at)} UTC `)}\n${words}\n\n`,
      );
      const progress = createProgressView(around);
      const result = await check(
        {
          window: { start: at - WINDOW_MS, end: at },
          thresholds: SETTINGS.thresholds.parse(SETTINGS.thresholds.defaultText),
          minimumEvents: SETTINGS.minimumEvents.parse(SETTINGS.minimumEvents.defaultText),
          waived: { accounts: new Set(), schemas: new Set() },
          baseUrl: simulator.url,
          token: simulator.token,
          tokenSource: 'the simulator',
          requestsPerSecond: REQUESTS_PER_SECOND,
        },
        around,
        progress,
      ).finally(() => progress.done());
      stdout.write(`${report(result, paint)}\n`);
    }
  } finally {
    await simulator.close();
  }
  stdout.write(
    [
      paint('inverse', ' That was a simulation. Your own events: '),
      `  echo 'TOGAI_TOKEN=...' > .env        ${paint('dim', '# an API token that may list events; .env is not committed')}`,
      `  npx unmetered check --since 60m      ${paint('dim', '# sandbox: add --togai-base-url sandbox')}`,
      '',
    ].join('\n'),
  );
}
