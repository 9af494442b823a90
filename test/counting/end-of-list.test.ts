import { describe, expect, test } from 'vitest';
import { cli, NOW } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { serve } from '../support/server.ts';

const MINUTE = 60_000;

interface Listing {
  readonly filters: boolean;
  readonly newestFirst: boolean;
  /** Between two events. @default 1,000 */
  readonly distanceMs?: number;
  /** From an event to its receipt. The server filters by the time of the event. @default 0 */
  readonly delayMs?: number;
  /** One event of so many cannot be read. @default none */
  readonly unreadableEvery?: number;
  /** Lists in no order of time. @default false */
  readonly isShuffled?: boolean;
  /** Events have neither a referenceId nor an id. @default false */
  readonly isNameless?: boolean;
  /** Times are printed without their milliseconds. @default false */
  readonly cutsTimes?: boolean;
  /** Events at exactly the bounds of a query are left out. @default false */
  readonly leavesOutBounds?: boolean;
  /** How the last page ends. */
  readonly end: Readonly<Record<string, unknown>>;
}

/** Events in the last ten minutes, oldest first. */
function eventsUpTo(
  count: number,
  {
    distanceMs = 1_000,
    delayMs = 0,
    unreadableEvery = Number.POSITIVE_INFINITY,
    cutsTimes = false,
    isNameless = false,
  }: Listing,
): { time: number; wire: Record<string, unknown> }[] {
  const printed = (time: number) =>
    new Date(time).toISOString().replace(cutsTimes ? /\.\d+/ : '', '');
  return Array.from({ length: count }, (_, index) => {
    const time = NOW - 9 * MINUTE + index * distanceMs;
    const wire = wireEvent({
      createdAt: printed(time + delayMs),
      timestamp: printed(time),
      ...(isNameless && { referenceId: '' }),
    });
    const isUnreadable = (index + 1) % unreadableEvery === 0;
    return { time, wire: isUnreadable ? { ...wire, ingestionStatus: null } : wire };
  });
}

/** A server without page tokens: it lists the first fifty of a query, and nothing points to the rest. */
function fiftyOf(count: number, listing: Listing) {
  const { filters, newestFirst, end, leavesOutBounds = false, isShuffled = false } = listing;
  const outside = leavesOutBounds ? 1 : 0;
  const all = eventsUpTo(count, listing);
  return serve((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const from = filters ? Number(query.get('start_time') ?? 0) : 0;
    const to = filters ? Number(query.get('end_time') ?? NOW) : NOW;
    const listed = all
      .filter(({ time }) => time >= from + outside && time <= to - outside)
      .sort((a, b) =>
        isShuffled
          ? (a.time % 7_000) - (b.time % 7_000)
          : newestFirst
            ? b.time - a.time
            : a.time - b.time,
      )
      .slice(0, 50)
      .map(({ wire }) => wire);
    response.end(JSON.stringify({ events: listed, ...end }));
  });
}

const check = (url: string) =>
  cli(['check', '--since', '10m', '--json', '--togai-base-url', url], {
    env: { TOGAI_TOKEN: 'secret' },
  });
const totalOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout).total;

describe('a full page that lacks the key nextToken', () => {
  test.each([
    ['in no order of time', { isShuffled: true }],
    ['of events that nothing tells apart', { isNameless: true }],
  ])('%s is asked for again in parts, and every event counts once', async (_, how) => {
    const { url } = await fiftyOf(120, {
      filters: true,
      distanceMs: 250,
      newestFirst: true,
      end: {},
      ...how,
    });
    expect(totalOf(await check(url))).toBe(120);
  });

  describe.each([true, false])('of a server that lists newest first: %s', (newestFirst) => {
    const listing = { filters: true, newestFirst, end: {} };

    test('loses no event of the second at its end if times are cut to the second', async () => {
      const { url } = await fiftyOf(120, { ...listing, distanceMs: 250, cutsTimes: true });
      expect(totalOf(await check(url))).toBe(120);
    });

    test('loses no event at its end if bounds are left out', async () => {
      const { url } = await fiftyOf(120, { ...listing, distanceMs: 250, leavesOutBounds: true });
      expect(totalOf(await check(url))).toBe(120);
    });
  });

  test.each<[string, Omit<Listing, 'filters' | 'end'>]>([
    ['newest first', { newestFirst: true }],
    ['oldest first', { newestFirst: false }],
    ['newest first, four events a second', { newestFirst: true, distanceMs: 250 }],
    ['oldest first, four events a second', { newestFirst: false, distanceMs: 250 }],
    [
      'by timestamp, from events that came three minutes late',
      { newestFirst: true, delayMs: 3 * MINUTE },
    ],
  ])('is followed by the events behind its last one, %s', async (_, listing) => {
    const { url } = await fiftyOf(120, { filters: true, end: {}, ...listing });
    expect(totalOf(await check(url))).toBe(120);
  });

  test('is full with entries that cannot be read, too', async () => {
    const { url } = await fiftyOf(120, {
      filters: true,
      newestFirst: true,
      unreadableEvery: 10,
      end: {},
    });
    const { stdout } = await check(url);
    expect(JSON.parse(stdout)).toMatchObject({ total: 108, malformed: 12 });
  });

  test('is an error where all of it is of one second, for nothing can be asked behind it', async () => {
    const { url } = await fiftyOf(120, {
      filters: true,
      newestFirst: true,
      distanceMs: 1,
      end: {},
    });
    const { exitCode, stdout, stderr } = await check(url);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/GET \/events .*without a nextToken, all of one second/);
  });

  test.each([50, 51, 99, 100, 101])(
    'is the end where nothing follows: %i events',
    async (count) => {
      const { url } = await fiftyOf(count, { filters: true, newestFirst: true, end: {} });
      expect(totalOf(await check(url))).toBe(count);
    },
  );

  test('is an error where the server does not filter, for nobody can ask for the rest', async () => {
    const { url } = await fiftyOf(120, { filters: false, newestFirst: true, end: {} });
    const { exitCode, stderr, stdout } = await check(url);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      /GET \/events .*a full page of 50 events without a nextToken.*whether there are more/,
    );
  });

  test('is an error where the server does not filter and the page ends within the range', async () => {
    const { url } = await fiftyOf(54, {
      filters: false,
      newestFirst: true,
      distanceMs: 10_000,
      end: {},
    });
    const { exitCode, stdout, stderr } = await check(url);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/GET \/events .*without a nextToken, and it does not filter by time/);
  });

  test('is the end where the server does not filter and the page reaches before the range', async () => {
    const { url } = await fiftyOf(50, {
      filters: false,
      newestFirst: true,
      distanceMs: 10_000,
      end: {},
    });
    const since = ['check', '--from', '2026-11-18T11:54:30', '--json', '--togai-base-url', url];
    const result = await cli(since, { env: { TOGAI_TOKEN: 'secret' } });
    expect(totalOf(result)).toBe(29);
  });
});

test('a page of forty-nine events that lacks the key is the end', async () => {
  const { url } = await fiftyOf(49, {
    filters: false,
    newestFirst: true,
    distanceMs: 10_000,
    end: {},
  });
  expect(totalOf(await check(url))).toBe(49);
});

test('fifty events with nextToken: null are a legal end, and cost one request a bucket', async () => {
  const { url, requests } = await fiftyOf(50, {
    filters: true,
    newestFirst: true,
    end: { nextToken: null },
  });
  expect(totalOf(await check(url))).toBe(50);
  expect(requests.length).toBeLessThanOrEqual(3);
});
