import { describe, expect, test } from 'vitest';
import { NOW } from '../support/cli.ts';
import { once } from '../support/once.ts';
import { type Contents, outcomes, runsAfter, sayingSo } from '../support/state-file.ts';

/** A rule that only a newer version knows. */
const UNKNOWN = 'revenue_lost >= 5% of invoice';

/** An alert of a newer version: other states, other fields. */
const NEWER_ALERT = { threshold: 'unmetered >= 10', state: 'reopened', incident: { accounts: 3 } };

/** Names the alert, and says that it cannot be read. */
const OF_THE_ALERT = /(?=[\s\S]*unmetered >= 10)(?=[\s\S]*alert)(?=[\s\S]*(read|know))/;

/** A message of a newer version that was decided and not delivered. */
const NEWER_MESSAGE = {
  id: 'incident-7.escalated',
  incident: 'incident-7',
  kind: 'escalated',
  severity: 'page',
  at: NOW,
};

const finished = (exitCode: number) => Array.from({ length: 3 }, () => [exitCode, true]);

describe.each<[string, (contents: Contents) => void, RegExp]>([
  [
    'a firing alert of a threshold that this version does not know',
    ({ state }) => {
      state.alerts = state.alerts.map((alert) => ({ ...alert, threshold: UNKNOWN }));
    },
    /revenue_lost/,
  ],
  [
    'an ended alert of a threshold that this version does not know',
    ({ state }) => {
      state.alerts = state.alerts.map(({ firing, ...alert }) => ({
        ...alert,
        threshold: UNKNOWN,
        state: 'ok',
        ended: { firing, endedAt: NOW, ending: 'resolved', queued: false },
      }));
    },
    /revenue_lost/,
  ],
  [
    'an alert of a newer version',
    ({ state }) => {
      state.alerts = [NEWER_ALERT];
    },
    OF_THE_ALERT,
  ],
  [
    'a firing alert of a newer version that lacks properties of this version',
    ({ state }) => {
      state.alerts = [{ ...NEWER_ALERT, state: 'firing', firing: { alertId: 'a', firedAt: NOW } }];
    },
    OF_THE_ALERT,
  ],
  [
    'an alert that ended in a way that this version does not know',
    ({ state }) => {
      state.alerts = state.alerts.map(({ firing, ...alert }) => ({
        ...alert,
        state: 'ok',
        ended: { firing, endedAt: NOW, ending: 'closed by hand', queued: false },
      }));
    },
    OF_THE_ALERT,
  ],
  [
    'an alert that is null',
    ({ state }) => {
      (state.alerts as unknown[]) = [null];
    },
    /alert/,
  ],
  [
    'a message of a newer version that waits to be delivered',
    ({ state }) => {
      state.outbox = [NEWER_MESSAGE];
    },
    /incident-7\.escalated/,
  ],
  [
    'a message that is null',
    ({ state }) => {
      state.outbox = [null];
    },
    /message|outbox/,
  ],
])('a stored state with %s', (_, change, item) => {
  // The tests look at different things in the same runs.
  const runs = once(() => runsAfter(change));

  test('stops no run, and each run exits with 3 for the current breach', async () => {
    const { results } = await runs();
    expect(outcomes(results)).toEqual(finished(3));
  });

  test('is notified once, with the item and the file', async () => {
    const { path, results } = await runs();
    const said = sayingSo(results, item);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(path);
  });
});

describe('a stored state whose', () => {
  test.each(['alerts', 'outbox', 'bucketFailures', 'rejections', 'monitorFailures'] as const)(
    '%s are null stops no run',
    async (name) => {
      const { results } = await runsAfter(({ state }) => {
        (state as Record<string, unknown>)[name] = null;
      });
      expect(outcomes(results)).toEqual(finished(3));
    },
  );

  test.each(['watermark', 'evaluatedTo', 'committedAt'] as const)(
    '%s is a text stops no run',
    async (name) => {
      const { results } = await runsAfter(({ state }) => {
        (state as Record<string, unknown>)[name] = 'soon';
      });
      expect(outcomes(results)).toEqual(finished(3));
    },
  );
});

test('an alert of a newer version does not keep this version from notifying of the incident', async () => {
  const { results } = await runsAfter(({ state }) => {
    state.alerts = [NEWER_ALERT];
  });
  const told = results.map(({ stdout }) => /^Subject: .*20 unmetered events/m.test(stdout));
  expect(told.filter((isTold) => isTold)).toHaveLength(1);
});
