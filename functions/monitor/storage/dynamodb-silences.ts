import type { UnreadableItem } from '../events/unreadable-item.ts';
import { endOfSilence, type Silence } from '../incidents/silence.ts';
import { SILENCE_KEPT_DAYS } from '../timeline/kept-days.ts';
import { expiresAt, type Item, nameOfItem, PARTITION, removal } from './dynamodb-items.ts';
import { STORED_VERSION, type Stored, withCurrentNames } from './names-of-older-versions.ts';
import { readSilence } from './stored-incidents.ts';
import { unreadableSilence } from './unreadable-items.ts';

/** Between it and the key of the state there are silences only: one query reads both. */
export const SILENCE_PREFIX = 'silence#';

/** The item of a silence, as text: a person can read it in the console. */
export function toSilenceItem(silence: Silence): Item {
  const end = endOfSilence(silence);
  return {
    pk: { S: PARTITION },
    sk: { S: `${SILENCE_PREFIX}${silence.id}` },
    ...(Number.isFinite(end) && { expiresAt: expiresAt(end, SILENCE_KEPT_DAYS) }),
    ...(silence.ended && { ended: { BOOL: true } }),
    content: { S: JSON.stringify({ version: STORED_VERSION, ...silence }) },
  };
}

/** @param table for messages @returns the silence, or why there is none */
export function fromSilenceItem(item: Item, table: string): Silence | UnreadableItem {
  const key = item.sk?.S ?? '';
  const name = nameOfItem(key, table);
  try {
    const { version, ...stored } = JSON.parse(item.content?.S ?? '') as Stored<object>;
    const silence = readSilence(withCurrentNames<unknown>(stored, version, name));
    if (silence) return silence;
  } catch {
    // Reported below, without the reason: it would help nobody.
  }
  return unreadableSilence(name, `use ${removal(key, table)}`);
}
