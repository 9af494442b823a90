import { describe, expect, test } from 'vitest';
import type { Counts } from '../../functions/monitor/events/counts.ts';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import {
  type IncidentPlayOptions,
  type PlayedBucket,
  playIncidents,
  START,
  timeOf,
  toldIn,
} from '../support/incident-play.ts';

const LOST = 3;
const DAY = 288;

/** Acme loses all events for 15 minutes, to 10:15, and then none. */
const mended = (bucket: number): PlayedBucket => ({
  acme: bucket < LOST ? [10, 0] : [0, 10],
  globex: [0, 100],
});

const resolvedAt = (
  buckets: number,
  bucketAt: (bucket: number) => PlayedBucket,
  options: IncidentPlayOptions = {},
) => playIncidents(buckets, bucketAt, options).told.find(({ kind }) => kind === 'resolved')?.at;

/** Changes the counts of some buckets. */
const withCounts =
  (from: number, to: number, change: (counts: Counts) => Partial<Counts>) =>
  (piece: Piece, bucket: number): Piece =>
    bucket >= from && bucket < to
      ? { ...piece, counts: { ...piece.counts, ...change(piece.counts) } }
      : piece;

const withInProgress = (share: number) => (counts: Counts) => {
  const events = Math.round((counts.total * share) / (1 - share));
  return {
    total: counts.total + events,
    byStatus: new Map([...counts.byStatus, ['INGESTION_IN_PROGRESS', events]]),
  };
};

describe('a loss is over', () => {
  test('after three buckets without it', () => {
    expect(resolvedAt(12, mended)).toBe('10:30');
  });

  test('not on buckets that are missing', () => {
    const piece = (one: Piece, bucket: number) => (bucket >= LOST && bucket < 8 ? undefined : one);
    expect(resolvedAt(20, mended, { piece })).toBe('10:55');
  });

  test('not on buckets that are lower bounds', () => {
    const piece = (one: Piece, bucket: number) => ({
      ...one,
      partial: bucket >= LOST && bucket < 8,
    });
    expect(resolvedAt(20, mended, { piece })).toBe('10:55');
  });

  test('not on buckets in which events have healed', () => {
    const piece = withCounts(LOST, 8, () => ({ healed: 5 }));
    expect(resolvedAt(20, mended, { piece })).toBe('10:55');
  });

  test('not on buckets in which lost events got another lost status', () => {
    const piece = withCounts(LOST, 8, () => ({ recounted: new Map([['INGESTION_FAILED', 5]]) }));
    expect(resolvedAt(20, mended, { piece })).toBe('10:55');
  });

  test('not on buckets with over a tenth in progress', () => {
    const piece = withCounts(LOST, 8, withInProgress(0.2));
    expect(resolvedAt(20, mended, { piece })).toBe('10:55');
  });

  test('on buckets with less than a tenth in progress', () => {
    const piece = withCounts(LOST, 8, withInProgress(0.05));
    expect(resolvedAt(20, mended, { piece })).toBe('10:30');
  });

  test('not while Togai metrics have over a tenth of the window in progress', () => {
    const inProgress = (bucket: number) => ({ events: bucket < 8 ? 20 : 0, of: 100 });
    expect(resolvedAt(20, mended, { inProgress })).toBe('10:45');
  });

  test('not on buckets with a loss that nobody is known for', () => {
    const piece = withCounts(LOST, 8, ({ byStatus }) => ({
      byStatus: new Map([...byStatus, ['INGESTION_COMPLETED_EVENT_NOT_METERED', 1]]),
    }));
    expect(resolvedAt(20, mended, { piece })).toBe('10:55');
  });

  test('not on the traffic of another account', () => {
    const silent = (bucket: number): PlayedBucket =>
      bucket < LOST ? { acme: [10, 0], globex: [0, 100] } : { globex: [0, 100] };
    expect(resolvedAt(DAY - 1, silent)).toBeUndefined();
  });

  test('where one event in n was lost, after ten n events without a loss', () => {
    // One of ten: a hundred events are ten buckets.
    const play = (bucket: number): PlayedBucket => ({ acme: bucket < 12 ? [1, 9] : [0, 10] });
    expect(resolvedAt(40, play, { thresholds: 'unmetered >= 5' })).toBe('11:50');
  });

  test('after one and a half times the longest pause in it', () => {
    // Forty minutes without a loss, then one more bucket with it.
    const play = (bucket: number): PlayedBucket => ({
      acme: bucket === 0 || bucket === 9 ? [100, 0] : [0, 100],
    });
    // It ended after the first three buckets, and has learnt from it.
    expect(toldIn(playIncidents(40, play))).toEqual([
      '10:05 opened acme',
      '10:20 resolved',
      '10:50 opened acme',
      '11:50 resolved',
    ]);
  });

  test('not while more is lost than rules allow', () => {
    const play = (bucket: number): PlayedBucket => ({ acme: bucket < 3 ? [1000, 0] : [30, 970] });
    expect(resolvedAt(60, play)).toBeUndefined();
  });
});

