import { expect, test } from 'vitest';
import { hoursText, incidentLine, noCountsLine } from '../../cli/backtest/lines.ts';
import { incidentFrom } from './incident-numbers.ts';

const OPENED = Date.UTC(2026, 10, 18, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('an incident that the newest counts opened has just begun', () => {
  const incident = incidentFrom({ openedAt: OPENED, until: OPENED, isOpen: true });
  expect(incidentLine(incident)).toBe(
    '2026-11-18 12:00, warning: unmetered, acme, 12 of 40 events lost, just begun (u-7k2f)',
  );
});

test('an incident that is open for some time says for how long', () => {
  const incident = incidentFrom({ openedAt: OPENED, until: OPENED + 2 * HOUR, isOpen: true });
  expect(incidentLine(incident)).toContain('open for 2 h and still open');
});

test('no hours of an incident that has just begun are no zero', () => {
  expect(hoursText({ incidents: 1, hoursOpen: 0 })).toBe('just begun');
});

test('no incident is open for zero hours', () => {
  expect(hoursText({ incidents: 0, hoursOpen: 0 })).toBe('0.0');
});

test('counts that begin about when they were asked for need no sentence', () => {
  expect(noCountsLine({ start: OPENED, end: OPENED + 7 * DAY }, 7 * DAY + HOUR - 1)).toBe('');
});
