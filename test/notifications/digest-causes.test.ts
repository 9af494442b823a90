import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { type Digest, digestOf } from '../../functions/monitor/notifications/digest-facts.ts';
import { digestBrief } from '../../functions/monitor/notifications/digest-sms.ts';
import { digestText } from '../../functions/monitor/notifications/digest-text.ts';
import { WeekSums } from '../../functions/monitor/notifications/digest-week-sums.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 23, 8);
const WEEK = { start: MONDAY - 168 * HOUR, end: MONDAY };
const NO_PLAN = 'The account has no price plan for these events, so Togai billed none of them.';

/** @param lost all events that the incident lost */
function incident(name: string, lost: number, why?: string): Incident {
  return {
    nature: 'loss',
    end: { kind: 'resolved' },
    accounts: [{ name, endedAt: WEEK.end, facts: { lost } }],
    why: why && [{ why }],
    cycleEnd: WEEK.end + 72 * HOUR,
  } as unknown as Incident;
}

/** Each account loses so many events in the first hour of the week. */
function weekOf(
  lost: Readonly<Record<string, number>>,
  incidents: readonly Incident[],
  isNoticed = true,
): Digest {
  const sums = new WeekSums(WEEK, () => isNoticed);
  const groups = Object.entries(lost).map(([account, events]) => ({
    account,
    INGESTION_COMPLETED_EVENT_NOT_METERED: events,
  }));
  const counts = countsOf({ account: 'acme', INGESTION_COMPLETED_EVENT_METERED: 10 }, ...groups);
  sums.add({ ...WEEK, partial: false, counts });
  return digestOf(sums, incidents);
}

const TWO_CAUSES = [
  incident('globex', 900),
  incident('acme', 30, NO_PLAN),
  incident('initech', 20, NO_PLAN),
];

describe('why events of a week were lost', () => {
  const digest = weekOf({ acme: 30, globex: 40, initech: 20 }, TWO_CAUSES);

  test('is said once for each cause, that of the greatest loss of the week first', () => {
    expect(digestText(digest)).toContain(
      'Why: No price plan (acme, initech). Cause not known (globex).',
    );
  });

  test('is said in an SMS where one cause has more than half of the loss', () => {
    expect(digestBrief(digest)[1]).toBe('Mostly: No price plan');
  });

  test('is left out of an SMS where no cause has more than half', () => {
    expect(digestBrief(weekOf({ acme: 30, globex: 50, initech: 20 }, TWO_CAUSES))[1]).toBe('');
  });

  test('is said whole in an SMS where there is one cause', () => {
    expect(digestBrief(weekOf({ acme: 9 }, [incident('acme', 9, NO_PLAN)]))).toEqual([
      'Week to 23 Nov: 9 of 19 events not billed (47.4%; acme).',
      'No price plan',
      'Recover by 26 Nov',
      '',
    ]);
  });
});

test('an SMS of a week names who still loses events below the limits', () => {
  expect(digestBrief(weekOf({ acme: 9 }, [], false))).toEqual([
    'Week to 23 Nov: 9 of 19 events not billed (47.4%; acme).',
    'Cause not known',
    'Recover these events',
    'Still going on: acme',
  ]);
});

test('an SMS of a week without a loss says that there is nothing to do', () => {
  expect(digestBrief(weekOf({}, []))).toEqual([
    'Week to 23 Nov: 0 of 10 events not billed.',
    'Do: nothing.',
  ]);
});
