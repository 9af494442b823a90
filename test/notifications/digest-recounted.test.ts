import { expect, test } from 'vitest';
import { digestOf } from '../../functions/monitor/notifications/digest-facts.ts';
import { WeekSums } from '../../functions/monitor/notifications/digest-week-sums.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const HOUR = 3_600_000;
const WEEK = { start: Date.UTC(2026, 10, 16, 8), end: Date.UTC(2026, 10, 23, 8) };
const FAILED = 'INGESTION_FAILED';

/** Nine events of acme were unmetered, an hour later all of them failed, with three others. @param later than the start of the week, ms */
function digest(later: number) {
  const sums = new WeekSums(WEEK, () => false);
  const start = WEEK.start + later;
  const first = countsOf({ account: 'acme', unmetered: 9 });
  sums.add({ start, end: start + HOUR, partial: false, counts: first });
  const second = countsOf({ account: 'acme', failed: 9 }, { account: 'globex', failed: 3 });
  const [recounted, { byName }] = [new Map([[FAILED, 9]]), second.accounts];
  const names = [...byName].map(
    ([name, group]) => [name, name === 'acme' ? { ...group, recounted } : group] as const,
  );
  const accounts = { ...second.accounts, byName: new Map(names) };
  const counts = { ...second, recounted, accounts };
  sums.add({ start: start + HOUR, end: start + 2 * HOUR, partial: false, counts });
  return { ...digestOf(sums, []), before: sums.weekBefore.lost };
}

test('a week counts an event once that was lost under one status and then under another', () => {
  expect(digest(HOUR)).toMatchObject({
    lost: 12,
    unnoticed: 12,
    accounts: [
      { name: 'acme', lost: 9 },
      { name: 'globex', lost: 3 },
    ],
  });
});

test('so does the week before', () => {
  expect(digest(-5 * HOUR).before).toBe(12);
});
