import { describe, expect, test } from 'vitest';
import type { Counts } from '../../functions/monitor/events/counts.ts';
import type { Pieces } from '../../functions/monitor/events/pieces.ts';
import { evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { windowAt } from '../../functions/monitor/thresholds/window.ts';
import { countsOf } from '../support/evaluated-counts.ts';
import { at, HOUR } from '../support/monitor.ts';

type Entry = readonly [start: string, end: string, unmetered: number, partial?: boolean];

function windowOf(
  entries: readonly Entry[],
  inProgress?: { readonly events: number; readonly of: number },
) {
  const counted: Pieces = {
    list: entries.map(([start, end, unmetered, partial = false]) => ({
      start: at(start),
      end: at(end),
      counts: countsOf({ unmetered }),
      partial,
    })),
    inProgressIn: () => inProgress,
  };
  return windowAt(counted, at('11:00'), HOUR);
}

describe('the counts of a window', () => {
  test('are the sum of its pieces', () => {
    const { counts } = windowOf([
      ['10:00', '10:30', 3],
      ['10:30', '11:00', 4],
    ]);
    expect(counts.total).toBe(7);
  });

  test('are without the pieces before it, and after it', () => {
    const { counts } = windowOf([
      ['09:30', '10:00', 3],
      ['10:00', '11:00', 4],
      ['11:00', '11:05', 5],
    ]);
    expect(counts.total).toBe(4);
  });

  test('hold a piece that reaches into it as a whole', () => {
    const { counts } = windowOf([
      ['09:30', '10:05', 3],
      ['10:05', '11:00', 4],
    ]);
    expect(counts.total).toBe(7);
  });
});

describe('a window', () => {
  test('is as long as asked where pieces end with its beginning', () => {
    const { window, isLonger } = windowOf([['10:00', '11:00', 3]]);
    expect([window.start, isLonger]).toEqual([at('10:00'), false]);
  });

  test('says its true length where a piece reaches out of it', () => {
    const { window, isLonger } = windowOf([['09:30', '11:00', 3]]);
    expect([window.start, isLonger]).toEqual([at('09:30'), true]);
  });

  test('is whole without a gap', () => {
    expect(windowOf([['09:30', '11:00', 3]]).whole).toBe(true);
  });

  test.each<[string, Entry[]]>([
    ['the beginning is missing', [['10:05', '11:00', 3]]],
    ['the end is missing', [['10:00', '10:55', 3]]],
    [
      'a time between is missing',
      [
        ['10:00', '10:30', 3],
        ['10:35', '11:00', 3],
      ],
    ],
    ['a piece is a lower bound', [['10:00', '11:00', 3, true]]],
    ['there is nothing', []],
  ])('is not whole where %s', (_, entries) => {
    expect(windowOf(entries).whole).toBe(false);
  });

  test('is not shorter than asked where the beginning is missing', () => {
    expect(windowOf([['10:05', '11:00', 3]]).window.start).toBe(at('10:00'));
  });
});

describe('events in progress', () => {
  const ENTRIES: Entry[] = [['10:00', '11:00', 3]];

  test('are as many as there are now', () => {
    const { counts } = windowOf(ENTRIES, { events: 5, of: 50 });
    expect([counts.byStatus.get('INGESTION_IN_PROGRESS'), counts.inProgressOf]).toEqual([5, 50]);
  });

  test('are part of the total', () => {
    expect(windowOf(ENTRIES, { events: 5, of: 50 }).counts.total).toBe(8);
  });

  test('take the place of those of the pieces', () => {
    const piece = { start: at('10:00'), end: at('11:00'), partial: false };
    const list = [{ ...piece, counts: countsOf({ unmetered: 3, in_progress: 9 }) }];
    const { counts } = windowAt(
      { list, inProgressIn: () => ({ events: 0, of: 50 }) },
      at('11:00'),
      HOUR,
    );
    expect([counts.total, [...counts.byStatus.values()]]).toEqual([3, [3]]);
  });

  test('are those of the pieces where no look says otherwise', () => {
    expect(windowOf(ENTRIES).counts).not.toHaveProperty('inProgressOf');
  });
});

describe('a rule over a window', () => {
  const state = (
    rule: string,
    fields: Partial<Counts>,
    isLonger = false,
    firing: string[] = [],
  ) => {
    const [threshold] = parseThresholds(rule) as [Threshold];
    const counts = { ...countsOf({ metered: 90, unmetered: 10 }), ...fields };
    const options = { minimumEvents: 20, firingGroups: firing };
    const result = evaluate(threshold, { counts, whole: true, isLonger }, options);
    return [result.state, result.reason].filter(Boolean).join(' ');
  };
  const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
  /** Unmetered events of all accounts, and of those whose names are known. */
  const lost = (all: number, { accounts } = countsOf()) => ({
    byStatus: new Map([[UNMETERED, all]]),
    accounts,
  });

  test('with < is not known where the window is longer than asked', () => {
    expect(state('total < 200', {}, true)).toBe('insufficient longer window');
  });

  test('with < is known where the window is as long as asked', () => {
    expect(state('total < 200', {})).toBe('breached');
  });

  test('with >= is known where the window is longer than asked', () => {
    expect([state('unmetered >= 10', {}, true), state('unmetered >= 11', {}, true)]).toEqual([
      'breached',
      'ok',
    ]);
  });

  test('about unknown statuses is not known where nobody asked for them', () => {
    expect(state('unknown >= 1', { lacksUnknown: true })).toBe('insufficient not asked for');
  });

  test('about other statuses is known where nobody asked for unknown ones', () => {
    expect(state('unmetered >= 11', { lacksUnknown: true })).toBe('ok');
  });

  test('about events in progress by account is not known from Togai metrics', () => {
    expect(state('in_progress by account >= 1', { inProgressOf: 100 })).toBe(
      'insufficient not asked for',
    );
  });

  test('in percent waits while a tenth of the events of these hours is in progress', () => {
    const byStatus = new Map([
      ['INGESTION_COMPLETED_EVENT_METERED', 90],
      ['INGESTION_IN_PROGRESS', 50],
    ]);
    expect([
      state('unmetered >= 50%', { byStatus, inProgressOf: 499 }),
      state('unmetered >= 50%', { byStatus, inProgressOf: 500 }),
    ]).toEqual(['insufficient in progress', 'ok']);
  });

  test('by account is not known where nobody’s problems reach the limit', () => {
    expect(state('unmetered by account >= 10', lost(10))).toBe('insufficient truncated');
  });

  test('by account is known where nobody’s problems are below the limit', () => {
    expect(state('unmetered by account >= 10', lost(9))).toBe('ok');
  });

  test('by account does not wait for events of another status that are nobody’s', () => {
    const byStatus = new Map([
      [UNMETERED, 9],
      ['INGESTION_FAILED_ACCOUNT_NOT_FOUND', 100],
    ]);
    expect(state('unmetered by account >= 10', { ...lost(9), byStatus })).toBe('ok');
  });

  test('by account is known where more events have a name than were counted a moment before', () => {
    const named = countsOf({ unmetered: 9, metered: 1 });
    expect(state('unmetered by account >= 10', lost(8, named))).toBe('ok');
  });

  test('by account is not known where nobody’s problems and those of one reach the limit', () => {
    const named = countsOf({ unmetered: 4, metered: 1 });
    expect(state('unmetered by account >= 10', lost(10, named))).toBe('insufficient truncated');
  });

  test('by account in percent goes by the limit, too', () => {
    const named = countsOf({ unmetered: 5, metered: 95 });
    expect([
      state('unmetered by account >= 20%', lost(5 + 19, named)),
      state('unmetered by account >= 20%', lost(5 + 18, named)),
    ]).toEqual(['insufficient truncated', 'ok']);
  });

  test('by account in percent goes by no share of too few events', () => {
    expect(state('unmetered by account >= 20%', lost(19))).toBe('ok');
  });

  test('by account in percent leaves out events of an unknown total', () => {
    const withoutTotal = new Map([['INGESTION_COMPLETED_EVENT_NOT_METERED', 40]]);
    const { accounts } = countsOf({ unmetered: 40, metered: 60 });
    const byName = new Map(
      [...accounts.byName].map(([name, group]) => [name, { ...group, withoutTotal }]),
    );
    const fields = { accounts: { ...accounts, byName } };
    expect([
      state('unmetered by account >= 20%', fields),
      state('unmetered by account >= 20', fields),
    ]).toEqual(['ok', 'breached']);
  });
});
