import { describe, expect, test } from 'vitest';
import { GENERATIONS, type Generation } from '../../simulator/behaviour-switches.ts';
import { truthOf } from '../../simulator/truth.ts';
import { NOW } from '../support/cli.ts';
import { doctor, LITTLE } from '../support/doctor.ts';

const HOUR = 3_600_000;
const METRICS = 'Keep Counting = auto: the monitor will use Togai metrics here, because';
const LISTING = 'Keep Counting = auto: the monitor will list events here, because';

describe('each generation of Togai gets its own advice', () => {
  test.each<[Generation, string, number]>([
    ['2022', `${LISTING} about 259 events come in an hour, few enough to list each.`, 0],
    [
      '2024',
      `${METRICS} lists are in the order of the sender's time, so late events lie deep in them.`,
      0,
    ],
    [
      '2024-created',
      `${METRICS} nothing has shown yet that the list of events holds those that come late; Togai metrics count them. Nobody has to do anything: the monitor looks again by itself.`,
      0,
    ],
    [
      '2024-oldest',
      `${METRICS} lists begin with the oldest event and ignore a range of time, so new events cannot be reached.`,
      3,
    ],
  ])('%s', async (api, advice, expected) => {
    const { stdout, stderr, exitCode } = await doctor({ api });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(advice);
    expect({ exitCode, stderr }).toEqual({ exitCode: expected, stderr: '' });
  });

  test('2024-oldest has a reservation about samples', async () => {
    const { stdout } = await doctor({ api: '2024-oldest' });
    expect(stdout).toMatch(/^! Samples: .* "npx unmetered lost" finds both\.$/m);
  });

  test.each(Object.keys(GENERATIONS) as Generation[])(
    '%s is known after 18 requests at most',
    async (api) => {
      const { requests } = await doctor({ api });
      expect(requests.length).toBeLessThanOrEqual(18);
    },
  );
});

describe('a Togai as its clients of 2022 know it', () => {
  test('has a good finding of everything', async () => {
    const { stdout, simulator } = await doctor();
    const hour = { start: NOW - 2 * HOUR, end: NOW - HOUR };
    const { total } = truthOf(simulator.traffic, hour, 'createdAt', NOW);
    expect(stdout).toContain('✓ Togai accepts the token.');
    expect(stdout).toContain('✓ The token may list events');
    expect(stdout).toContain('✓ The token may read metrics');
    expect(stdout).toContain('✓ GET /events honours start_time and end_time.');
    expect(stdout).toContain('✓ Ranges go by createdAt');
    expect(stdout).toContain('✓ Lists come newest first, by createdAt');
    expect(stdout).toContain(
      `✓ POST /metrics answers for hours: ${total} events from 2026-11-18 10:00 to 11:00 UTC.`,
    );
    expect(stdout).toMatch(/✓ POST \/metrics groups by raw status: \d status/);
    expect(stdout).toMatch(/✓ POST \/metrics groups by account: \d+ accounts/);
    expect(stdout).toMatch(/✓ POST \/metrics honours a range within an hour/);
    expect(stdout).toContain(
      `✓ Both sources agree on 2026-11-18 10:00 to 11:00 UTC: ${total} events listed, ${total} by metrics.`,
    );
    expect(stdout).toContain("✓ The clock of this machine agrees with Togai's.");
    expect(stdout).toContain(`✓ ${total} events an hour: listing takes up to 576 requests a day,`);
  });

  test('is compared in a part of its hour if the hour is too large to be listed', async () => {
    const { stdout } = await doctor({ scenario: { ...LITTLE, eventsPerSecond: 0.5 } });
    expect(stdout).toMatch(
      /✓ Both sources agree on 2026-11-18 10:\d5 to 11:00 UTC: (\d+) events listed, \1 by metrics\./,
    );
  });

  test('is compared in an earlier hour of the day if a part of an hour cannot be asked for', async () => {
    const { stdout } = await doctor({
      scenario: { ...LITTLE, eventsPerSecond: 0.15 },
      switches: { metricsRange: 'widened' },
    });
    expect(stdout).toMatch(
      /✓ Both sources agree on 2026-11-18 02:00 to 03:00 UTC: (\d+) events listed, \1 by metrics\./,
    );
  });

  test('is not compared if even five minutes are too large', async () => {
    const { stdout } = await doctor({ scenario: { ...LITTLE, eventsPerSecond: 20 } });
    expect(stdout).toMatch(/\? The two sources were not compared: .*too many events/);
  });
});

