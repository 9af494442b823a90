import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SettingError } from '../../functions/monitor/errors.ts';
import { ignoredAt, parseIgnoreList } from '../../functions/monitor/settings/ignore-list.ts';
import { holdsAlways } from './cases.ts';
import { gap, MAX_MESSAGE, thrownBy } from './refusals.ts';
import { anyLength, anyText, BREAKS_LINES } from './texts.ts';

describe('any ignore lists', () => {
  const plain = anyText
    .map((text) => text.replaceAll(',', '').trim())
    .filter((text) => text !== '' && !text.startsWith('@') && !text.startsWith('"'))
    .map((text) => ({ name: text, text }));
  const quoted = anyText
    .filter((text) => text !== '')
    .map((text) => ({ name: text, text: `"${text.replaceAll('"', '""')}"` }));
  const written = fc.oneof(plain, quoted);
  const day = fc.date({
    min: new Date('1970-01-01T00:00:00Z'),
    max: new Date('9999-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  const until = fc.record({ written, day }).map(({ written: { name, text }, day }) => {
    const date = day.toISOString().slice(0, 10);
    return { text: `${text}@${date}`, name, until: Date.parse(date) + 86_400_000 };
  });
  const forEver = written
    .filter(({ text }) => !/@\s*\d{4}-\d{1,2}-\d{1,2}$/.test(text))
    .map(({ name, text }) => ({ text, name, until: undefined }));
  const ignoreEntries = fc.array(fc.tuple(gap, fc.oneof(until, forEver), gap), { maxLength: 5 });

  test('are read as they were written', () =>
    holdsAlways(
      fc.property(ignoreEntries, (written) => {
        const text = written
          .map(([before, ignoreEntry, after]) => before + ignoreEntry.text + after)
          .join();
        expect(parseIgnoreList(text)).toEqual(
          written.map(([, { name, until }]) => ({ name, until })),
        );
      }),
    ));

  test('apply up to the last millisecond of their last day, and no longer', () =>
    holdsAlways(
      fc.property(until, ({ text, name, until }) => {
        const ignoreEntries = parseIgnoreList(text);
        expect(ignoredAt(ignoreEntries, until - 1).has(name)).toBe(true);
        expect(ignoredAt(ignoreEntries, until).has(name)).toBe(false);
      }),
    ));

  test('are read from any text, or refused in one line of bounded length', () => {
    const dateLike = fc
      .tuple(anyLength, fc.stringMatching(/^\d{4}-\d{1,2}-\d{1,2}$/))
      .map(([name, date]) => `${name}@${date}`);
    return holdsAlways(
      fc.property(fc.oneof(anyLength, dateLike), (text) => {
        const error = thrownBy(() => parseIgnoreList(text));
        if (error === undefined) return;
        expect(error).toBeInstanceOf(SettingError);
        const { message } = error as SettingError;
        expect(message).toMatch(
          /is not a calendar date|the quote is not closed|in quotes|is empty/,
        );
        expect(message).not.toMatch(BREAKS_LINES);
        expect(Array.from(message).length).toBeLessThan(MAX_MESSAGE);
      }),
    );
  });
});
