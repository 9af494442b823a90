import { describe, expect, test } from 'vitest';
import { statusLines } from '../../cli/on-call/status-lines.ts';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { Incident, IncidentEnd } from '../../functions/monitor/incidents/incident.ts';
import { openIncident } from '../../functions/monitor/incidents/open-incident.ts';
import { takeLease } from '../../functions/monitor/lease/lease.ts';
import { type MonitorState, NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { noteOutcome } from '../../functions/monitor/notifications/run-outcome.ts';
import { statusAnswer } from '../../functions/monitor/on-call/answer-json.ts';
import { SETTINGS } from '../../functions/monitor/settings/all-settings.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 18, 12);

const HOUR_WINDOW = { [SETTINGS.windowMinutes.name]: '60' };

/** A loss that ended so many minutes ago. */
function ended(minutesAgo: number, nature: Incident['nature'] = 'loss'): Incident {
  const at = NOW - minutesAgo * 60_000;
  const breach = { severity: 'warning', threshold: 'unmetered >= 10', worst: 10 } as const;
  const opened = { subject: 'unmetered', nature, onset: at - HOUR, end: at - HOUR, ...breach };
  const end: IncidentEnd = { kind: 'resolved', at, seenAt: at, counted: [] };
  return { ...openIncident(opened), id: 'u-1a2b', end };
}

const statusOf = (incident: Incident, settings: Record<string, string> = HOUR_WINDOW) =>
  statusAnswer(
    {
      state: { ...NEW_STATE, runNumber: 1, evaluatedTo: NOW },
      silences: [],
      incidents: [],
      ended: [incident],
    },
    settings,
    NOW,
  );

/**
 * An incident that began in the hour from 10:00 on.
 *
 * @param onsetUntil the end of the piece of its onset
 */
function openSince(onsetUntil: number | undefined, onsetOrEarlier?: boolean): readonly string[] {
  const breach = { severity: 'warning', threshold: 'unmetered >= 10', worst: 10 } as const;
  const onset = { onset: NOW - 2 * HOUR, onsetUntil, onsetOrEarlier };
  const incident = openIncident({
    subject: 'unmetered',
    nature: 'loss',
    ...onset,
    end: NOW,
    ...breach,
  });
  const state = { ...NEW_STATE, runNumber: 1, evaluatedTo: NOW };
  return statusLines(
    statusAnswer({ state, silences: [], incidents: [incident], ended: [] }, HOUR_WINDOW, NOW),
  );
}

describe('a status says since when an incident is open', () => {
  test.each([
    ['2026-11-18 10:00 UTC', undefined, false],
    ['2026-11-18 10:00 UTC or later (by 2026-11-18 11:00 UTC)', NOW - HOUR, false],
    ['2026-11-18 10:00 UTC or earlier', undefined, true],
    ['before 2026-11-18 11:00 UTC', NOW - HOUR, true],
  ])('as closely as it is known: %s', (since, onsetUntil, orEarlier) => {
    const [line] = openSince(onsetUntil, orEarlier).filter((one) => one.includes('WARNING'));
    expect(line).toContain(`unmetered since ${since} (unmetered >= 10)`);
  });
});

describe('a status says of an incident that has ended', () => {
  test('that its lost events are still in the window', () => {
    expect(statusLines(statusOf(ended(55)))).toContain(
      'Ended: u-1a2b unmetered, resolved at 2026-11-18 11:05 UTC, still in the window',
    );
  });

  test('its end alone, once they have left the window', () => {
    expect(statusLines(statusOf(ended(60)))).toContain(
      'Ended: u-1a2b unmetered, resolved at 2026-11-18 11:00 UTC',
    );
  });

  test('its end alone, where it is about no loss', () => {
    expect(statusOf(ended(55, 'level')).ended).toMatchObject([{ stillInWindow: false }]);
  });

  test('nothing about a window that is not known, as that of a state file', () => {
    const status = statusOf(ended(55), {});
    expect(status.ended).toMatchObject([{ stillInWindow: null }]);
    expect(statusLines(status)).toContain(
      'Ended: u-1a2b unmetered, resolved at 2026-11-18 11:05 UTC',
    );
  });
});

const REJECTED = new TogaiError('unauthorized', 'Togai answered 401');

/** The state after a run that committed. @param error why it could not count */
function afterRun(before: MonitorState, scheduledTime: number, error?: TogaiError): MonitorState {
  const lease = { runId: 'one', scheduledTime, now: scheduledTime, leaseMs: HOUR };
  const taken = takeLease(before, lease);
  if (typeof taken === 'string') throw new Error(taken);
  const noted = noteOutcome(taken, error, scheduledTime, '');
  return { ...noted, committedAt: scheduledTime, leaseUntil: 0 };
}

const linesOf = (state: MonitorState) =>
  statusLines(
    statusAnswer(
      { state, silences: [], incidents: Object.values(state.failures), ended: [] },
      HOUR_WINDOW,
      NOW,
    ),
  );

describe('a status says of runs that could not count', () => {
  const failed = afterRun(NEW_STATE, NOW - 600_000, REJECTED);
  const counted = afterRun(NEW_STATE, NOW - HOUR);

  test('that none was complete, where all have failed', () => {
    expect(linesOf(afterRun(failed, NOW - 300_000, REJECTED)).slice(0, 2)).toEqual([
      'No complete run is known.',
      '2 runs did not finish.',
    ]);
  });

  test('which one was complete before them', () => {
    const lines = linesOf(afterRun(counted, NOW - 300_000, REJECTED));
    expect(lines.slice(0, 2)).toEqual([
      'Last complete run: 2026-11-18 11:00 UTC, 1 h ago.',
      '1 run since then did not finish.',
    ]);
  });

  test('nothing, once a run could count again', () => {
    expect(linesOf(afterRun(failed, NOW - 300_000))[0]).toBe(
      'Last complete run: 2026-11-18 11:55 UTC, 5 min ago.',
    );
  });

  test('the problem once, where an incident is open for it', () => {
    const lines = linesOf(failed);
    expect(lines.filter((line) => line.includes('Togai answered 401'))).toHaveLength(1);
  });

  test('the problem, while no incident is open for it', () => {
    const unreachable = new TogaiError('unreachable', 'Nothing answers');
    expect(linesOf(afterRun(counted, NOW, unreachable))).toContainEqual(
      expect.stringMatching(/^Problem: Togai cannot be reached.*Nothing answers/),
    );
  });

  test('their time where an older version stored it, unless runs have failed since', () => {
    const { completeAt: _, ...old } = counted;
    expect(linesOf(old)[0]).toBe('Last complete run: 2026-11-18 11:00 UTC, 1 h ago.');
    expect(linesOf({ ...old, unfinished: 1 })[0]).toBe('No complete run is known.');
  });
});
