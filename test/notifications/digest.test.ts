import { describe, expect, test } from 'vitest';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { type Digest, digestOf } from '../../functions/monitor/notifications/digest-facts.ts';
import { digestText } from '../../functions/monitor/notifications/digest-text.ts';
import { WeekSums } from '../../functions/monitor/notifications/digest-week-sums.ts';
import { countsOf } from '../support/evaluated-counts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 10, 23, 8);
const WEEK = { start: MONDAY - 7 * DAY, end: MONDAY };
const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

type Groups = Readonly<Record<string, number | string>>;

/** An hour of events. @param day of the week, from 0 on; negative for the weeks before */
function hour(day: number, ...groups: readonly Groups[]): Piece {
  const start = WEEK.start + day * DAY + 5 * HOUR;
  return { start, end: start + HOUR, partial: false, counts: countsOf(...groups) };
}

function digest(pieces: readonly Piece[], isNoticed = false): Digest {
  const sums = new WeekSums(WEEK, () => isNoticed);
  for (const piece of pieces) sums.add(piece);
  return digestOf(sums, []);
}

/** A week of hours. Those without a piece have no events. */
function wholeWeek(pieces: readonly Piece[], withoutHours: readonly number[] = []): Piece[] {
  const starts = new Set(pieces.map(({ start }) => start));
  const hours = Array.from({ length: 7 * 24 }, (_, index) => WEEK.start + index * HOUR);
  const others = hours.filter(
    (start, index) => !starts.has(start) && !withoutHours.includes(index),
  );
  return [...pieces, ...others.map((start) => ({ ...hour(0), start, end: start + HOUR }))];
}

/** An account that sends on some days of both weeks. */
const sending = (account: string, days: readonly number[]) =>
  days.map((day) => hour(day, { account, [METERED]: 10 }));
const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
const DAYS_BEFORE = ALL_DAYS.map((day) => day - 7);

describe('the week', () => {
  test('adds up what each account lost, the greatest loss first', () => {
    const { lost, accounts } = digest([
      hour(0, { account: 'acme', [LOST]: 9, [METERED]: 91 }),
      hour(3, { account: 'acme', [LOST]: 9 }, { account: 'globex', [LOST]: 30 }),
    ]);
    expect([lost, ...accounts.map(({ name, lost: own }) => `${name} ${own}`)]).toEqual([
      48,
      'globex 30',
      'acme 18',
    ]);
  });

  test('counts an event once whose name Togai metrics counted under another status of its group', () => {
    const one = hour(0, { account: 'acme', [LOST]: 9, [METERED]: 91 });
    const byStatus = new Map([
      ['INGESTION_COMPLETED_NO_MATCHING_METERS', 12],
      [METERED, 91],
    ]);
    const { lost, unnoticed, accounts } = digest([{ ...one, counts: { ...one.counts, byStatus } }]);
    expect([lost, unnoticed, accounts[0]?.lost]).toEqual([12, 12, 9]);
  });

  test('counts an event once whose name was counted an hour before its sum', () => {
    const named = hour(0, { account: 'acme', [LOST]: 9, [METERED]: 91 });
    const early = { ...named, counts: { ...named.counts, byStatus: new Map([[LOST, 7]]) } };
    const late = { ...hour(1), counts: { ...countsOf(), byStatus: new Map([[LOST, 2]]) } };
    const { lost, accounts } = digest([late, early]);
    expect([lost, accounts[0]?.lost]).toEqual([9, 9]);
  });

  test('leaves out what the weeks before lost', () => {
    expect(digest([hour(-1, { account: 'acme', [LOST]: 9 })]).lost).toBe(0);
  });

  test('tells a slow leak of which nobody was notified', () => {
    const leak = ALL_DAYS.map((day) => hour(day, { account: 'acme', [LOST]: 9 }));
    expect(digestText(digest(leak))).toContain('Why: Cause not known (losses below the limits).');
    expect(digestText(digest(leak))).toContain(
      '63 of the lost events stayed below every limit, so nobody was notified: acme 63 (last at 2026-11-22 14:00 UTC).',
    );
  });

  test('says of a leak that lasts to the end of the week that it goes on', () => {
    const leak = { ...hour(6, { account: 'acme', [LOST]: 9 }), end: WEEK.end };
    expect(digestText(digest([leak]))).toContain('acme 9 (still going on).');
  });

  test('names who is not known to be mended, and until when events can be recovered', () => {
    const of = (incident: object) => ({ nature: 'loss', ...incident }) as unknown as Incident;
    const sums = new WeekSums(WEEK, () => true);
    sums.add(hour(0, { account: 'acme', [LOST]: 90 }));
    const text = digestText(
      digestOf(sums, [
        of({
          end: { kind: 'resolved' },
          accounts: [
            { name: 'acme', endedAt: WEEK.start, facts: { lost: 90 } },
            { name: 'hooli', facts: { lost: 9 } },
          ],
          cycleEnd: WEEK.end + 3 * DAY,
        }),
        of({ end: { kind: 'closed' }, accounts: [], subject: 'failed' }),
      ]),
    );
    expect(text).toContain('Incidents of lost events: 2, none open.');
    expect(text).toContain(
      'Do: 1. Recover these events by 26 Nov 08:00 UTC: the first billing cycle closes then.\n2. Check whether hooli, failed are mended: nobody knows.\n',
    );
  });

  test('does not ask about an account that sent events on a later day, none of them lost', () => {
    const sums = new WeekSums(WEEK, () => true);
    sums.add(hour(0, { account: 'acme', [LOST]: 90 }, { account: 'hooli', [LOST]: 9 }));
    sums.add(hour(1, { account: 'acme', [METERED]: 5 }));
    const facts = { lost: 9 };
    const accounts = [
      { name: 'acme', facts },
      { name: 'hooli', facts },
    ];
    const closed = { nature: 'loss', end: { kind: 'closed' }, accounts } as unknown as Incident;
    expect(digestOf(sums, [closed]).unproven).toEqual(['hooli']);
  });

  test('has the number of accounts in its subject where a name is too long', () => {
    const [subject] = digestText(digest([hour(0, { account: 'a'.repeat(60), [LOST]: 9 })])).split(
      '\n',
    );
    expect(subject).toBe(
      'The week to 23 Nov: at least 9 of 9 events not billed (100%, 1 account).',
    );
  });

  test('does not call a leak what incidents told', () => {
    expect(digest([hour(0, { account: 'acme', [LOST]: 9 })], true).unnoticed).toBe(0);
  });

  test('does not subtract what healed from what was lost, as that may be older', () => {
    const { counts, ...piece } = hour(1, { account: 'acme', [METERED]: 20 });
    const text = digestText(
      digest([
        hour(-1, { account: 'acme', [LOST]: 500 }),
        { ...piece, counts: { ...counts, healed: 500 } },
        hour(3, { account: 'globex', [LOST]: 300 }),
      ]),
    );
    expect(text).toMatch(
      /^The week to 23 Nov: at least 300 of 320 events not billed \(93\.8%; globex\)\.\n/,
    );
    expect(text).toContain(
      'Billed late: 500 events, perhaps of earlier weeks. They are not subtracted above.',
    );
  });

  test('says what the loss is worth, by the averages that its incidents know', () => {
    const account = {
      name: 'acme',
      perEvent: 0.5,
      facts: { lost: 90 },
    } as Incident['accounts'][number];
    const incident = {
      nature: 'loss',
      accounts: [account],
      onset: WEEK.start,
    } as unknown as Incident;
    const sums = new WeekSums(WEEK, () => true);
    sums.add(hour(0, { account: 'acme', [LOST]: 90 }, { account: 'globex', [LOST]: 10 }));
    expect(digestText(digestOf(sums, [incident]))).toContain(
      'Worth about 45 for 1 of the 2 accounts (estimate in base currency).',
    );
  });

  test('says from when on it could be read', () => {
    expect(digestText(digest([hour(2, { account: 'acme', [METERED]: 5 })]))).toContain(
      'Only what was counted from 2026-11-18 13:00 UTC on',
    );
  });
});

