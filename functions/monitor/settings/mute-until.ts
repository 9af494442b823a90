import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';
import { DAY_MS, isoTime, parseWrittenTime } from '../timeline/time.ts';

/** A longer mute is more often a mistyped year than an intention. */
const MAX_MUTE_MS = 30 * DAY_MS;

/** A mute as a person wrote it. */
export interface MuteSetting {
  /** The parameter or the flag that holds the text. */
  readonly name: string;
  readonly text: string;
  /** Epoch ms; `undefined` if there is no mute. */
  readonly until: number | undefined;
}

/**
 * Reads a time; without a zone it is UTC.
 *
 * @returns epoch ms, or `undefined` for an empty text
 * @throws SettingError for a text that is not a time
 */
export function parseMuteUntil(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const time = parseWrittenTime(text);
  if (time !== undefined) return time;
  throw new SettingError(
    `"${printable(text, 80)}" is not a time; write it like 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00`,
  );
}

/**
 * Whether a mute holds at a time. A mute more than 30 days ahead is refused. It stays refused when its time comes
 * nearer, until a person writes another one.
 *
 * @param refusedBefore the text of the mute that an earlier run refused
 * @param now epoch ms
 * @returns `refused`: the text to remember as refused; `problem`: a sentence, empty if nothing is wrong
 */
export function muteAt(
  { name, text, until }: MuteSetting,
  refusedBefore: string | undefined,
  now: number,
): { readonly muted: boolean; readonly refused: string | undefined; readonly problem: string } {
  if (until === undefined || until <= now)
    return { muted: false, refused: refusedBefore, problem: '' };
  if (until - now > MAX_MUTE_MS) {
    const problem = `${name}: ${isoTime(until)} is more than 30 days ahead, so nothing is muted; choose a nearer time.`;
    return { muted: false, refused: text, problem };
  }
  if (refusedBefore !== text) return { muted: true, refused: refusedBefore, problem: '' };
  const problem = `${name}: ${text} was refused earlier, when it was more than 30 days ahead, and is still refused; write another time to mute.`;
  return { muted: false, refused: text, problem };
}
