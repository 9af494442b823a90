import fc from 'fast-check';
import { anyCharacter } from '../support/any-character.ts';

/** Texts that format, hide, reorder, break lines, mention, link or end something in one of the formats. */
const NASTY = [
  '\u0000',
  '\u001b[31m',
  '\u009b2J',
  '\r\n',
  '\n',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\uffff',
  '\ud800',
  '\udfff',
  '\u{1f695}',
  '\u{10ffff}',
  'a\u0301',
  '\ufdfa',
  '<!here>',
  '<!channel>',
  '<@U123>',
  '<https://evil.example|click>',
  'https://evil.example',
  '&amp;',
  '&',
  '*',
  '_',
  '~',
  '`',
  '```',
  '"',
  '\\',
  '\\u0000',
  '%s',
  '__proto__',
  'constructor',
  '@2027-02-30',
] as const;

/** A short text, often an unusual one. */
const piece = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: anyCharacter },
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
);

/** Any short text. */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: piece, maxLength: 12 });

/** Any text, sometimes as long as the longest text before it is cut. */
export const anyLength: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: anyText },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.string({ unit: piece, minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 1_000 }),
      )
      .map(([text, times]) => text.repeat(times)),
  },
);

/** Characters that a line for people must not hold: controls, line separators, halves of characters. */
export const BREAKS_LINES = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
