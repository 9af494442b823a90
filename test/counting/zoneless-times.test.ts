import { describe, expect, test } from 'vitest';
import { cli, NOW } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { serve } from '../support/server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Server {
  /** How far its clock on the wall is ahead of UTC. */
  readonly offsetMs: number;
  readonly filters?: boolean;
  readonly zone?: string;
  readonly count?: number;
}

/** A server that prints local times without their zone. It filters by what they mean, or not at all. */
function localTimes({ offsetMs, filters = true, zone = '', count = 120 }: Server) {
  const created = Array.from({ length: count }, (_, index) => NOW - (index + 1) * 20_000);
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
});
