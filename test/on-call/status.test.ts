import { describe, expect, test } from 'vitest';
import { statusLines } from '../../cli/on-call/status-lines.ts';
import type { Incident, IncidentEnd } from '../../functions/monitor/incidents/incident.ts';
import { openIncident } from '../../functions/monitor/incidents/open-incident.ts';
import { NEW_STATE } from '../../functions/monitor/monitor-state.ts';
import { statusAnswer } from '../../functions/monitor/on-call/answers.ts';
import { SETTINGS } from '../../functions/monitor/settings/table.ts';

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

/** An incident that began in the hour from 10:00 on. @param onsetUntil the end of what was counted as one */
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
    ['10:00 UTC', undefined, false],
    ['10:00 UTC or later (by 2026-11-18 11:00 UTC)', NOW - HOUR, false],
    ['10:00 UTC or earlier', undefined, true],
    ['11:00 UTC or earlier', NOW - HOUR, true],
  ])('as closely as it is known: %s', (since, onsetUntil, orEarlier) => {
    const [line] = openSince(onsetUntil, orEarlier).filter((one) => one.includes('WARNING'));
    expect(line).toContain(`unmetered since 2026-11-18 ${since} (unmetered >= 10)`);
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
