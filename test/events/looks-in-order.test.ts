import { expect, test } from 'vitest';
import { looksInOrder } from '../../functions/monitor/events/looks-in-order.ts';
import { lookAt } from '../support/looks.ts';
import { at } from '../support/monitor.ts';

test('looks of one row all count', () => {
  const looks = [lookAt('10:05'), lookAt('10:10'), lookAt('10:15')];
  expect(looksInOrder(looks)).toEqual(looks);
});

test('a look that the next one did not know of does not count', () => {
  const [first, next] = [lookAt('10:00'), lookAt('10:10', [], { since: at('10:00') })];
  const late = lookAt('10:05', [], { takenAt: at('10:31') });
  expect(looksInOrder([first, late, next])).toEqual([first, next]);
});

test('looks before one that does not count are still in the row', () => {
  const late = [lookAt('10:05'), lookAt('10:10')];
  const next = lookAt('10:15', [], { since: at('10:00') });
  expect(looksInOrder([lookAt('10:00'), ...late, next])).toEqual([lookAt('10:00'), next]);
});

test('a look after a pause leaves the one before', () => {
  const looks = [lookAt('10:05'), lookAt('10:40', [], { since: at('10:20') })];
  expect(looksInOrder(looks)).toEqual(looks);
});

test('a look that begins anew leaves an earlier one that it overlaps', () => {
  const looks = [lookAt('10:05'), lookAt('10:40', [], { isFirst: true, since: at('09:00') })];
  expect(looksInOrder(looks)).toEqual(looks);
});

test('a look that was taken after one that begins anew does not count', () => {
  const late = lookAt('10:05', [], { isFirst: true, since: at('09:00'), takenAt: at('10:31') });
  const next = lookAt('10:10', [], { isFirst: true, since: at('09:00') });
  expect(looksInOrder([late, next])).toEqual([next]);
});
