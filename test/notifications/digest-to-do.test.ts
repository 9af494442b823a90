import { expect, test } from 'vitest';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { digestOf } from '../../functions/monitor/notifications/digest-facts.ts';
import { digestText } from '../../functions/monitor/notifications/digest-text.ts';
import { WeekSums } from '../../functions/monitor/notifications/digest-week-sums.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 23, 8);
const WEEK = { start: MONDAY - 168 * HOUR, end: MONDAY };

const HOURS: readonly Piece[] = Array.from({ length: 168 }, (_, index) => {
  const start = WEEK.start + index * HOUR;
  return { start, end: start + HOUR, partial: false, counts: countsOf({ metered: 1 }) };
});

/** The line of a week with the things to do. */
function toDo(
  pieces: readonly Piece[],
  incidents: readonly Incident[] = [],
  isNoticed = true,
): string | undefined {
  const sums = new WeekSums(WEEK, () => isNoticed);
  for (const piece of pieces) sums.add(piece);
  return /^Do: .*(\n\d\. .*)*/m.exec(digestText(digestOf(sums, incidents)))?.[0];
}

function hooli(end?: object): Incident {
  const accounts = [{ name: 'hooli', facts: { lost: 9 } }];
  return { nature: 'loss', onset: WEEK.start, accounts, end } as unknown as Incident;
}

test('a week that was counted completely leaves nothing to do', () => {
  expect(toDo(HOURS)).toBe('Do: nothing.');
});

test.each([
  [
    'hours without counts',
    '11 hours that were not counted',
    HOURS.filter((_, index) => index < 40 || index > 50),
  ],
  ['only the last hours counted', 'time that was not counted completely', HOURS.slice(-2)],
  [
    'lower bounds',
    'time that was not counted completely',
    HOURS.map((piece, index) => ({ ...piece, partial: index === 40 })),
  ],
])('a week with %s asks to count the %s', (_, time, pieces) => {
  expect(toDo(pieces)).toBe(`Do: count by hand the ${time}.`);
});

test('an incident that is still open asks to mend it', () => {
  expect(toDo(HOURS, [hooli()])).toBe('Do: mend the incident still open.');
});

test('an account that nobody knows to be mended asks to check it', () => {
  expect(toDo(HOURS, [hooli({ kind: 'closed' })])).toBe(
    'Do: check whether hooli is mended: nobody knows.',
  );
});

test('a leak that goes on asks to find out why', () => {
  const losing = countsOf(
    { metered: 1 },
    { account: 'acme', INGESTION_COMPLETED_EVENT_NOT_METERED: 1 },
  );
  const pieces = HOURS.map((piece) => ({ ...piece, counts: losing }));
  expect(toDo(pieces, [], false)).toBe(
    'Do: 1. Recover these events before their billing cycle closes.\n2. Find out why acme still loses events.',
  );
});
