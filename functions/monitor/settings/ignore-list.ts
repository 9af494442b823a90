import { SettingError } from '../errors.ts';
import type { Counting } from '../events/counting-source.ts';
import type { IgnoreEntry } from '../events/ignore-entries.ts';
import { printable } from '../text/text.ts';
import { DAY_MS, parseTime } from '../timeline/time.ts';

const DATE_LIKE = /^\d{4}-\d{1,2}-\d{1,2}$/;
/** A name in quotes, with a quote inside written twice, and the rest up to the next comma. */
const QUOTED = /\s*"((?:[^"]|"")*)"([^,]*)(?:,|$)/y;
const UNQUOTED = /([^,]*)(?:,|$)/y;

/**
 * Reads `acme, bob@example.com, old-plan@2027-01-31`: names separated by commas. Each may have a last day
 * (inclusive, UTC) behind the last `@`. A name may hold `@` itself. A name with a comma, or with blanks at its ends, is
 * written in quotes: `"Acme, Inc."@2027-01-31`.
 *
 * @throws SettingError for a last day that does not exist, or quotes that are not closed
 */
export function parseIgnoreList(text: string): IgnoreEntry[] {
  const entries: IgnoreEntry[] = [];
  for (let at = 0; at < text.length; ) {
    QUOTED.lastIndex = at;
    UNQUOTED.lastIndex = at;
    const quoted = QUOTED.exec(text);
    const unquoted = UNQUOTED.exec(text)?.[1]?.trim() ?? '';
    if (quoted) entries.push(parseQuoted(quoted));
    else if (unquoted.startsWith('"')) {
      throw new SettingError(
        `${printable(unquoted, 80)}: the quote is not closed; close it behind the name`,
      );
    } else if (unquoted !== '') entries.push(parseUnquoted(unquoted));
    at = quoted ? QUOTED.lastIndex : UNQUOTED.lastIndex;
  }
  return entries;
}

function parseQuoted([whole, quoted = '', rest = '']: RegExpExecArray): IgnoreEntry {
  const entry = printable(whole.replace(/,$/, '').trim());
  const name = quoted.replaceAll('""', '"');
  const [, date] = /^\s*@\s*(\S+)\s*$/.exec(rest) ?? [];
  if (name === '') throw new SettingError(`${entry}: the name is empty; leave the entry out`);
  if (rest.trim() === '') return { name, until: undefined };
  if (date !== undefined && DATE_LIKE.test(date)) return { name, until: endOfDay(date, entry) };
  throw new SettingError(
    `${entry}: only a last day may follow the name in quotes; write a comma before the next name, or a last day such as @2027-01-31`,
  );
}

function parseUnquoted(entry: string): IgnoreEntry {
  const at = entry.lastIndexOf('@');
  const name = entry.slice(0, at).trim();
  const date = entry.slice(at + 1).trim();
  if (at <= 0 || name === '' || !DATE_LIKE.test(date)) return { name: entry, until: undefined };
  return { name, until: endOfDay(date, `"${printable(entry)}"`) };
}

function endOfDay(date: string, entry: string): number {
  const start = parseTime(`${date}T00:00`);
  if (start !== undefined) return start + DAY_MS;
  throw new SettingError(
    `${entry}: "${date}" is not a calendar date; write the last day as YYYY-MM-DD`,
  );
}

/**
 * The names that are ignored at a time, epoch ms. A name with accents is there in both normal forms of Unicode: they look the
 * same, and senders write either.
 */
export function ignoredAt(
  ignoreEntries: readonly IgnoreEntry[],
  time: number,
): ReadonlySet<string> {
  return new Set(
    ignoreEntries
      .filter(({ until }) => until === undefined || time < until)
      .flatMap(({ name }) => [name, name.normalize('NFC'), name.normalize('NFD')]),
  );
}

/** Togai metrics take one schema in a query, and a look has room for so many queries. */
const MAX_SCHEMAS_WITH_METRICS = 3;

/** @throws SettingError for more ignored schemas than Togai metrics can be asked for */
export function checkSchemas(
  schemas: ReadonlySet<string>,
  counting: Counting,
): ReadonlySet<string> {
  if (counting === 'listing' || schemas.size <= MAX_SCHEMAS_WITH_METRICS) return schemas;
  throw new SettingError(
    `${schemas.size} schemas are ignored, and Togai metrics take ${MAX_SCHEMAS_WITH_METRICS} at most; leave some out, ignore accounts instead, or write listing for Counting`,
  );
}