describe('GET /events', () => {
  test('that ignores a range needs none where Togai metrics count', async () => {
    const { stdout } = await doctor({ api: '2024' });
    expect(stdout).toContain(
      '✓ Ranges of lists are not needed to count: GET /events ignores start_time and end_time, and Togai metrics count instead.',
    );
  });

  test('that ignores a range needs one where events are listed', async () => {
    const { stdout } = await doctor({
      api: '2024-created',
      switches: { metricsAccess: 'refused' },
    });
    expect(stdout).toMatch(/! GET \/events ignores start_time and end_time\. The monitor reads/);
  });

  test('that begins with the oldest event cannot show that Togai metrics stand still', async () => {
    const { stdout } = await doctor({ api: '2024-oldest' });
    expect(stdout).toContain(
      'If Togai metrics stop updating, the monitor cannot tell that from no traffic. After six hours without a new event it reports "Monitoring is broken".',
    );
  });

  test('that filters by the time of the sender leaves late events to metrics', async () => {
    const { stdout, exitCode } = await doctor({ switches: { timeFilter: 'timestamp' } });
    expect(stdout).toMatch(/✓ Ranges go by timestamp, .*lacks events that come late/);
    expect(stdout).toMatch(/✓ Late events: .*within a day is counted once/);
    expect(stdout).toContain(`${METRICS} ranges go by the sender's time`);
    expect(exitCode).toBe(0);
  });

  test('that filters by the time of the sender is a reservation without metrics', async () => {
    const { stdout, exitCode } = await doctor({
      switches: { timeFilter: 'timestamp', metricsAccess: 'refused' },
    });
    expect(stdout).toMatch(/! Ranges go by timestamp/);
    expect(stdout).toMatch(/! Late events: listed by the sender's time, they are not seen\./);
    expect(stdout).toContain(
      `${LISTING} the token may not read metrics. Events that come late are not seen. Give the token`,
    );
    expect(exitCode).toBe(3);
  });

  test('that refuses a range leaves metrics', async () => {
    const { stdout, exitCode } = await doctor({
      refuses: (path) => (path.includes('start_time') ? 400 : undefined),
    });
    expect(stdout).toMatch(
      /! GET \/events refuses a range: .*400.*cannot tell that from no traffic/,
    );
    expect(stdout).toContain(`${METRICS} GET /events refuses a range of time.`);
    expect(exitCode).toBe(3);
  });

  test('that may not be used leaves metrics', async () => {
    const { stdout, exitCode } = await doctor({
      refuses: (path) => (path.startsWith('/events') ? 403 : undefined),
    });
    expect(stdout).toContain('✓ Togai accepts the token.');
    expect(stdout).toMatch(/✗ The token may not list events: .*no samples/);
    expect(stdout).toContain(`${METRICS} the token may not list events.`);
    expect(exitCode).toBe(3);
  });

  test('without its range, newest first, is compared by paging from the newest event on', async () => {
    const scenario = { ...LITTLE, eventsPerSecond: 0.02 };
    const { stdout } = await doctor({ api: '2024-created', scenario });
    expect(stdout).toMatch(/✓ .*GET \/events ignores .*Togai metrics count instead/);
    expect(stdout).toMatch(/✓ Both sources agree .*: (\d+) events listed, \1 by metrics\./);
  });
});

describe('POST /metrics', () => {
  test('that is refused is a reservation where listing counts', async () => {
    const { stdout, exitCode } = await doctor({ switches: { metricsAccess: 'refused' } });
    expect(stdout).toContain('! The token may not read metrics: POST /metrics is 403.');
    expect(stdout).toMatch(/✓ About \d+ events an hour: listing takes up to \d+ requests a day\./);
    expect(stdout).toMatch(/! Late events: .*Togai receives them.*half a window/);
    expect(stdout).toContain(`${LISTING} the token may not read metrics.`);
    expect(exitCode).toBe(3);
  });

  test.each<Generation>(['2024', '2024-oldest'])(
    'that is refused where listing cannot count leaves nothing: %s',
    async (api) => {
      const { stdout, exitCode } = await doctor({ api, switches: { metricsAccess: 'refused' } });
      expect(stdout).toMatch(
        /^Neither source can count here: .*may not read metrics\. Give the token/m,
      );
      expect(exitCode).toBe(2);
    },
  );

  test('that does not group is told for statuses and for accounts', async () => {
    const switches = { metricsGrouping: 'ignored' } as const;
    const { stdout, exitCode } = await doctor({ switches });
    expect(stdout).toMatch(/! POST \/metrics does not group by raw status.*cannot be used/);
    expect(stdout).toMatch(/! POST \/metrics does not group by account/);
    expect(exitCode).toBe(3);
    const other = await doctor({ api: '2024', switches });
    expect(other.stdout).toMatch(/^Neither source can count here: .*not tell statuses apart/m);
    expect(other.exitCode).toBe(2);
  });

  test('that widens a range to the hour is told with the numbers', async () => {
    const { stdout, exitCode } = await doctor({ switches: { metricsRange: 'widened' } });
    expect(stdout).toMatch(
      /✓ POST \/metrics widens a range within an hour .*: the halves have (\d+) \+ \1 events, the hour has \1\./,
    );
    expect(exitCode).toBe(0);
  });

  test('that refuses to group by account is asked by each grouping alone', async () => {
    const { stdout, exitCode } = await doctor({
      api: '2024',
      refuses: (_, body) => (body.includes('"groupBy":"ACCOUNT_ID"') ? 400 : undefined),
    });
    expect(stdout).toMatch(/✓ POST \/metrics groups by raw status/);
    expect(stdout).toMatch(/! POST \/metrics refuses to group by account\./);
    expect(stdout).toMatch(/! Accounts: rules by account are not evaluated/);
    expect(exitCode).toBe(3);
  });

  test('that lags behind the list is told with a lower bound of the list', async () => {
    const { stdout } = await doctor({
      switches: { metricsStaleMinutes: 117 },
      scenario: { ...LITTLE, eventsPerSecond: 1 },
    });
    expect(stdout).toMatch(
      /! Both sources differ .*: at least \d{3} events listed, \d{3} by metrics/,
    );
  });

  test('that assigns events to hours by another time differs from the list', async () => {
    const { stdout, exitCode } = await doctor({
      switches: { metricsTime: 'timestamp' },
      scenario: {
        ...LITTLE,
        lags: [{ start: 0, end: NOW, lagMs: 4 * HOUR, share: 0.5 }],
      },
    });
    expect(stdout).toMatch(/! Both sources differ on .*: \d+ events listed, \d+ by metrics/);
    expect(exitCode).toBe(3);
  });
});