describe('an account that sends nothing any more', () => {
  const silent = (bucket: number): PlayedBucket =>
    bucket < LOST ? { acme: [10, 0], globex: [0, 10] } : { globex: [0, 10] };

  test('is stopped after an hour', () => {
    const { incidents } = playIncidents(LOST + 12, silent);
    expect(incidents.flatMap(({ accounts }) => accounts[0]?.stoppedAt)).toEqual([
      START + 15 * 300_000,
    ]);
  });

  test('is not stopped before', () => {
    const { incidents } = playIncidents(LOST + 11, silent);
    expect(incidents.flatMap(({ accounts }) => accounts[0]?.stoppedAt)).toEqual([undefined]);
  });

  test('brings no reminders', () => {
    expect(toldIn(playIncidents(DAY, silent))).toEqual(['10:05 opened acme']);
  });

  test('is closed after 24 hours, with the reason', () => {
    const { told } = playIncidents(DAY + 10, silent);
    expect(told.map(({ at, kind, reason }) => [at, kind, reason])[1]).toEqual([
      '10:15',
      'closed',
      'It is closed, and not known to be solved: for 24 hours no event of it was seen.',
    ]);
  });

  test('holds up the end of nobody else', () => {
    const play = playIncidents(20, (bucket) => ({
      ...silent(bucket),
      other: bucket < LOST ? [10, 0] : [0, 10],
    }));
    expect(toldIn(play).at(-1)).toBe('11:15 resolved acme');
  });

  test('goes on where it was once it sends again', () => {
    const play = playIncidents(40, (bucket) => (bucket < 20 ? silent(bucket) : { acme: [10, 0] }));
    expect(play.incidents.map(({ accounts }) => accounts[0]?.stoppedAt)).toEqual([undefined]);
  });

  test('is not stopped by a pause that is usual', () => {
    // Two events an hour.
    const play = playIncidents(
      63,
      (bucket) => (bucket % 6 === 0 && bucket < 50 ? { acme: [1, 0] } : {}),
      {
        thresholds: 'unmetered >= 5',
        windowMinutes: 240,
      },
    );
    expect(play.incidents.map(({ accounts }) => accounts.length)).toEqual([1]);
    expect(play.incidents[0]?.accounts[0]?.stoppedAt).toBeUndefined();
  });

  test('is not stopped by an outage of the counting', () => {
    const piece = (one: Piece, bucket: number) => (bucket >= 5 && bucket < 25 ? undefined : one);
    const play = playIncidents(28, (bucket) => (bucket < 26 ? { acme: [10, 0] } : {}), { piece });
    expect(play.incidents[0]?.accounts[0]?.stoppedAt).toBeUndefined();
  });
});

test('a spread loss is not over when everybody stops sending', () => {
  const names = Array.from({ length: 20 }, (_, index) => `account ${index}`);
  const play = (bucket: number): PlayedBucket =>
    bucket < LOST ? Object.fromEntries(names.map((name) => [name, [1, 20] as const])) : {};
  const { told } = playIncidents(DAY + 6, play);
  expect(told.map(({ kind }) => kind)).toEqual(['opened', 'closed']);
});

test('an end is where the loss ended, not where that was seen', () => {
  const { incidents } = playIncidents(12, mended);
  expect(incidents.map(({ end }) => timeOf(end?.at ?? 0))).toEqual(['10:15']);
});
