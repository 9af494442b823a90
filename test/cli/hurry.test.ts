import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { cli, NOW } from '../support/cli.ts';
import { wireEvent } from '../support/events.ts';
import { answersOfMetrics } from '../support/metrics-answers.ts';
import { serve } from '../support/server.ts';

describe('a check', () => {
  const newest = (apartMs: number) =>
    Array.from({ length: 50 }, (_, index) =>
      wireEvent({ createdAt: new Date(NOW - 1 - index * apartMs).toISOString() }),
    );
  /** A list whose newest events come in a rhythm. Togai metrics count twelve events, or answer nonsense. */
  const checked = async (apartMs: number, metrics: RequestListener) => {
    const { url } = await serve((request, response) => {
      if (request.method === 'POST') return void metrics(request, response);
      const isFirst = !request.url?.includes('nextToken');
      const page = isFirst ? { events: newest(apartMs), nextToken: 'more' } : { events: [] };
      response.end(JSON.stringify({ nextToken: null, ...page }));
    });
    const { stdout, stderr } = await cli(['check', '--togai-base-url', url]);
    return { stdout, note: stderr.split('\n').find((line) => line.startsWith('About')) };
  };
  const counting = answersOfMetrics([
    { status: 'INGESTION_COMPLETED_EVENT_METERED', events: 36_012 },
  ]);
  const nonsense: RequestListener = (_, response) => void response.end('{}');

  test('says how long it takes after its first page, if that is over ten seconds', async () => {
    expect((await checked(1_000, nonsense)).note).toBe(
      'About 3,600 events, by the newest ones: to list them takes about 36 s, unless Togai counts them',
    );
  });

  test('lets Togai count where listing takes over a minute, and says so', async () => {
    const { stdout } = await checked(100, counting);
    expect(stdout).toMatch(/^36,012 events/);
    expect(stdout).toMatch(
      /About 36,000 events, by the newest ones: to list them would take about 6 min\. So Togai counted/,
    );
  });

  test('lists the events all the same where Togai metrics cannot be used, and says so', async () => {
    const { note, stdout } = await checked(100, nonsense);
    expect(note).toMatch(/6 min\. Togai metrics cannot be used .*, so events are listed\.$/);
    expect(stdout).toMatch(/^at least 50 events/);
  });

  test('says nothing of time if it is soon done', async () => {
    expect((await checked(20_000, nonsense)).note).toBeUndefined();
  });
});
