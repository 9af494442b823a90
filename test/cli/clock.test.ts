import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import type { Clock } from '../../functions/monitor/ports.ts';
import { createFileStore } from '../../functions/monitor/storage/file-store.ts';
import { systemClock } from '../../functions/monitor/system-clock.ts';
import { cli, NOW } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';
import { serve } from '../support/server.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A Togai without events; its answers bear a date, or none. */
function togaiAt(date: number | undefined) {
  return serve((_, response) => {
    response.sendDate = false;
    if (date !== undefined) response.setHeader('date', new Date(date).toUTCString());
    response.end('{"events":[]}');
  });
}

const stateFile = () => join(emptyFolder(), 'state.json');

/** One run on a machine whose clock shows a time. */
function runAt(now: number, state: string, url: string, ...args: readonly string[]) {
  const options = { clock: createJumpingClock(now) };
  return cli(['run', '--state', state, '--togai-base-url', url, ...args], options);
}

describe("a machine whose clock is a day ahead of Togai's answers", () => {
  test('counts nothing, ends with 2, and says which clock differs by how much', async () => {
    const { url } = await togaiAt(NOW);
    const { exitCode, stderr } = await runAt(NOW + DAY, stateFile(), url);
    expect(stderr).toMatch(/unmetered: .*clock.*(ahead|2026-11-18T12:00)/i);
    expect(stderr).toMatch(/set|correct/i);
    expect(exitCode).toBe(2);
  });

  test('has taken nothing as counted once the clock is right', async () => {
    const { url } = await togaiAt(NOW);
    const state = stateFile();
    await runAt(NOW + DAY, state, url);
    const { exitCode, stderr } = await runAt(NOW + 5 * MINUTE, state, url);
    expect(stderr).toMatch(/finished · [1-9]\d* buckets counted/);
    expect(exitCode).toBe(0);
  });
});

describe('people are notified of no gap that a wrong clock has made up:', () => {
  test('a run ten days ahead announces none, and the next right one goes on where the last was', async () => {
    const { url } = await togaiAt(NOW);
    const state = stateFile();
    await runAt(NOW, state, url);
    const ahead = await runAt(NOW + 10 * DAY, state, url);
    const next = await runAt(NOW + 5 * MINUTE, state, url);
    expect(ahead.stdout + next.stdout).not.toMatch(/GAP/);
    expect(next.stderr).toMatch(/finished · [12] buckets? counted/);
  });

  test('if the first run ever was ahead, the next one is a first run', async () => {
    const { url } = await togaiAt(NOW);
    const state = stateFile();
    await runAt(NOW + DAY, state, url);
    const { stdout, stderr } = await runAt(NOW, state, url);
    expect(stdout).not.toMatch(/GAP/);
    expect(stderr).toMatch(/finished · 12 buckets counted/);
  });
});

describe('a run', () => {
  test.each([
    ['is half a minute behind the clock', NOW - MINUTE / 2],
    ['is half a minute ahead of it', NOW + MINUTE / 2],
    ['is missing', undefined],
  ])('counts where the date of an answer %s', async (_, date) => {
    const { url } = await togaiAt(date);
    const { exitCode, stderr } = await runAt(NOW, stateFile(), url);
    expect(stderr).toMatch(/finished/);
    expect(exitCode).toBe(0);
  });

  test('--every waits no longer than its interval where the clock is set back meanwhile', async () => {
    const abort = new AbortController();
    const jumping = createJumpingClock(NOW);
    let aheadMs = DAY;
    const waits: number[] = [];
    const clock: Clock = {
      ...jumping,
      now: () => jumping.now() + aheadMs,
      sleep(ms, signal) {
        if (ms > MINUTE) waits.push(ms);
        // Two runs are enough: the loop has chosen its next wait by then.
        if (waits.length === 2) abort.abort(new Interrupted(130));
        return jumping.sleep(ms, signal);
      },
    };
    const { url } = await serve((_, response) => {
      aheadMs = 0;
      response.sendDate = false;
      response.end('{"events":[]}');
    });
    await cli(['run', '--state', stateFile(), '--every', '5m', '--togai-base-url', url], {
      clock,
      signal: abort.signal,
    });
    expect(waits).toHaveLength(2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5 * MINUTE);
  });
});

describe('with --at', () => {
  const AT = '2026-11-16T09:45';

  test.each([
    ['a day before it', Date.parse(`${AT}Z`) - DAY],
    ['the real time', NOW],
    ['a year later', NOW + 365 * DAY],
  ])('the date of an answer does not matter: %s', async (_, date) => {
    const { url } = await togaiAt(date);
    const { exitCode, stderr } = await runAt(NOW, stateFile(), url, '--at', AT);
    expect(stderr).toMatch(/^2026-11-16T09:45:00.000Z finished · 12 buckets counted/m);
    expect(exitCode).toBe(0);
  });

  test.each([
    ['a minute', '2026-11-16T09:44'],
    ['two days', '2026-11-14T09:45'],
  ])('the real clock judges no stored time: %s before the last run is late', async (_, earlier) => {
    const { url } = await togaiAt(NOW);
    const state = stateFile();
    await runAt(NOW, state, url, '--at', AT);
    const { stderr } = await runAt(NOW + MINUTE, state, url, '--at', earlier);
    expect(stderr).toMatch(/late · a later run is already in the state file; nothing was done/);
  });

  test('a lease goes by the real clock: one that lies a day ahead of it holds up nothing', async () => {
    const { url } = await togaiAt(NOW);
    const state = stateFile();
    const store = createFileStore(state, systemClock);
    await store.writeState({ ...NEW_STATE, runNumber: 1, leaseUntil: NOW + DAY }, undefined);
    const { stderr } = await runAt(NOW, state, url, '--at', AT);
    expect(stderr).toMatch(/finished · 12 buckets counted/);
  });

  test('a lease that runs by the real clock holds for any replayed time', async () => {
    const { url } = await togaiAt(NOW);
    const state = stateFile();
    const store = createFileStore(state, systemClock);
    await store.writeState(
      { ...NEW_STATE, runNumber: 1, leaseUntil: NOW + 10 * MINUTE },
      undefined,
    );
    const { stderr } = await runAt(NOW, state, url, '--at', AT);
    expect(stderr).toMatch(/held/);
  });
});
