import { describe, expect, test } from 'vitest';
import { zoneOffsetOf } from '../../functions/monitor/counting/listing/zone-offset.ts';
import { cli, NOW } from '../support/cli.ts';
import { eventPage, usageEvent, wireEvent } from '../support/events.ts';
import { bucketsIn, counted, listedBy } from '../support/listed-by.ts';
import { START } from '../support/listing-server.ts';
import { serve } from '../support/server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Server {
  /** How far its clock on the wall is ahead of UTC. */
  readonly offsetMs: number;
  readonly filters?: boolean;
  readonly zone?: string;
  /** When its newest event came, before now. @default 20 seconds */
  readonly newestMs?: number;
  /** Between two events. @default 20 seconds */
  readonly distanceMs?: number;
}

/**
 * A server that prints local times without their zone. It filters by the right times, or not at
 * all.
 */
function localTimes({
  offsetMs,
  filters = true,
  zone = '',
  newestMs = 20_000,
  distanceMs = 20_000,
}: Server) {
  const created = Array.from({ length: 120 }, (_, index) => NOW - newestMs - index * distanceMs);
  return serve((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const from = Number(query.get('start_time') ?? 0);
    const to = Number(query.get('end_time') ?? NOW);
    const skip = Number(query.get('nextToken') ?? 0);
    const listed = created.filter((time) => !filters || (time >= from && time <= to));
    const page = listed.slice(skip, skip + 50);
    const events = page.map((time) =>
      wireEvent({
        referenceId: `event.${time}`,
        createdAt: new Date(time + offsetMs).toISOString().replace('Z', zone),
      }),
    );
    const nextToken = skip + 50 < listed.length ? String(skip + 50) : null;
    response.end(JSON.stringify({ events, nextToken }));
  });
}

const check = (url: string) =>
  cli(['check', '--since', '30m', '--json', '--togai-base-url', url], {
    env: { TOGAI_TOKEN: 'secret' },
  });

describe('times without a zone that are not UTC', () => {
  test.each([
    ['5 h 30 min ahead of UTC', 5.5 * HOUR, 'UTC+05:30'],
    ['5 h 45 min ahead of UTC', 5.75 * HOUR, 'UTC+05:45'],
    ['1 h ahead of UTC', HOUR, 'UTC+01:00'],
    ['8 h behind UTC', -8 * HOUR, 'UTC-08:00'],
  ])('are an error that names the offset: %s', async (_, offsetMs, zone) => {
    const { url } = await localTimes({ offsetMs });
    const { exitCode, stdout, stderr } = await check(url);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(zone);
    expect(stderr).toMatch(/GET \/events .*without a (time )?zone/);
  });

  test('with their zone they are counted right', async () => {
    const { url } = await localTimes({ offsetMs: 5.5 * HOUR, zone: '+05:30' });
    expect(JSON.parse((await check(url)).stdout).total).toBe(90);
  });

  test('in UTC they are counted right', async () => {
    const { url } = await localTimes({ offsetMs: 0 });
    expect(JSON.parse((await check(url)).stdout).total).toBe(90);
  });

  test('in UTC they are counted right where the server does not filter', async () => {
    const { url } = await localTimes({ offsetMs: 0, filters: false });
    expect(JSON.parse((await check(url)).stdout).total).toBe(90);
  });

  test('of another hour are no events of the range where the server does not filter', async () => {
    const { url } = await localTimes({
      offsetMs: 0,
      filters: false,
      // They would fit into the first bucket of the range, were they ahead or behind by hours.
      newestMs: 118 * MINUTE,
      distanceMs: 2_000,
    });
    expect(JSON.parse((await check(url)).stdout).total).toBe(0);
  });
});

