import { describe, expect, test } from 'vitest';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { type PlayedBucket, playIncidents, timeOf, toldIn } from '../support/incident-play.ts';

const LOST = 3;
const LOST_STATUS = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** The sum of a piece, counted before or after its names. */
function lostLater(piece: Piece, by: number): Piece {
  const { byStatus, total } = piece.counts;
  const lost = (byStatus.get(LOST_STATUS) ?? 0) + by;
  const counts = { ...piece.counts, byStatus: new Map([...byStatus, [LOST_STATUS, lost]]) };
  return { ...piece, counts: { ...counts, total: total + by } };
}

/** Lost for 15 minutes, resolved at 10:30. */
const mended = (bucket: number): PlayedBucket => ({
  acme: bucket < LOST ? [10, 0] : [0, 10],
  globex: [0, 10],
});

/** Acme's bucket at 10:10 is counted again at a later time. */
const again = (at: number, lost: number) => ({
  recounted: (bucket: number, later: number): PlayedBucket | undefined =>
    bucket === 2 && later === at ? { acme: [lost, 0], globex: [0, 10] } : undefined,
});

describe('a bucket that is counted again after the end', () => {
  test('with as many losses as before opens nothing', () => {
    expect(toldIn(playIncidents(20, mended, again(8, 10)))).toEqual([
      '10:05 opened acme',
      '10:30 resolved',
    ]);
  });

  test('with fewer losses opens nothing', () => {
    expect(toldIn(playIncidents(20, mended, again(8, 4)))).toHaveLength(2);
  });

  test('with more losses, but too few for a rule, opens nothing', () => {
    expect(toldIn(playIncidents(20, mended, again(8, 15)))).toHaveLength(2);
  });

  test('with so many more losses that a rule is breached opens the incident again', () => {
    const play = playIncidents(20, mended, again(8, 25));
    expect(play.incidents.map(({ reopened }) => reopened)).toEqual([1]);
    // It is over already, so one message says both.
    expect(play.told.at(-1)).toMatchObject({
      at: '10:45',
      kind: 'resolved',
      reason: 'It began and ended before anybody could be notified.',
    });
  });

  test('with losses that were counted in another bucket before opens nothing', () => {
    const moved: Readonly<Record<number, readonly [number, number]>> = { 1: [20, 0], 2: [0, 10] };
    const play = playIncidents(20, mended, {
      recounted: (bucket, later) => {
        const acme = later === 8 ? moved[bucket] : undefined;
        return acme && { acme, globex: [0, 10] };
      },
    });
    expect(toldIn(play)).toEqual(['10:05 opened acme', '10:30 resolved']);
  });

  test('with losses of another account opens an incident of that account', () => {
    const play = playIncidents(20, mended, {
      recounted: (bucket, later) =>
        bucket === 2 && later === 8 ? { acme: [10, 0], globex: [10, 0] } : undefined,
    });
    expect(play.incidents.map(({ accounts }) => accounts.map(({ name }) => name))).toEqual([
      ['acme'],
      ['globex'],
    ]);
  });
});

describe('losses that were counted before the end', () => {
  test.each([60, 240, 1440])('open nothing in a window of %i minutes', (windowMinutes) => {
    const play = playIncidents(320, mended, { windowMinutes });
    expect(toldIn(play)).toEqual(['10:05 opened acme', '10:30 resolved']);
  });

  test('of a spread loss open nothing', () => {
    const names = Array.from({ length: 20 }, (_, index) => `account ${index}`);
    const play = playIncidents(
      100,
      (bucket) =>
        Object.fromEntries(
          names.map((name) => [name, bucket < LOST ? ([1, 20] as const) : ([0, 21] as const)]),
        ),
      { windowMinutes: 1440 },
    );
    expect(play.told.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
  });

  test('add nothing to a few that come after it', () => {
    const play = playIncidents(
      40,
      (bucket) => ({ acme: bucket < LOST ? [10, 0] : bucket === 20 ? [9, 1] : [0, 10] }),
      { windowMinutes: 240 },
    );
    expect(toldIn(play)).toHaveLength(2);
  });

  test.each([
    ['of accounts and others', 1],
    ['of accounts alone', 0],
  ])('%s, whose names were counted before their sums, are taken out once', (_, ofOthers) => {
    const names = Array.from({ length: 20 }, (_each, index) => `account ${index}`);
    const others = (lost: number): PlayedBucket =>
      Object.fromEntries(names.map((name) => [name, [lost, 20]]));
    const told = (later: number) => {
      const play = playIncidents(
        40,
        (bucket) => ({
          ...others(bucket === 0 || bucket === 2 ? ofOthers : 0),
          acme: bucket < LOST ? [10, 0] : [0, 10],
          hooli: bucket === 25 ? [later, 0] : [0, 10],
        }),
        {
          windowMinutes: 240,
          piece: (piece, bucket) => lostLater(piece, bucket === 1 ? -5 : bucket === 2 ? 5 : 0),
        },
      );
      return toldIn(play).filter((line) => line.includes('hooli'));
    };
    expect(told(9)).toEqual([]);
    expect(told(10)).toEqual(['12:10 opened hooli']);
  });

  test('a name that was counted before its sum does not draw later losses of others into its incident', () => {
    const play = playIncidents(
      26,
      (bucket) => ({
        acme: bucket < 5 ? [8, 2] : [0, 100],
        globex: [bucket >= 9 && bucket < 12 ? 20 : 0, 30],
      }),
      { piece: (piece, bucket) => lostLater(piece, bucket === 4 ? -8 : bucket === 5 ? 8 : 0) },
    );
    expect(play.incidents.map(({ accounts }) => accounts.map(({ name }) => name))).toEqual([
      ['acme'],
      ['globex'],
    ]);
  });

  test('of a mended account open nothing while its incident goes on', () => {
    const play = playIncidents(100, (bucket) => ({
      acme: bucket < LOST ? [10, 0] : [0, 10],
      globex: [10, 0],
    }));
    expect(toldIn(play).filter((line) => !line.includes('reminder'))).toEqual([
      '10:05 opened acme globex',
      '10:35 changed globex',
    ]);
  });

  test('of calm others open nothing while their incident goes on', () => {
    const names = Array.from({ length: 20 }, (_, index) => `account ${index}`);
    const play = playIncidents(
      60,
      (bucket) => ({
        acme: [40, 0],
        ...Object.fromEntries(names.map((name) => [name, [bucket < LOST ? 1 : 0, 40]] as const)),
      }),
      { windowMinutes: 240, repeatMinutes: 0 },
    );
    expect(play.incidents.map(({ others }) => timeOf(others?.endedAt ?? 0))).toEqual(['10:15']);
  });
});

describe('after an end, the whole window counts', () => {
  test('for the base of a share', () => {
    // 10 of 120 are 8%. Without the events that were lost before they were 10 of 90.
    const play = playIncidents(
      24,
      (bucket) => ({ acme: [12, 13, 14, 23].includes(bucket) ? [10, 0] : [0, 10] }),
      { thresholds: 'unmetered >= 10%' },
    );
    expect(toldIn(play)).toEqual(['11:10 opened acme', '11:30 resolved']);
  });

  test('for the smallest number of events', () => {
    const play = playIncidents(
      12,
      (bucket) => ({ acme: bucket < LOST ? [30, 0] : bucket === 11 ? [30, 0] : [0, 5] }),
      { thresholds: 'unmetered >= 10%', minimumEvents: 160 },
    );
    expect(toldIn(play).at(-1)).toBe('11:00 opened acme');
  });
});
