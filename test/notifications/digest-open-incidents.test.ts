import { expect, test } from 'vitest';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { digestOf } from '../../functions/monitor/notifications/digest-facts.ts';
import { digestText } from '../../functions/monitor/notifications/digest-text.ts';
import { WeekSums } from '../../functions/monitor/notifications/digest-week-sums.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 23, 8);
const NINE = Date.UTC(2026, 10, 19, 9);

test.each([
  ['2026-11-19 08:00 UTC', {}],
  ['2026-11-19 08:00 UTC or earlier', { onsetOrEarlier: true }],
  ['2026-11-19 08:00 UTC or later', { onsetUntil: NINE }],
  ['before 2026-11-19 09:00 UTC', { onsetUntil: NINE, onsetOrEarlier: true }],
])('a digest says of an incident that is open that it lasts since %s', (since, begun) => {
  const accounts = [{ name: 'acme', facts: { lost: 90 } }];
  const incident = { nature: 'loss', accounts, onset: NINE - HOUR, ...begun };
  const week = { start: MONDAY - 168 * HOUR, end: MONDAY };
  const digest = digestOf(new WeekSums(week, () => true), [incident as unknown as Incident]);
  expect(digestText(digest)).toContain(`1, still open: acme since ${since}.`);
});
