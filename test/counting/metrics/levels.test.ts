import { describe, expect, test } from 'vitest';
import { Levels } from '../../../functions/monitor/counting/metrics/levels.ts';
import { ALL } from '../../../functions/monitor/events/look-record.ts';
import { changed, lookAt, METERED, UNMETERED } from '../../support/looks.ts';
import { at } from '../../support/monitor.ts';

const risesOf = (...looks: Parameters<typeof lookAt>[]) => {
  const levels = new Levels();
  return looks.map((look) => levels.add(lookAt(...look)).map(({ by }) => by));
};

describe('a rise', () => {
  test('is the level less the one of the looks before', () => {
    expect(risesOf(['10:05', [changed(3)]], ['10:10', [changed(8)]])).toEqual([[3], [5]]);
  });

  test('goes by the looks that are there, not by those that the look knew', () => {
    const written = changed(8, { from: 6 });
    expect(risesOf(['10:05', [changed(3)]], ['10:10', [written]])).toEqual([[3], [5]]);
  });

  test('goes by the number that the look knew where no look has it', () => {
    expect(risesOf(['10:10', [changed(8, { from: 6 })]])).toEqual([[2]]);
  });

  test('is nothing where counting begins with the look', () => {
    expect(risesOf(['10:10', [changed(8, { from: undefined })]])).toEqual([[0]]);
  });

  test('follows a beginning', () => {
    const first = changed(8, { from: undefined });
    expect(risesOf(['10:05', [first]], ['10:10', [changed(9)]])).toEqual([[0], [1]]);
  });

  test('is below zero where the number fell', () => {
    expect(risesOf(['10:05', [changed(8)]], ['10:10', [changed(2)]])).toEqual([[8], [-6]]);
  });
});

test('a beginning is marked as one', () => {
  const [rise] = new Levels().add(lookAt('10:05', [changed(8, { from: undefined })]));
  expect(rise?.isBaseline).toBe(true);
});

test.each([
  ['hours', { label: at('11:00') }],
  ['scopes', { scope: 'all/k' }],
  ['names', { name: 'acme' }],
  ['statuses', { status: METERED }],
  ['names with a blank', { status: 'A', name: 'B C' }],
])('numbers of different %s are kept apart', (_, fields) => {
  const levels = Levels.of([lookAt('10:05', [changed(3), changed(5, fields)])]);
  expect([levels.level(changed(0)), levels.level(changed(0, fields))]).toEqual([3, 5]);
});

test('a blank in a status does not make two numbers one', () => {
  const levels = new Levels();
  levels.add(lookAt('10:05', [changed(3, { status: 'A B', name: 'C' })]));
  expect(levels.level(changed(0, { status: 'A', name: 'B C' }))).toBeUndefined();
});

describe('an hour was asked for', () => {
  const asked = (label: string, ...ranges: [string, string, boolean?][]) =>
    Levels.of(
      ranges.map(([start, end, complete = true]) =>
        lookAt('10:05', [], {
          asked: [{ scope: ALL, start: at(start), end: at(end), complete }],
        }),
      ),
    ).asked(at(label), ALL);

  test('if it is in a range', () => {
    expect(asked('10:00', ['09:00', '12:00'])).toBe('complete');
  });

  test('if a range holds a part of it', () => {
    expect([asked('08:30', ['09:00', '12:00']), asked('11:30', ['09:00', '12:00'])]).toEqual([
      'complete',
      'complete',
    ]);
  });

  test('and not if it ends where the range begins, or begins where it ends', () => {
    expect([asked('08:00', ['09:00', '12:00']), asked('12:00', ['09:00', '12:00'])]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('partly if names were left out', () => {
    expect(asked('10:00', ['09:00', '12:00', false])).toBe('partly');
  });

  test('as the last of several looks asked for it', () => {
    expect(asked('10:00', ['09:00', '12:00', false], ['09:00', '12:00'])).toBe('complete');
  });

  test('for one status alone', () => {
    const range = { scope: 'account', start: at('09:00'), end: at('12:00'), complete: true };
    const levels = Levels.of([lookAt('10:05', [], { asked: [{ ...range, status: UNMETERED }] })]);
    expect([
      levels.asked(at('10:00'), 'account', UNMETERED),
      levels.asked(at('10:00'), 'account', METERED),
      levels.asked(at('10:00'), 'account'),
    ]).toEqual(['complete', undefined, undefined]);
  });
});

describe('the sum of an hour', () => {
  const levels = Levels.of([
    lookAt('10:05', [
      changed(3),
      changed(4, { status: METERED }),
      changed(9, { label: at('11:00') }),
      changed(2, { scope: 'account', name: 'acme' }),
      changed(1, { scope: 'all/k' }),
    ]),
  ]);

  test('is of all statuses, and of its hour alone', () => {
    expect(levels.sumOf(at('10:00'))).toBe(7);
  });

  test('of an exception is apart', () => {
    expect(levels.sumOf(at('10:00'), 'all/k')).toBe(1);
  });

  test('without events is zero', () => {
    expect(levels.sumOf(at('08:00'))).toBe(0);
  });
});

test('the names of a status are those that it had in any look', () => {
  const ofAcme = { scope: 'account', name: 'acme' };
  const levels = Levels.of([
    lookAt('10:05', [changed(2, ofAcme)]),
    lookAt('10:10', [changed(0, ofAcme), changed(1, { ...ofAcme, name: 'globex' })]),
  ]);
  expect([...levels.namesOf(at('10:00'), 'account', UNMETERED)]).toEqual(['acme', 'globex']);
});

describe('the looks in a row that found an hour too low', () => {
  const stale = (...looks: number[][]) =>
    Levels.of(looks.map((labels) => lookAt('10:05', [], { stale: labels }))).staleLooks(
      at('10:00'),
    );
  const it = [at('10:00')];

  test('are counted up to the last look', () => {
    expect([stale([], it), stale([], it, it), stale(it, it, it)]).toEqual([1, 2, 3]);
  });

  test('begin at zero after a look that did not', () => {
    expect([stale(it, []), stale(it, it, []), stale(it, [], it)]).toEqual([0, 0, 1]);
  });

  test('are not those of another hour', () => {
    expect(stale([at('11:00')], it)).toBe(1);
  });
});
