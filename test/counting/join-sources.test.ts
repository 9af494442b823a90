import { describe, expect, test } from 'vitest';
import { piecesOf } from '../../functions/monitor/counting/join-sources.ts';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import { rowFrom } from '../../functions/monitor/events/pieces.ts';
import { countsOf } from '../support/evaluated-counts.ts';
import { changed, IN_PROGRESS, lookAt, METERED } from '../support/looks.ts';
import { at, MINUTE } from '../support/monitor.ts';

const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);

/** A listed bucket with so many lost events. */
function bucket(start: string, unmetered: number, partial = false): BucketRecord {
  return {
    start: at(start),
    times: 1,
    countedAt: at(start),
    inProgress: 0,
    partial,
    configHash: '',
    runNumber: 1,
    counts: countsOf({ unmetered }),
  };
}

/** Looks every five minutes from ten o'clock on; each has found so many lost events. */
function looksFrom(first: string, ...found: number[]): LookRecord[] {
  let level = 0;
  return found.map((events, index) => {
    level += events;
    return lookAt(time(at(first) + index * 5 * MINUTE), [changed(level)]);
  });
}

function found(buckets: BucketRecord[], looks: LookRecord[], end = '23:00') {
  const { list } = piecesOf(buckets, looks, at(end));
  return list.map((piece) => [`${time(piece.start)}-${time(piece.end)}`, piece.counts.total]);
}

describe('a piece', () => {
  test('is a listed bucket', () => {
    expect(found([bucket('10:00', 3)], [])).toEqual([['10:00-10:05', 3]]);
  });

  test('is the time of a look', () => {
    expect(found([], looksFrom('10:05', 4))).toEqual([['10:00-10:05', 4]]);
  });

  test('of a listed bucket stands before that of a look', () => {
    expect(found([bucket('10:00', 3)], looksFrom('10:05', 4))).toEqual([['10:00-10:05', 3]]);
  });

  test('of a look stands where a bucket is a lower bound only', () => {
    expect(found([bucket('10:00', 3, true)], looksFrom('10:05', 4))).toEqual([['10:00-10:05', 4]]);
  });

  test('of a lower bound stands where there is no look', () => {
    const { list } = piecesOf([bucket('10:00', 3, true)], [], at('23:00'));
    expect(list).toMatchObject([{ partial: true }]);
  });

  test('of a look stands where one of its buckets is missing', () => {
    const [look] = looksFrom('10:15', 4);
    const long = look ? [{ ...look, since: at('10:05') }] : [];
    expect(found([bucket('10:10', 3)], long)).toEqual([['10:05-10:15', 4]]);
  });

  test('of several buckets stands before that of a look over all of them', () => {
    const [look] = looksFrom('10:15', 4);
    const long = look ? [{ ...look, since: at('10:05') }] : [];
    expect(found([bucket('10:05', 2), bucket('10:10', 3)], long)).toEqual([
      ['10:05-10:10', 2],
      ['10:10-10:15', 3],
    ]);
  });

  test('of a later time than the one that is evaluated is left out', () => {
    const looks = looksFrom('10:05', 4, 5, 6);
    expect(found([bucket('10:10', 1), bucket('10:15', 1)], looks, '10:10')).toEqual([
      ['10:00-10:05', 4],
      ['10:05-10:10', 5],
    ]);
  });
});

test('pieces are in the order of time, and looks may come in any', () => {
  const looks = looksFrom('10:10', 4, 5).reverse();
  expect(found([bucket('10:00', 1)], looks)).toEqual([
    ['10:00-10:05', 1],
    ['10:05-10:10', 4],
    ['10:10-10:15', 5],
  ]);
});

