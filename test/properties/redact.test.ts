import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../functions/monitor/togai/redact.ts';
import { holdsAlways } from './cases.ts';

const hexOf = (letter: string) => letter.charCodeAt(0).toString(16).padStart(2, '0');
const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** The spellings of a letter. */
const SPELLINGS: readonly ((letter: string) => string)[] = [
  (letter) => letter,
  (letter) => `%${hexOf(letter)}`,
  (letter) => `%${hexOf(letter).toUpperCase()}`,
  (letter) => `%25${hexOf(letter)}`,
  (letter) => `&#${letter.charCodeAt(0)};`,
  (letter) => `&#00${letter.charCodeAt(0)};`,
  (letter) => `&#x${hexOf(letter)};`,
  (letter) => `&#X0${hexOf(letter).toUpperCase()};`,
  (letter) => `&amp;#x${hexOf(letter)};`,
  (letter) => NAMED[letter] ?? letter,
  (letter) => (/["\\/]/.test(letter) ? `\\${letter}` : letter),
  (letter) => `\\u00${hexOf(letter)}`,
  (letter) => `\\u00${hexOf(letter).toUpperCase()}`,
];

const token = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
  fc.stringMatching(/^[A-Za-z0-9+/=_.-]{8,40}$/),
  fc.string({ unit: fc.constantFrom(...'\\/&%"u0025amp;#'), minLength: 1, maxLength: 20 }),
);
/** A token and a spelling of it. Each letter has its own way, or all have the same. */
const written = token.chain((text) => {
  const each = fc.array(fc.nat(SPELLINGS.length - 1), {
    minLength: text.length,
    maxLength: text.length,
  });
  const same = fc.nat(SPELLINGS.length - 1).map((way) => Array.from(text, () => way));
  return fc.oneof(each, same).map((ways) => ({
    token: text,
    spelled: Array.from(text, (letter, index) => SPELLINGS[ways[index] ?? 0]?.(letter)).join(''),
  }));
});

test('a token is removed in every spelling', () =>
  holdsAlways(
    fc.property(written, fc.string(), fc.string(), ({ token, spelled }, before, after) => {
      const start = before.replace(/\\+$/, '');
      const redacted = createRedactor(token)(`${start} ${spelled} ${after}`);
      // The token could be a part of its replacement.
      fc.pre(!'[token]'.includes(token));
      expect(redacted).toContain('[token]');
      expect(redacted).not.toContain(spelled);
    }),
  ));

test('JSON stays JSON after a token is removed', () =>
  holdsAlways(
    fc.property(token, fc.string(), fc.string(), (text, before, after) => {
      // Else a part of the structure, or of an escape, could be taken for the token or for its end.
      fc.pre(/[a-z]{2}/i.test(text) && !text.includes('\\') && !'"message"'.includes(text));
      const escaped = JSON.stringify({ message: `${before}${text}${after}` });
      const redacted = createRedactor(text)(escaped);
      expect(() => JSON.parse(redacted)).not.toThrow();
      expect(redacted).toContain('[token]');
    }),
  ));

test('a text without the token is unchanged', () =>
  holdsAlways(
    fc.property(fc.string(), (text) => {
      expect(createRedactor('tgi_3Zk9/xQ+secret')(text)).toBe(text);
    }),
  ));
