import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';

/**
 * Reads a time zone for messages.
 *
 * @returns its name as it was written; `UTC` for all names of that
 * @throws SettingError for a name that does not exist
 */
export function parseTimeZone(text: string): string {
  const name = text.trim();
  // The default: looking a zone up takes a millisecond in every run.
  if (name === 'UTC') return name;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
    // An older name of a city would surprise the person who wrote the new one.
    return timeZone === 'UTC' ? timeZone : name;
  } catch {
    throw new SettingError(
      `"${printable(name, 80)}" is not a time zone; write an IANA name such as Europe/Berlin, or UTC`,
    );
  }
}
