import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { SettingKey } from '../../functions/monitor/settings/all-settings.ts';
import { usageEvent } from '../support/events.ts';
import { at } from '../support/monitor.ts';
import { createTestFunction } from '../support/monitor-function.ts';

const TWICE = 'unmetered >= 10, unmetered >= 10';

/** Thresholds that every check before the run lets pass, and that the run cannot use. */
const REFUSED: readonly [string, Partial<Record<SettingKey, string>>, RegExp][] = [
  ['a rule twice', { thresholds: TWICE }, /Thresholds: .*written twice/],
  [
    'a rule twice, in other blanks',
    { thresholds: 'failed>=10 for 5m, unmetered >= 1, failed >= 10 for 5m' },
    /Thresholds: .*written twice/,
  ],
];

describe('thresholds that the run refuses', () => {
  test.each(REFUSED)('make a run that no alarm takes for a success: %s', async (_, texts) => {
    const { metrics } = await createTestFunction(texts).invokeAt('10:00');
    expect(metrics.RunSucceeded).toBe(0);
  });

  test.each(REFUSED)('are the problem in the log line: %s', async (_, texts, reason) => {
    const { line } = await createTestFunction(texts).invokeAt('10:00');
    expect(line.problem).toMatch(reason);
  });

  test('are a failed run', async () => {
    const { outcome, line } = await createTestFunction({ thresholds: TWICE }).invokeAt('10:00');
    expect(outcome).toBe('failed');
    expect(line.outcome).toBe('failed');
  });

  test('fail every run until they are corrected, and not one more', async () => {
    const { monitor, invokeAt } = createTestFunction({ thresholds: TWICE });
    for (const time of ['10:00', '10:05', '10:10']) {
      expect((await invokeAt(time)).metrics.RunSucceeded, time).toBe(0);
    }
    monitor.texts.thresholds = 'unmetered >= 10';
    const { outcome, line, metrics } = await invokeAt('10:15');
    expect(metrics.RunSucceeded).toBe(1);
    expect(outcome).toBe('finished');
    expect(line.problem).toBeUndefined();
  });

  test('do not stop the counting, and the notification says how to correct them', async () => {
    const { monitor, invokeAt } = createTestFunction({ thresholds: TWICE });
    monitor.events.push(usageEvent({ createdAt: at('09:50') }));
    const { line } = await invokeAt('10:00');
    expect(line.counted).toBeGreaterThan(0);
    expect(monitor.notified).toEqual([
      expect.objectContaining({
        kind: 'opened',
        reason: expect.stringMatching(/Thresholds: .*written twice; remove one/),
      }),
    ]);
  });

  test('and a Togai that cannot be counted are both in the log line', async () => {
    const { line, metrics } = await createTestFunction({ thresholds: TWICE }).invokeAt('10:00', {
      openTogai: () => Promise.reject(new TogaiError('unreachable', 'no connection to Togai')),
    });
    expect(metrics.RunSucceeded).toBe(0);
    expect(line.problem).toMatch(/no connection to Togai/);
    expect(line.problem).toMatch(/written twice/);
  });
});

test('an address that cannot be used is in the log line once', async () => {
  const { line } = await createTestFunction({ togaiBaseUrl: 'http://togai' }).invokeAt('10:00');
  expect(line.outcome).toBe('failed');
  expect(String(line.problem).match(/TogaiBaseUrl: /g)).toHaveLength(1);
});

/** Settings that a run replaces by their default. The run goes on, and its log line names them. */
const REPLACED: readonly [string, Partial<Record<SettingKey, string>>, RegExp][] = [
  ['a day that no calendar has', { ignoredAccounts: 'acme@2027-02-30' }, /IgnoredAccounts: /],
  ['a window that is none', { windowMinutes: '45' }, /WindowMinutes: /],
];

test.each(REPLACED)(
  'the log line has the problem of any other refused setting: %s',
  async (_, texts, reason) => {
    const { line } = await createTestFunction(texts).invokeAt('10:00');
    expect(line.problem).toMatch(reason);
  },
);
