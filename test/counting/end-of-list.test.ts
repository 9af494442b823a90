import { describe, expect, test } from 'vitest';
import { cli, NOW } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { serve } from '../support/server.ts';

const MINUTE = 60_000;

/** Events in the last ten minutes, oldest first. */
function eventsUpTo(
  count: number,
  distanceMs: number,
): { createdAt: number; wire: Record<string, unknown> }[] {
  return Array.from({ length: count }, (_, index) => {
    const createdAt = NOW - 9 * MINUTE + index * distanceMs;
    const wire = wireEvent({ createdAt: new Date(createdAt).toISOString() });
    return { createdAt, wire };
  });
}

interface Listing {
  readonly filters: boolean;
  readonly newestFirst: boolean;
  /** Between two events. @default 1,000 */
  readonly distanceMs?: number;
  /** How the last page ends. */
  readonly end: Readonly<Record<string, unknown>>;
}

/** A server without page tokens: it lists the first fifty of a query, and nothing points to the rest. */
function fiftyOf(count: number, { filters, newestFirst, distanceMs = 1_000, end }: Listing) {
  const all = eventsUpTo(count, distanceMs);
  return serve((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const from = filters ? Number(query.get('start_time') ?? 0) : 0;
    const to = filters ? Number(query.get('end_time') ?? NOW) : NOW;
    const listed = all
      .filter(({ createdAt }) => createdAt >= from && createdAt <= to)
      .sort((a, b) => (newestFirst ? b.createdAt - a.createdAt : a.createdAt - b.createdAt))
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
    ['newest first', true],
    ['oldest first', false],
  ])('is followed by what lies behind its last event, %s', async (_, newestFirst) => {
    const { url } = await fiftyOf(120, { filters: true, newestFirst, end: {} });
    expect(totalOf(await check(url))).toBe(120);
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

test('fifty events with nextToken: null are a legal end, and cost one request a bucket', async () => {
  const { url, requests } = await fiftyOf(50, {
    filters: true,
    newestFirst: true,
    end: { nextToken: null },
  });
  expect(totalOf(await check(url))).toBe(50);
  expect(requests.length).toBeLessThanOrEqual(3);
});