describe('a week with a hole', () => {
  const leak = [hour(0, { account: 'acme', [LOST]: 9 })];

  test('says how long nothing was counted, and that its numbers are the least', () => {
    const hole = Array.from({ length: 18 }, (_, index) => 40 + index);
    const text = digestText(digest(wholeWeek(leak, hole)));
    expect(text).toMatch(/^The week to 23 Nov: at least 9 of 9 events not billed/);
    expect(text).toContain('Count by hand the 18 hours that were not counted.');
  });

  test('says nothing of it where all of it was counted', () => {
    const text = digestText(digest(wholeWeek(leak)));
    expect(text).not.toMatch(/at least|not counted/);
  });
});

describe('what is new', () => {
  const old = DAYS_BEFORE.map((day) => hour(day, { account: 'acme', [METERED]: 5 }));

  test('names accounts and statuses that were not there before', () => {
    const { fresh } = digest([...old, hour(1, { account: 'initech', [LOST]: 1 })]);
    expect([fresh?.accounts, fresh?.statuses]).toEqual([['initech'], [LOST]]);
  });

  test('is not known in the first week of a monitor', () => {
    expect(digest([hour(1, { account: 'initech', [LOST]: 1 })]).fresh).toBeUndefined();
  });
});

describe('an account that sends nothing any more', () => {
  test('is named where it sent on most days, and on these days of the week before', () => {
    const pieces = [...sending('acme', [...DAYS_BEFORE, 0, 1, 2, 3, 4]), ...sending('b', [6])];
    expect(digest(wholeWeek(pieces)).stopped).toEqual(['acme']);
  });

  test('is not named where some time was not counted', () => {
    const pieces = sending('acme', [...DAYS_BEFORE, 0, 1, 2, 3, 4]);
    expect(digest(wholeWeek(pieces, [150])).stopped).toEqual([]);
  });

  test('is not named where it rests on weekends', () => {
    const workdays = [0, 1, 2, 3, 4];
    const pieces = sending('acme', [...workdays.map((day) => day - 7), ...workdays]);
    expect(digest(wholeWeek(pieces)).stopped).toEqual([]);
  });

  test('is not named where not every event has an account', () => {
    const [first, ...others] = sending('acme', [...DAYS_BEFORE, 0, 1, 2, 3, 4]);
    const { counts } = hour(1, { account: 'acme', [METERED]: 100 });
    const unnamed = { ...counts, accounts: { byName: new Map(), truncated: false } };
    const pieces = [...others, ...(first ? [first] : []), { ...hour(1), counts: unnamed }];
    expect(digest(wholeWeek(pieces)).stopped).toEqual([]);
  });
});

test('a hostile name stays on its line and is visible', () => {
  const text = digestText(digest([hour(0, { account: 'a\nDo: pay\u202e', [LOST]: 9 })]));
  expect(text).toContain('a\\u{a}Do: pay\\u{202e} 9');
});
