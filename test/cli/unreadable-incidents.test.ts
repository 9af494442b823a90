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

/** A notice of a newer version that waits to be delivered. */
const NEWER_NOTICE = { id: 'revenue-7', topic: 'revenue', at: NOW, severity: 'page', told: {} };

const changeIncident =
  (change: (incident: Record<string, unknown>) => unknown) => (file: Contents) => {
    file.incidents = Object.fromEntries(
      Object.entries(file.incidents ?? {}).map(([id, incident]) => [
        id,
        change(incident as Record<string, unknown>),
      ]),
    );
  };

const finished = (exitCode: number) => Array.from({ length: 3 }, () => [exitCode, true]);

describe.each<[string, (contents: Contents) => void, RegExp]>([
  [
    'a firing alert of a threshold that this version does not know',
    ({ state }) => {
      state.thresholdAlerts = state.thresholdAlerts.map((alert) => ({
        ...alert,
        threshold: UNKNOWN,
      }));
    },
    /revenue_lost/,
  ],
  [
    'an alert of a newer version',
    ({ state }) => {
      state.thresholdAlerts = [NEWER_ALERT];
    },
    OF_THE_ALERT,
  ],
  [
    'an alert that is null',
    ({ state }) => {
      (state.thresholdAlerts as unknown[]) = [null];
    },
    /alert/,
  ],
  [
    'a notice of a newer version that waits to be delivered',
    ({ state }) => {
      state.notices = [NEWER_NOTICE];
    },
    /revenue-7/,
  ],
  [
    'a notice that is null',
    ({ state }) => {
      state.notices = [null];
    },
    /notice/,
  ],
  ['an incident that is null', changeIncident(() => null), /incident u-/],
  [
    'an incident of a newer version',
    changeIncident((incident) => ({ ...incident, nature: 'revenue' })),
    /incident u-/,
  ],
  [
    'an incident that lacks properties of this version',
    changeIncident(({ id, subject, nature }) => ({ id, subject, nature })),
    /incident u-/,
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
  test.each(['thresholdAlerts', 'notices', 'bucketFailures', 'rejections', 'failures'] as const)(
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

const timesOpened = (results: readonly { readonly stdout: string }[]) =>
  results.filter(({ stdout }) => /^Subject: .*20 of 20 events not billed/m.test(stdout)).length;

test('an alert of a newer version opens no second incident of a loss that people know', async () => {
  const { results } = await runsAfter(({ state }) => {
    state.thresholdAlerts = [NEWER_ALERT];
  });
  expect(timesOpened(results)).toBe(0);
});

test.each<[string, (contents: Contents) => void]>([
  ['an incident of a newer version', changeIncident((one) => ({ ...one, nature: 'revenue' }))],
  [
    'an incident that is not there',
    (file) => {
      file.incidents = {};
    },
  ],
  [
    'incidents that are null',
    (file) => {
      file.incidents = null;
    },
  ],
  [
    'a state that knows no incident',
    ({ state }) => {
      state.incidentIds = null;
    },
  ],
])('with %s people are notified once of a rule that is still breached', async (_, change) => {
  const { results } = await runsAfter(change);
  expect(timesOpened(results)).toBe(1);
});