describe('where the source changes', () => {
  const looks = looksFrom('10:05', 1, 2, 3, 4, 5, 6);
  const listed = ['10:00', '10:05', '10:10', '10:15'].map((start) => bucket(start, 3));

  test('the larger number stands in the two pieces beside the change', () => {
    expect(found(listed, looks).map(([, events]) => events)).toEqual([3, 3, 3, 4, 5, 6]);
  });

  test('a listed number stands three pieces away from the change', () => {
    expect(found(listed, looksFrom('10:05', 1, 9, 9, 9, 9)).map(([, events]) => events)).toEqual([
      3, 3, 9, 9, 9,
    ]);
  });

  test('the larger number stands after a change to listing, too', () => {
    const after = ['10:10', '10:15', '10:20', '10:25'].map((start) => bucket(start, 3));
    expect(found(after, looksFrom('10:05', 9, 9, 9, 9, 9, 9)).map(([, events]) => events)).toEqual([
      9, 9, 9, 9, 3, 3,
    ]);
  });

  test('listed numbers stand where nothing is counted by looks alone', () => {
    expect(found(listed, looksFrom('10:05', 9, 9, 9, 9)).map(([, events]) => events)).toEqual([
      3, 3, 3, 3,
    ]);
  });

  test('a long look is cut where an hour begins', () => {
    const long = lookAt('11:10', [changed(4), changed(5, { label: at('11:00') })], {
      since: at('10:50'),
    });
    const counted = ['10:50', '10:55', '11:00', '11:05'].map((start) => bucket(start, 1));
    expect(found(counted, [lookAt('10:50', []), long])).toEqual([
      ['10:45-10:50', 0],
      ['10:50-11:00', 4],
      ['11:00-11:10', 5],
    ]);
  });

  test('a long look stays whole where an hour begins within a bucket', () => {
    const long = lookAt('11:10', [changed(4, { label: at('10:03') })], { since: at('10:50') });
    const counted = ['10:50', '10:55', '11:00', '11:05'].map((start) => bucket(start, 1));
    expect(found(counted, [lookAt('10:50', []), long])).toEqual([
      ['10:45-10:50', 0],
      ['10:50-11:10', 4],
    ]);
  });

  test('the larger number of each status stands', () => {
    const [look] = looksFrom('10:05', 1);
    const both = look && { ...look, changes: [changed(1), changed(7, { status: METERED })] };
    const { list } = piecesOf(
      [bucket('10:00', 3)],
      both ? [both, lookAt('10:10')] : [],
      at('23:00'),
    );
    expect([...(list[0]?.counts.byStatus.values() ?? [])]).toEqual([3, 7]);
    expect(list[0]?.counts.total).toBe(10);
  });
});

describe('events in progress', () => {
  const progress = (to: number, label: string, fields = {}) =>
    changed(to, { label: at(label), status: IN_PROGRESS, ...fields });
  const inProgress = (buckets: BucketRecord[], ...looks: LookRecord[]) =>
    piecesOf(buckets, looks, at('23:00')).inProgressIn({ start: at('10:00'), end: at('11:00') });

  test('are as many as the newest look says', () => {
    const looks = [
      lookAt('10:05', [progress(9, '10:00')]),
      lookAt('10:10', [progress(4, '10:00')]),
    ];
    expect(inProgress([], ...looks)?.events).toBe(4);
  });

  test('are those of the hours of the window', () => {
    const changes = [progress(9, '10:00'), progress(5, '09:00'), progress(6, '11:00')];
    expect(inProgress([], lookAt('10:05', changes))?.events).toBe(9);
  });

  test('are in all events of these hours', () => {
    const changes = [progress(9, '10:00'), changed(11)];
    expect(inProgress([], lookAt('10:05', changes))?.of).toBe(20);
  });

  test('are without ignored ones', () => {
    const exceptions = [{ key: 'k', sign: -1 as const, accounts: ['test'], schema: undefined }];
    const changes = [
      progress(9, '10:00'),
      progress(2, '10:00', { scope: 'all/k' }),
      changed(11),
      changed(1, { scope: 'all/k' }),
    ];
    expect(inProgress([], lookAt('10:05', changes, { exceptions }))).toEqual({ events: 7, of: 17 });
  });

  test('are those of the list where the newest time is listed', () => {
    const looks = [lookAt('10:05', [progress(9, '10:00')])];
    expect(inProgress([bucket('10:00', 3)], ...looks)).toBeUndefined();
  });

  test('are those of the list after the last look, whose numbers are old', () => {
    const looks = [lookAt('10:05', [progress(9, '10:00')])];
    expect(inProgress([bucket('10:05', 3)], ...looks)).toBeUndefined();
  });
});

describe('the row of pieces', () => {
  const row = (from: string, ...ranges: [string, string][]) =>
    time(
      rowFrom(
        {
          list: ranges.map(([start, end]) => ({
            start: at(start),
            end: at(end),
            counts: countsOf(),
            partial: false,
          })),
        },
        at(from),
      ),
    );

  test('reaches to the first gap', () => {
    expect(row('10:00', ['10:00', '10:05'], ['10:05', '10:10'], ['10:15', '10:20'])).toBe('10:10');
  });

  test('may begin within a piece', () => {
    expect(row('10:03', ['10:00', '10:05'])).toBe('10:05');
  });

  test('is empty where the next piece begins later', () => {
    expect(row('10:00', ['10:05', '10:10'])).toBe('10:00');
  });

  test('does not go back', () => {
    expect(row('10:00', ['09:00', '09:05'])).toBe('10:00');
  });
});
