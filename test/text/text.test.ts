import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from '../../functions/monitor/text/nearest-word.ts';
import { counted, cutAt, inWords, printable } from '../../functions/monitor/text/text.ts';
import { anyCharacter } from '../support/any-character.ts';

describe('printable', () => {
  test.each([
    ['a line break', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['a right-to-left override', 'a\u202eb', 'a\\u{202e}b'],
    ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
    ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ])('makes %s visible', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('leaves letters of any script and emoji as they are', () => {
    expect(printable('Müller 株式会社 🚕')).toBe('Müller 株式会社 🚕');
  });

  test('removes everything that moves a cursor', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter, maxLength: 600 }),
        (text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(printable(text)),
      ),
    );
  });
});

test('cutAt cuts between code points and ends with an ellipsis', () => {
  expect(cutAt('🚕🚕🚕', 3)).toBe('🚕🚕🚕');
  expect(cutAt('🚕🚕🚕🚕', 3)).toBe('🚕🚕…');
});

test.each([
  ['unmeterd', 'unmetered'],
  ['meterd', 'metered'],
  ['faild', 'failed'],
  ['inprogress', 'in_progress'],
  ['banana', undefined],
])('nearest takes %s for %s', (word, expected) => {
  const candidates = ['metered', 'unmetered', 'failed', 'in_progress', 'total'];
  expect(nearest(word, candidates)).toBe(expected);
});

test('counted agrees in number', () => {
  expect([0, 1, 1234].map((count) => counted(count, 'event'))).toEqual([
    '0 events',
    '1 event',
    '1,234 events',
  ]);
});

test.each([
  [4, 'four'],
  [9, 'nine'],
  [10, '10'],
  [1_000, '1,000'],
])('%i in a sentence is "%s"', (count, words) => {
  expect(inWords(count)).toBe(words);
});
