import { describe, expect, test } from 'vitest';
import { replay } from '../support/replayed-day.ts';

describe('run, counting by metrics', () => {
  test('replays a day: opened, resolved, with samples of single events', async () => {
    const { runAt } = await replay();
    const notified: { kind: string; samples: unknown[] }[] = [];
    const rule = ['--thresholds', 'unmetered >= 100', '--repeat-minutes', '0'];
    for (let minutes = 9 * 60; minutes < 14 * 60; minutes += 5) {
      const { stdout } = await runAt(minutes, '--print', 'json', '--counting', 'metrics', ...rule);
      const lines = stdout.split('\n').filter(Boolean);
      notified.push(...lines.map((line) => JSON.parse(line)));
    }
    expect(notified.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    expect(notified[0]?.samples).toHaveLength(5);
  });

  test('says that it has taken a look', async () => {
    const { runAt } = await replay();
    const { stderr } = await runAt(8 * 60, '--counting', 'metrics');
    expect(stderr).toMatch(/finished · 1 look counted · /);
  });

  test('takes a window of half an hour and ignored schemas', async () => {
    const { runAt } = await replay();
    const args = ['--window-minutes', '30', '--ignored-schemas', 'api_call'];
    const { exitCode } = await runAt(8 * 60, '--counting', 'metrics', ...args);
    expect(exitCode).toBe(0);
  });
});
