import { describe, expect, test } from 'vitest';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { isFailing } from '../../functions/monitor/incidents/monitor-failures.ts';
import {
  type ArrivalState,
  noteArrivals,
} from '../../functions/monitor/incidents/nothing-arrives.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';
import { DAY_MS, HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import { countsOf } from '../support/evaluated-counts.ts';
import { examples } from '../support/hostile-notification.ts';
import { Chance } from './chance.ts';

/** A Monday, midnight. */
const MONDAY = Date.UTC(2026, 10, 2);
const EVENT = countsOf({ metered: 1 });
const NONE = countsOf();

/**
 * Runs every five minutes for some days, each with the pieces of the last hour.
 *
 * @param isSent whether a bucket has events, by its hour
 * @param isPartial whether its count is a lower bound
 */
function live(
  days: number,
  isSent: (hour: number) => boolean,
  until = Number.POSITIVE_INFINITY,
  isPartial: (hour: number) => boolean = () => false,
) {
  const said: string[] = [];
  let state: ArrivalState = { watermark: MONDAY, failures: {} };
  let list: Piece[] = [];
  for (let start = MONDAY; start < MONDAY + days * DAY_MS; start += BUCKET_MS) {
    const hour = (start - MONDAY) / HOUR_MS;
    const end = start + BUCKET_MS;
    const counts = hour < until && isSent(hour) ? EVENT : NONE;
    list = [...list.slice(-12), { start, end, counts, partial: isPartial(hour) }];
    const before = isFailing(state, 'arrivals');
    state = noteArrivals(
      { ...state, watermark: end },
      { list, inProgressIn: () => undefined },
      [],
      end,
    );
    const isNow = isFailing(state, 'arrivals');
    if (isNow !== before) said.push(`${isNow ? 'silent' : 'again'} ${(end - MONDAY) / HOUR_MS}`);
  }
  return { said, state };
}

const always = () => true;
const atDay = (hour: number) => hour % 24 >= 8 && hour % 24 < 20;
const onWeekdays = (hour: number) => atDay(hour) && hour % 168 < 120;

describe('no event at all', () => {
  test('is a failure after two hours where events never pause', () => {
    expect(live(9, always, 8 * 24).said).toEqual([`silent ${8 * 24 + 2}`]);
  });

  test('is none while less than a week is known', () => {
    expect(live(8, always, 6 * 24).said).toEqual([]);
  });

  test('ends with the first event', () => {
    const until = (hour: number) => hour < 192 || hour >= 196;
    expect(live(9, until).said).toEqual(['silent 194', `again ${196 + 1 / 12}`]);
  });

  test('is measured by three times the longest night', () => {
    expect(live(12, atDay, 9 * 24).said).toEqual([`silent ${9 * 24 - 4 + 36}`]);
  });

  test('begins after as many times the longest pause as its message and its example say', () => {
    const lastEvent = 9 * 24 - 4;
    const { said, state } = live(12, atDay, 9 * 24);
    const silentFor = Number(said[0]?.split(' ')[1]) - lastEvent;
    const limit = /longest time without events was (\d+) h\. The limit is (\w+) times that\./;
    const [, longest, times] = limit.exec(state.failures.arrivals?.failure?.what ?? '') ?? [];
    expect({ longest, times }).toEqual({ longest: '12', times: 'three' });
    expect(silentFor).toBe(3 * Number(longest));
    expect(examples.nothingArrives.reason).toContain(`The limit is ${times} times that.`);
  });

  test('is none at a weekend without events', () => {
    expect(live(28, onWeekdays).said).toEqual([]);
  });

  test('is none at a holiday after a weekend without events', () => {
    const isHoliday = (hour: number) => hour >= 14 * 24 && hour < 16 * 24;
    expect(live(28, (hour) => onWeekdays(hour) && !isHoliday(hour)).said).toEqual([]);
  });

  test('is none for a sender of one event an hour by chance', () => {
    const chance = new Chance(3);
    expect(live(120, () => chance.next() < 1 / 12).said).toEqual([]);
  });

  test('says since when, for how long, and the usual pause', () => {
    const { state } = live(9, always, 8 * 24);
    expect(state.failures.arrivals?.failure).toEqual({
      kind: 'nothing_arrives',
      cause: '',
      what: 'Togai shows no usage event for 1 d. The cause is not known: senders stopped, or Togai takes nothing in. Unusual: in the week before, no time without events was longer than 40 min. The limit is 2 h. Find out whether your systems still send events to Togai: events that do not arrive are not billed.',
    });
  });
});

test('forgets a long pause after a week', () => {
  const isSent = (hour: number) => hour < 24 || hour >= 34;
  expect(live(8, isSent, 180).said).toEqual([]);
  expect(live(12, isSent, 270).said).toEqual(['silent 272']);
});

test('keeps a few pauses, however many there were', () => {
  const chance = new Chance(5);
  const { state } = live(60, () => chance.next() < 1 / 36);
  expect(state.arrivals?.pauses.length).toBeLessThan(15);
});

test('reads no counts of before the last run: each piece of looks is counted when it is read', () => {
  const { state } = live(1, always);
  const start = MONDAY + DAY_MS;
  const read: string[] = [];
  const piece = (name: string, from: number): Piece => ({
    start: from,
    end: from + BUCKET_MS,
    partial: false,
    get counts() {
      read.push(name);
      return EVENT;
    },
  });
  const list = [piece('old', start - BUCKET_MS), piece('new', start)];
  const counted = { list, inProgressIn: () => undefined };
  const watermark = start + BUCKET_MS;
  noteArrivals({ ...state, watermark }, counted, [], watermark);
  expect(read).toEqual(['new']);
});

describe('where it is not known whether there were events', () => {
  const quiet = live(8, always).state;
  const silence = (over: Partial<Piece>, looks: Parameters<typeof noteArrivals>[2] = []) => {
    const start = MONDAY + 8 * DAY_MS;
    const end = start + 3 * HOUR_MS;
    const list = [{ start, end, counts: NONE, partial: false, ...over }];
    return noteArrivals(
      { ...quiet, watermark: end },
      { list, inProgressIn: () => undefined },
      looks,
      end,
    );
  };

  test('a complete count of three hours without an event is a failure', () => {
    expect(isFailing(silence({}), 'arrivals')).toBe(true);
  });

  test('a lower bound of none is no failure', () => {
    expect(isFailing(silence({ partial: true }), 'arrivals')).toBe(false);
  });

  test('a lower bound of none does not end a failure, and is no pause', () => {
    const { said, state } = live(12, always, 8 * 24, (hour) => hour === 204);
    expect(said).toEqual(['silent 194']);
    expect(state.arrivals).toMatchObject({ last: MONDAY + 192 * HOUR_MS, pauses: [] });
  });

  test('lower bounds of none do not make a silence longer', () => {
    const isPartial = (hour: number) => hour >= 192 && hour < 195;
    expect(live(9, always, 8 * 24, isPartial).said).toEqual(['silent 197']);
  });

  test('lower bounds of none do not make a pause longer', () => {
    const isUnknown = (hour: number) => hour >= 180 && hour < 183;
    const isSent = (hour: number) => !isUnknown(hour) && !(hour >= 183 && hour < 184);
    const { pauses = [] } = live(8, isSent, undefined, isUnknown).state.arrivals ?? {};
    expect(pauses.map(({ start, end }) => (end - start) / HOUR_MS)).toEqual([1]);
  });

  test('a lower bound with an event ends a failure', () => {
    const isSent = (hour: number) => hour < 192 || hour === 204;
    const { said } = live(8.6, isSent, undefined, (hour) => hour === 204);
    expect(said).toEqual(['silent 194', `again ${204 + 1 / 12}`]);
  });

  test('a stretch that nobody counted is no failure, and the week begins anew', () => {
    const state = silence({ start: MONDAY + 8 * DAY_MS + HOUR_MS });
    expect([isFailing(state, 'arrivals'), state.arrivals?.since]).toEqual([false, state.watermark]);
  });

  test('a look that has more events than the one before is no failure', () => {
    const end = MONDAY + 8 * DAY_MS + 2 * HOUR_MS;
    const status = 'INGESTION_COMPLETED_EVENT_METERED';
    const look = {
      end,
      since: end - BUCKET_MS,
      isFirst: false,
      takenAt: end,
      runNumber: 1,
      asked: [],
      changes: [{ label: end - HOUR_MS, scope: 'all', name: '', status, from: 4, to: 5 }],
      exceptions: [],
      stale: [],
      ignoredNames: { accounts: [], schemas: [] },
      lacksUnknown: false,
    } as const;
    expect(isFailing(silence({}, [look]), 'arrivals')).toBe(false);
  });
});
