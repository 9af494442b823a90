import type { Command } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import type { SettingKey } from '../functions/monitor/settings/all-settings.ts';
import { flagOf } from '../functions/monitor/settings/names.ts';
import type { Setting } from '../functions/monitor/settings/setting.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { parseWrittenTime } from '../functions/monitor/timeline/time.ts';
import type { Surroundings } from './terminal.ts';

/** Reads the flags that several commands share. Each error names its flag. */

/** The exit codes. Code 1 stays free for crashes and for npm. */
export const EXIT = { nothingBreached: 0, couldNotCount: 2, breached: 3 } as const;

/** Sets the exit code of the process. */
export type ExitWith = (code: number) => void;

/** The text of each setting; `undefined` if its flag is absent. */
export type SettingFlags = Record<SettingKey, string | undefined>;

/** Adds the flag that shows where each setting comes from. */
export function addVerbose(command: Command): void {
  command.option('--verbose', 'print each setting, and where it comes from, on stderr');
}

/** Adds the flag of a setting: `--minimum-events` for the stack parameter `MinimumEvents`. */
export function addSetting(command: Command, setting: Setting<unknown>): void {
  const fallback = setting.defaultText === '' ? '' : ` (default: ${setting.defaultText})`;
  command.option(`${flagOf(setting)} <${setting.placeholder}>`, setting.description + fallback);
}

/** Reads a time; without a zone it is UTC. @returns epoch ms @throws SettingError */
export function readTime(flag: string, text: string): number {
  const time = parseWrittenTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (time !== undefined) return time;
  throw new SettingError(
    `${flag}: "${printable(text, 80)}" is not a time; write it like 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00`,
  );
}

/** Reads a time that is not in the future. @returns epoch ms @throws SettingError */
export function readPast(flag: string, text: string, { clock }: Surroundings): number {
  const time = readTime(flag, text);
  if (time <= clock.now()) return time;
  throw new SettingError(`${flag} is in the future; leave it out to run now`);
}

/** Puts the name of a flag or variable before the message of a SettingError. */
export function naming<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new SettingError(`${source}: ${error.message}`, { cause: error });
  }
}
