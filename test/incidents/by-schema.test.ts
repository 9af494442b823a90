import { expect, test } from 'vitest';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { type PlayedBucket, playIncidents, toldIn } from '../support/incident-play.ts';

/** All events of a bucket are of one schema. */
function ofSchema(piece: Piece, name: string): Piece {
  const { byStatus } = piece.counts;
  const byName = new Map([[name, { byStatus, exact: true }]]);
  return { ...piece, counts: { ...piece.counts, schemas: { byName, truncated: false } } };
}

test('after the end of a loss, another one of the same schema opens an incident', () => {
  const bucketAt = (bucket: number): PlayedBucket => ({
    acme: bucket < 3 ? [30, 0] : [0, 30],
    globex: bucket === 20 ? [25, 5] : [0, 30],
  });
  const play = playIncidents(21, bucketAt, {
    thresholds: 'unmetered by schema > 20',
    windowMinutes: 720,
    piece: (piece) => ofSchema(piece, 'storage'),
  });
  expect(toldIn(play)).toEqual(['10:05 opened acme', '10:30 resolved', '11:45 opened globex']);
});

test('an account that loses enough for a schema gets an incident with its name, and nobody else begins again', () => {
  const spread = Array.from({ length: 20 }, (_, index) => `account ${index}`);
  const bucketAt = (bucket: number): PlayedBucket => ({
    ...Object.fromEntries(spread.map((name) => [name, bucket < 3 ? [1, 20] : [0, 21]] as const)),
    chronic: bucket >= 12 ? [10, 0] : [0, 10],
    acme: bucket >= 30 ? [3, 0] : [0, 3],
  });
  const play = playIncidents(33, bucketAt, {
    thresholds: 'unmetered >= 10, unmetered by schema > 8',
    piece: (piece) => ofSchema(piece, 'storage'),
  });
  expect(toldIn(play)).toEqual([
    '10:05 opened others',
    '10:30 resolved',
    '11:05 opened chronic',
    '12:45 opened acme',
  ]);
});
