import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import { at, monitorWith, type TestMonitor } from '../support/monitor.ts';
import { traffic } from '../support/traffic.ts';

describe('an incident that begins again just after people may have read that it is over', () => {
  /** It ends in the run of 10:25, and begins again in that of 10:30. */
  async function live(disturb: (monitor: TestMonitor) => void): Promise<string[]> {
    const monitor = monitorWith(
      [
        ...traffic('08:00', '10:20', { from: '10:00', to: '10:01' }),
        ...traffic('10:20', '12:00', { from: '10:20', to: '12:00' }),
      ],
      'unmetered >= 5',
    );
    await monitor.runFrom('09:10', '10:20');
    disturb(monitor);
    await monitor.runAt('10:25').catch(() => {});
    monitor.onStep = () => {};
    monitor.clock.advance(3 * 60_000);
    await monitor.runFrom('10:30', '10:45');
    return monitor.notified.map(({ kind }) => kind);
  }

  const failAt = (failing: string, message: string) => (monitor: TestMonitor) => {
    monitor.onStep = (step) => {
      if (step === failing) throw new Error(message);
    };
  };

  test('is notified again if that was delivered', async () => {
    expect(await live(() => {})).toEqual(['opened', 'resolved', 'opened']);
  });

  test('is notified again if SNS took the message, and its answer was lost', async () => {
    expect(await live(failAt('after publish', 'no answer'))).toEqual([
      'opened',
      'resolved',
      'opened',
    ]);
  });

  test('is notified again if the run was killed before it could store the delivery', async () => {
    let isPublished = false;
    const kinds = await live((monitor) => {
      monitor.onStep = (step) => {
        isPublished ||= step === 'after publish';
        if (isPublished && step === 'before writeIncident') throw new Error('killed');
      };
    });
    expect(kinds).toEqual(['opened', 'resolved', 'opened']);
  });
});

describe('a failure that begins again while nobody knows whether its end was read', () => {
  /** Togai rejects the token at 10:00 and at 10:10. The answers of SNS are lost from 10:05 on. */
  async function live() {
    const monitor = monitorWith([]);
    const rejected = () => Promise.reject(new TogaiError('unauthorized', 'no such token'));
    monitor.onStep = (step) => {
      const isLost = step === 'after publish' && monitor.clock.now() >= at('10:05');
      if (isLost) throw new Error('no answer');
    };
    await monitor.runAt('10:00', { connect: rejected });
    await monitor.runAt('10:05');
    await monitor.runAt('10:10', { connect: rejected });
    await monitor.runAt('10:15');
    return monitor.notified;
  }

  test('is opened again', async () => {
    const kinds = (await live()).map(({ kind }) => kind);
    // Each run tries the message of the run before once more.
    const [first, second] = [
      ['resolved', 'resolved'],
      ['opened', 'opened'],
    ];
    expect(kinds).toEqual(['opened', ...first, ...second, 'resolved']);
  });

  test('ends for a reader who leaves out messages whose id came before', async () => {
    const kindById = new Map((await live()).map(({ id, kind }) => [id, kind]));
    expect([...kindById.values()].at(-1)).toBe('resolved');
  });
});
