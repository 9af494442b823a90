import { describe, expect, test } from 'vitest';
import { createTestMonitor, monitorWith } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

const quiet = () => monitorWith(traffic('09:00', '13:00'));

describe('the first sign of life', () => {
  test('comes after the first run that counted a whole window, with its numbers', async () => {
    const monitor = quiet();
    await monitor.runAt('10:10');
    expect(monitor.firstSigns.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(
        /^NOTICE Watching: \d+ events of all accounts in the last hour, 0 not billed \(0%\)$/,
      ),
    ]);
  });

  test('says where the numbers come from, names the blind spots, and shows how a warning arrives', async () => {
    const monitor = quiet();
    await monitor.runAt('10:10');
    expect(monitor.firstSigns[0]?.email).toMatch(
      /with WARNING or CRITICAL[\s\S]*Source: Togai's list[\s\S]*Not seen: [\s\S]*Limits .*: unmetered >= 10/,
    );
  });

  test('says whose events are not billed already', async () => {
    const monitor = monitorWith(traffic('09:00', '13:00', { from: '09:40', to: '09:45' }));
    await monitor.runAt('10:10');
    expect(monitor.firstSigns[0]?.email).toMatch(
      /^Not billed: acme \d+\.\nWhy, and whether it goes on, is not known yet\./m,
    );
  });

  test('points to the message of an incident that is open, and does not say that nothing is to do', async () => {
    const monitor = monitorWith(traffic('09:00', '13:00', { from: '09:40', to: '10:10' }));
    await monitor.runAt('10:10');
    const [sign] = monitor.firstSigns;
    expect(sign?.email).toMatch(
      /A limit is reached already: a message with WARNING or CRITICAL says why, .*\nDo: go by that message\./,
    );
    expect(sign?.email).not.toMatch(/Do: nothing|comes here within/);
  });

  test('comes once in any case', async () => {
    const monitor = quiet();
    await monitor.runFrom('10:10', '11:00');
    expect(monitor.firstSigns).toHaveLength(1);
  });

  test('comes again with the same id where it could not be stored that it arrived', async () => {
    const monitor = quiet();
    monitor.onStep = (step) => {
      if (step === 'before writeState' && monitor.firstSigns.length > 0) throw new Error('died');
    };
    await expect(monitor.runAt('10:10')).rejects.toThrow('died');
    monitor.onStep = () => {};
    await monitor.runAt('10:15');
    const [first, second] = monitor.firstSigns.map(({ id }) => id);
    expect(second).toBe(first);
  });

  test('waits while Togai cannot be counted', async () => {
    const monitor = quiet();
    monitor.onStep = (step) => {
      if (step.includes('writeBucket')) throw new Error('no room');
    };
    await monitor.runAt('10:10').catch(() => {});
    expect(monitor.firstSigns).toHaveLength(0);
  });

  test('asks whether the environment is the right one where there are no events', async () => {
    const monitor = createTestMonitor();
    await monitor.runAt('10:10');
    const [sign] = monitor.firstSigns;
    expect(sign?.subject).toContain('Watching: no events of any account in the last hour');
    expect(sign?.email).toContain('check TogaiBaseUrl');
  });
});
