import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';
import { DAY_MS, parseTime } from '../timeline/time.ts';

/** An account or a schema whose events are counted apart and not evaluated. */
export interface IgnoreEntry {
  readonly name: string;
  /** The end of the entry, epoch ms: midnight UTC after its last day. `undefined`: it has no end. */
  readonly until: number | undefined;
}

const DATE_LIKE = /^\d{4}-\d{1,2}-\d{1,2}$/;

/**
 * Reads `acme, bob@example.com, old-plan@2027-01-31`: names separated by commas. Each may have a last day
 * (inclusive, UTC) behind the last `@`. A name may hold `@` itself.
 *
 * @throws SettingError for a last day that does not exist
 */
export function parseIgnoreList(text: string): IgnoreEntry[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseIgnoreEntry);
}

function parseIgnoreEntry(entry: string): IgnoreEntry {
  const at = entry.lastIndexOf('@');
  const name = entry.slice(0, at).trim();
  const date = entry.slice(at + 1).trim();
  if (at <= 0 || name === '' || !DATE_LIKE.test(date)) return { name: entry, until: undefined };
  const lastDay = parseTime(`${date}T00:00`);
  if (lastDay === undefined) {
    throw new SettingError(
      `"${printable(entry)}": "${date}" is not a calendar date; write the last day as YYYY-MM-DD`,
    );
  }
  return { name, until: lastDay + DAY_MS };
}

/** The names that are ignored at a time, epoch ms, in each Unicode normal form: two senders may write `é` in two ways. */
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
