import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { replay } from '../support/replayed-day.ts';

describe('run, counting by metrics', () => {
  test('replays a day: fired, resolved, with samples of single events', async () => {
    const { runAt } = await replay();
    const notified: { kind: string; summary: { samples: unknown[] } }[] = [];
    const rule = ['--thresholds', 'unmetered >= 100', '--repeat-minutes', '0'];
    for (let minutes = 9 * 60; minutes < 14 * 60; minutes += 5) {
      const { stdout } = await runAt(minutes, '--print', 'json', '--counting', 'metrics', ...rule);
      const lines = stdout.split('\n').filter(Boolean);
      notified.push(...lines.map((line) => JSON.parse(line)));
    }
    expect(notified.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
    expect(notified[0]?.summary.samples).toHaveLength(5);
  });

  test('says how many hours it has counted', async () => {
    const { runAt } = await replay();
    const { stderr } = await runAt(8 * 60, '--counting', 'metrics');
    expect(stderr).toMatch(/finished · 2 hours counted · /);
  });

  test.each([
    [
      'a window of half an hour',
      ['--window-minutes', '30'],
      /unmetered: --window-minutes: counting by Togai metrics needs a window/,
    ],
    [
      'ignored schemas',
      ['--ignored-schemas', 'api_call'],
      /unmetered: --ignored-schemas: schemas cannot be ignored/,
    ],
  ])('refuses %s at the start', async (_, args, reason) => {
    const { runAt, state } = await replay();
    const { stderr, exitCode } = await runAt(600, '--counting', 'metrics', ...args);
    expect(stderr).toMatch(reason);
    expect([exitCode, existsSync(state)]).toEqual([2, false]);
  });
});
