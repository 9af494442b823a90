import { expect, test } from 'vitest';
import { foldLooks } from '../../../functions/monitor/counting/metrics/fold-looks.ts';
import { Levels } from '../../../functions/monitor/counting/metrics/levels.ts';
import { lookPieces } from '../../../functions/monitor/counting/metrics/look-pieces.ts';
import type { LookRecord } from '../../../functions/monitor/events/look-record.ts';
import { changed, lookAt } from '../../support/looks.ts';

const LOOKS = ['10:05', '10:10', '10:15'].map((end, index) => lookAt(end, [changed(10 + index)]));
const LATER = lookAt('10:20', [changed(20)]);
const piecesOf = (looks: readonly LookRecord[]) => [...foldLooks(looks).pieces];
const anew = (looks: readonly LookRecord[]) => lookPieces(looks, new Levels());

test('looks that go on give the pieces of all of them', () => {
  piecesOf(LOOKS);
  expect(piecesOf([...LOOKS, LATER])).toEqual(anew([...LOOKS, LATER]));
});

test('looks that were folded before are not folded again', () => {
  const before = piecesOf(LOOKS);
  const after = piecesOf([...LOOKS, LATER]);
  expect(before.every((piece, index) => piece === after[index])).toBe(true);
});

test('another look in the place of the last one is folded with those before it', () => {
  const other = lookAt('10:15', [changed(15)]);
  const looks = [...LOOKS.slice(0, 2), other];
  piecesOf(LOOKS);
  expect(piecesOf(looks)).toEqual(anew(looks));
});

test('fewer looks give fewer pieces', () => {
  piecesOf(LOOKS);
  expect(piecesOf(LOOKS.slice(0, 1))).toEqual(anew(LOOKS.slice(0, 1)));
});

test('no look gives no piece', () => {
  expect(piecesOf([])).toEqual([]);
});
