import fc from 'fast-check';

/** What formats, hides, reorders, breaks lines, mentions, links or ends something, in one format or another. */
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

/** A piece of text that nobody expects. */
const piece = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
);

/** Any text, short as a rule. */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: piece, maxLength: 12 });

/** Any text, sometimes as long as a text can be before it is cut. */
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

/** What no line of text for people may hold: controls, separators of lines, halves of characters. */
export const BREAKS_LINES = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