describe('the offset from UTC', () => {
  const HOUR_ASKED = { start: NOW - HOUR, end: NOW };

  /** The offset by five times, so many minutes after the start of the asked hour. */
  const offsetOf = (
    minutes: readonly number[],
    fields: Partial<Parameters<typeof usageEvent>[0]> = {},
  ) =>
    zoneOffsetOf(
      eventPage(
        minutes.map((minute) =>
          usageEvent({
            createdAt: HOUR_ASKED.start + minute * MINUTE,
            isZoneless: true,
            ...fields,
          }),
        ),
      ),
      HOUR_ASKED,
    );

  test.each([
    ['of the zone farthest ahead', 14 * 60, 14 * HOUR],
    ['of a zone behind', -12 * 60, -12 * HOUR],
    ['of a zone of quarters of an hour', 345, 5.75 * HOUR],
  ])('is that %s', (_, ahead, offset) => {
    expect(offsetOf([1, 2, 30, 58, 59].map((minute) => minute + ahead))).toBe(offset);
  });

  test.each([
    ['of four entries, which may be a coincidence', [301, 302, 303, 359]],
    ['where one of them lies in the range', [59, 61, 62, 63, 64]],
    ['where no one offset moves all of them into the range', [301, 302, 303, 304, 400]],
    ['where no zone is that far ahead', [901, 902, 903, 904, 959]],
  ])('is not known %s', (_, minutes) => {
    expect(offsetOf(minutes)).toBeUndefined();
  });

  test('is not known of times with a zone', () => {
    expect(offsetOf([301, 302, 303, 304, 359], { isZoneless: false })).toBeUndefined();
  });
});

test('events that came an hour late are not taken for times of another zone, where Togai filters by their own time', async () => {
  const events = Array.from({ length: 20 }, (_, index) => {
    const happened = NOW - 70 * MINUTE + 1_000 + index * 500;
    const printed = (time: number) => new Date(time).toISOString().replace('Z', '');
    const wire = wireEvent({
      referenceId: `event.${index}`,
      createdAt: printed(happened + HOUR),
      timestamp: printed(happened),
    });
    return { happened, wire };
  });
  const { url } = await serve((request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const from = Number(query.get('start_time'));
    const to = Number(query.get('end_time'));
    const listed = events.filter(({ happened }) => happened >= from && happened <= to);
    response.end(JSON.stringify({ events: listed.map(({ wire }) => wire), nextToken: null }));
  });
  const { stdout } = await cli(['check', '--since', '2h', '--json', '--togai-base-url', url], {
    env: { TOGAI_TOKEN: 'secret' },
  });
  expect(JSON.parse(stdout || '{}').total).toBe(20);
});

describe('in a range that is longer than their offset', () => {
  /** Twelve hours around the range. The server filters by the right times, or not at all. */
  function localList(offsetMs: number, events: number, filters = true) {
    const all = Array.from({ length: events }, (_, index) => {
      const time = START + 9 * HOUR - Math.floor((12 * HOUR * index) / events) - 1;
      const createdAt = time + offsetMs;
      return { time, event: usageEvent({ createdAt, timestamp: createdAt, isZoneless: true }) };
    });
    const listed = listedBy([]);
    return {
      ...listed,
      server: {
        ...listed.server,
        async *pages({ startTime = 0, endTime = Number.POSITIVE_INFINITY }) {
          const found = all.filter(
            ({ time }) => !filters || (time >= startTime && time <= endTime),
          );
          for (let from = 0; from === 0 || from < found.length; from += 50) {
            const page = found.slice(from, from + 50).map(({ event }) => event);
            await Promise.resolve();
            yield eventPage(page, from + 50 < found.length ? `${from}` : undefined);
          }
        },
      },
    };
  }

  test.each([
    [-3 * HOUR, 90],
    [-3 * HOUR, 740],
    [-3 * HOUR, 2_000],
    [-5 * HOUR, 740],
    [5.5 * HOUR, 740],
  ])('times %s ms from UTC end the count: %s events', async (offsetMs, events) => {
    const result = await counted(localList(offsetMs, events), 360);
    expect(result.complete).toEqual([]);
    expect(result.stopped?.message).toMatch(/times without a zone that fit only if they are of/);
  });

  test.each([true, false])('times of UTC are counted right: filters %s', async (filters) => {
    const { complete } = await counted(localList(0, 740, filters), 360);
    expect(complete).toHaveLength(bucketsIn(360).length);
    expect(complete.reduce((sum, { counts }) => sum + counts.total, 0)).toBe(370);
  });
});
