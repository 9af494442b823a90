import { describe, expect, test } from 'vitest';
import { Levels } from '../../../functions/monitor/counting/metrics/levels.ts';
import { lookPieces } from '../../../functions/monitor/counting/metrics/look-pieces.ts';
import type { LevelChange, LookRecord } from '../../../functions/monitor/events/look-record.ts';
import { changed, lookAt } from '../../support/looks.ts';
import { at, HOUR, MINUTE } from '../../support/monitor.ts';

const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);
const pieces = (...looks: LookRecord[]) => lookPieces(looks, new Levels());
const ranges = (...looks: LookRecord[]) =>
  pieces(...looks).map(({ start, end }) => `${time(start)}-${time(end)}`);
/** Each part of all pieces, with its events. */
const parts = (...looks: LookRecord[]) =>
  pieces(...looks)
    .flatMap((piece) => piece.parts)
    .map(({ start, end, counts }) => [`${time(start)}-${time(end)}`, counts.total]);

describe('the time of a look', () => {
  test('begins with the end of the look before', () => {
    expect(ranges(lookAt('10:05'), lookAt('10:10'))).toEqual(['10:00-10:05', '10:05-10:10']);
  });

  test('begins where the look says for the oldest one', () => {
    expect(ranges(lookAt('10:10', [], { since: at('09:55') }))).toEqual(['09:55-10:10']);
  });

  test('leaves no gap where a look is lost', () => {
    expect(ranges(lookAt('10:05'), lookAt('10:20'))).toEqual(['10:00-10:05', '10:05-10:20']);
  });

  test('leaves no overlap where a look did not know of another', () => {
    const unaware = lookAt('10:20', [], { since: at('10:05') });
    expect(ranges(lookAt('10:05'), lookAt('10:15'), unaware)).toEqual([
      '10:00-10:05',
      '10:05-10:15',
      '10:15-10:20',
    ]);
  });

  test('begins anew after a gap', () => {
    const first = lookAt('12:05', [], { since: at('11:00'), isFirst: true });
    expect(ranges(lookAt('10:05'), first)).toEqual(['10:00-10:05', '11:00-12:00', '12:00-12:05']);
  });

  test('of a look that begins anew does not reach into the one before', () => {
    const first = lookAt('12:05', [], { since: at('11:00'), isFirst: true });
    expect(ranges(lookAt('11:30'), first)).toEqual(['11:25-11:30', '11:30-12:00', '12:00-12:05']);
  });

  test('that is over is no piece', () => {
    expect(ranges(lookAt('10:05', [], { since: at('10:05') }))).toEqual([]);
  });
});

describe('a rise', () => {
  test('belongs to the part of its hour', () => {
    const look = lookAt(
      '12:05',
      [changed(3, { label: at('11:00') }), changed(4), changed(5, { label: at('12:00') })],
      { since: at('10:20') },
    );
    expect(parts(look)).toEqual([
      ['10:20-11:00', 4],
      ['11:00-12:00', 3],
      ['12:00-12:05', 5],
    ]);
  });

  test('of an older hour belongs to the first part', () => {
    const look = lookAt('11:05', [changed(3, { label: at('08:00') })], { since: at('10:55') });
    expect(parts(look)).toEqual([
      ['10:55-11:00', 3],
      ['11:00-11:05', 0],
    ]);
  });

  test('of a later hour belongs to the last part', () => {
    const look = lookAt('11:05', [changed(3, { label: at('12:00') })], { since: at('10:55') });
    expect(parts(look)).toEqual([
      ['10:55-11:00', 0],
      ['11:00-11:05', 3],
    ]);
  });

  test('of an hour that begins as the time ends belongs to it', () => {
    const look = lookAt('11:00', [changed(3, { label: at('11:00') })]);
    expect(parts(look)).toEqual([['10:55-11:00', 3]]);
  });
});

test('hours that begin at half past cut the time at half past', () => {
  const look = lookAt('11:40', [changed(3, { label: at('10:30') })], { since: at('10:20') });
  expect(parts(look)).toEqual([
    ['10:20-10:30', 0],
    ['10:30-11:30', 3],
    ['11:30-11:40', 0],
  ]);
});

test('the hours of a first look are pieces of their own', () => {
  const look = lookAt('12:05', [], { since: at('09:00'), isFirst: true });
  expect(ranges(look)).toEqual(['09:00-10:00', '10:00-11:00', '11:00-12:00', '12:00-12:05']);
});

describe('hours before those that the first look of all counts', () => {
  const first = (...changes: LevelChange[]) =>
    lookAt('12:05', changes, { since: at('11:00'), isFirst: true });
  const known = { from: undefined };

  test('are pieces with all events that they had', () => {
    const look = first(
      changed(3, { label: at('09:00'), ...known }),
      changed(4, { label: at('10:00'), ...known }),
      changed(5, { label: at('11:00') }),
    );
    expect(parts(look)).toEqual([
      ['09:00-10:00', 3],
      ['10:00-11:00', 4],
      ['11:00-12:00', 5],
      ['12:00-12:05', 0],
    ]);
  });

  test('begin where an hour that was asked for begins', () => {
    const look = first(
      changed(2, { label: at('08:30'), ...known }),
      changed(3, { label: at('09:30'), ...known }),
      changed(5, { label: at('10:30') }),
    );
    const begun = { ...look, since: at('10:30') };
    expect(parts(begun).slice(0, 2)).toEqual([
      ['09:30-10:30', 3],
      ['10:30-11:30', 5],
    ]);
  });

  test('lack the events that were ignored', () => {
    const exception = { key: 'k', sign: -1, accounts: ['test'], schema: undefined } as const;
    const hour = { label: at('10:00'), ...known };
    const look = first(changed(9, hour), changed(4, { ...hour, scope: 'all/k' }));
    expect(parts({ ...look, exceptions: [exception] })[1]).toEqual(['10:00-11:00', 5]);
  });

  test('are not counted after an outage: they are a gap', () => {
    const look = first(changed(4, { label: at('10:00'), ...known }));
    expect(ranges(lookAt('09:05'), look)[1]).toBe('11:00-12:00');
  });
});

test('the time of a later look is one piece with its parts', () => {
  const look = lookAt('12:05', [], { since: at('10:00') });
  expect(pieces(look).map((piece) => piece.parts.length)).toEqual([3]);
});

test('parts are complete counts', () => {
  expect(pieces(lookAt('10:05'))[0]?.parts[0]?.partial).toBe(false);
});

test('an outage is cut at each hour', () => {
  const look = lookAt('22:05', [], { since: at('12:05') - MINUTE });
  const all = pieces(look).flatMap((piece) => piece.parts);
  expect(all).toHaveLength(11);
  expect(Math.max(...all.map(({ start, end }) => end - start))).toBe(HOUR);
});
