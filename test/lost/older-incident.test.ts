import { describe, expect, test } from 'vitest';
import { MINUTE, NOW } from '../simulator/simulated-togai.ts';
import { BRIEF, LATER, lostTogai, rows } from './lost-togai.ts';

/** A loss, and a new monitor that looks at Togai metrics a while after its beginning. */
async function firstRun(minutes: number) {
  const incidents = BRIEF.incidents.map((each) => ({
    ...each,
    start: NOW - minutes * MINUTE,
    end: LATER,
  }));
  const scenario = { ...BRIEF, begins: NOW - 240 * MINUTE, incidents };
  const togai = await lostTogai({ scenario });
  const state = `${togai.folder}/state.json`;
  const at = new Date(NOW).toISOString();
  const run = await togai.run(['--state', state, '--at', at, '--print', 'json']);
  const message = JSON.parse(run.stdout.split('\n')[0] ?? '');
  return {
    message,
    list: await togai.lost(['--jsonl', '--incident', message.incidentId, '--state', state]),
  };
}

describe('of a loss that is older than the first look at Togai metrics', () => {
  test('the list begins an hour before that look', async () => {
    const { message, list } = await firstRun(160);
    expect(message.onsetOrEarlier).toBe(true);
    const created = rows(list).map(({ createdAt }) => createdAt);
    const first = Math.min(...created.map((time) => Date.parse(time)));
    expect(first).toBeLessThan(Date.parse(message.onset));
  });

  test('the list says that the loss may have begun before', async () => {
    const { list } = await firstRun(160);
    expect(list.stderr).toContain(
      'The loss may have begun before 2026-11-18T11:00:00.000Z, so the list begins an hour earlier. If events are lost in its first minutes, give --from and --account instead of --incident',
    );
  });
});

test('a loss that began after the first hour of that look is known to have begun in it', async () => {
  const { message, list } = await firstRun(30);
  expect(message.onsetOrEarlier).toBe(false);
  expect(list.stderr).not.toContain('may have begun before');
});
