import { describe, expect, test } from 'vitest';
import type { RejectionLimiter } from '../../functions/monitor/ports.ts';
import { connectTogai } from '../../functions/monitor/togai/client.ts';
import { at, createTestMonitor, MINUTE } from '../support/monitor.ts';

describe('a Retry-After of Togai', () => {
  /** A monitor whose Togai answers some requests with 429, chosen by their number. `sent` has the times of all requests. */
  function throttledMonitor(retryAfter: (request: number) => string | undefined) {
    const monitor = createTestMonitor();
    const sent: string[] = [];
    const read = () => Promise.resolve('secret-token');
    const connect = (rejectionLimiter: RejectionLimiter) =>
      connectTogai({
        baseUrl: 'https://togai.test',
        credential: { read, readAgain: read },
        tokenSource: 'the secret',
        requestsPerSecond: 2,
        clock: monitor.clock,
        rejectionLimiter,
        exchange: (_, { onSent }) => {
          onSent();
          const seconds = retryAfter(sent.push(new Date(monitor.clock.now()).toISOString()));
          const headers = new Headers(seconds === undefined ? {} : { 'retry-after': seconds });
          return Promise.resolve({ status: seconds ? 429 : 200, headers, body: '{"events":[]}' });
        },
      });
    const runAt = (time: string | number, softDeadline?: AbortSignal) =>
      monitor.runAt(time, { connect }, softDeadline);
    return { monitor, sent, runAt };
  }

  test('is respected by later runs', async () => {
    const { sent, runAt } = throttledMonitor((request) => (request === 1 ? '900' : undefined));
    for (const time of ['10:00', '10:05', '10:10']) {
      expect((await runAt(time)).error).toMatchObject({ failure: 'throttled' });
    }
    expect(sent).toEqual(['2026-11-18T10:00:00.000Z']);
    expect((await runAt('10:15')).outcome).toBe('finished');
  });

  test('is respected by later runs even if the run that got it was out of time', async () => {
    const softDeadline = new AbortController();
    const { sent, runAt } = throttledMonitor((request) => {
      if (request > 1) return undefined;
      softDeadline.abort(new Error('out of time'));
      return '300';
    });
    await runAt('10:00', softDeadline.signal);
    await runAt('10:01');
    expect(sent).toHaveLength(1);
    expect((await runAt('10:05')).outcome).toBe('finished');
  });

  test('is explained in the error, with its length and its end', async () => {
    const { runAt } = throttledMonitor(() => '900');
    await runAt('10:00');
    expect((await runAt('10:05')).error?.message).toMatch(
      /^nothing was sent to Togai: it asked at 2026-11-18T10:00:00.000Z to wait 15 min, .* at 2026-11-18T10:15:00.000Z;/,
    );
  });

  test('is waited for if it is nearly over', async () => {
    const { sent, runAt } = throttledMonitor((request) => (request === 1 ? '330' : undefined));
    await runAt('10:00');
    expect((await runAt('10:05')).outcome).toBe('finished');
    expect(sent[1]).toBe('2026-11-18T10:05:30.000Z');
  });

  test('is not waited for beyond the soft deadline', async () => {
    const { monitor, sent, runAt } = throttledMonitor(() => '330');
    await runAt('10:00');
    const softDeadline = new AbortController();
    monitor.onStep = (step) => {
      if (step === 'after readCounts') softDeadline.abort();
    };
    const { error } = await runAt('10:05', softDeadline.signal);
    expect([error, sent.length]).toMatchObject([{ failure: 'throttled' }, 1]);
  });

  test('is respected for an hour at most, even if it is longer', async () => {
    const { sent, runAt } = throttledMonitor((request) =>
      request === 1 ? '999999999' : undefined,
    );
    for (let time = at('10:00'); time < at('11:00'); time += 5 * MINUTE) await runAt(time);
    expect(sent).toHaveLength(1);
    expect((await runAt('11:00')).outcome).toBe('finished');
  });

  test('is respected no longer than its length, even if the clock was a day ahead when it was stored', async () => {
    const { monitor, sent, runAt } = throttledMonitor((request) =>
      request === 1 ? '900' : undefined,
    );
    await runAt('10:00');
    const state = await monitor.store.readState();
    if (!state?.retryAfter) throw new Error('nothing was asked');
    const ahead = {
      start: state.retryAfter.start + 24 * 60 * MINUTE,
      end: state.retryAfter.end + 24 * 60 * MINUTE,
    };
    await monitor.store.writeState({ ...state, retryAfter: ahead }, state.runNumber);
    for (const time of ['10:05', '10:10', '10:15']) await runAt(time);
    expect(sent).toHaveLength(1);
    expect((await runAt('10:20')).outcome).toBe('finished');
  });
});
