import type { Command } from 'commander';
import { SettingError } from '../functions/monitor/errors.ts';
import { flagOf } from '../functions/monitor/settings/names.ts';
import type { Setting } from '../functions/monitor/settings/setting.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/table.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { parseTime } from '../functions/monitor/timeline/time.ts';
import type { TogaiEnvironment } from './credentials.ts';
import type { Surroundings } from './terminal.ts';

/** What flags of several commands have in common. Whatever is wrong with one names it. */

/** What a process ends with; 1 is left to crashes and to npm. */
export const EXIT = { nothingBreached: 0, couldNotCount: 2, breached: 3 } as const;

/** Tells the process how to end. */
export type ExitWith = (code: number) => void;

/** The text of each setting as it was written; `undefined` where it was not. */
export type SettingFlags = Record<SettingKey, string | undefined>;

/** The flag of a setting, by the one name it has everywhere. */
export function addSetting(command: Command, setting: Setting<unknown>): void {
  const fallback = setting.defaultText === '' ? '' : ` (default: ${setting.defaultText})`;
  command.option(`${flagOf(setting)} <${setting.placeholder}>`, setting.description + fallback);
}

/** The flag, else the environment, else production. @throws SettingError */
export function readBaseUrl(flag: string | undefined, environment: TogaiEnvironment): string {
  const setting = SETTINGS.togaiBaseUrl;
  return flag === undefined
    ? naming('TOGAI_BASE_URL', () => setting.parse(environment.baseUrl ?? setting.defaultText))
    : naming(flagOf(setting), () => setting.parse(flag));
}

/** Epoch ms. @throws SettingError */
export function readTime(flag: string, text: string): number {
  const time = parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (time !== undefined) return time;
  throw new SettingError(
    `${flag}: "${printable(text, 80)}" is no time; write it like 2026-11-21T09:00 (UTC) or 2026-11-21T10:00+01:00`,
  );
}

/** A time that is not to come, epoch ms. @throws SettingError */
export function readPast(flag: string, text: string, { clock }: Surroundings): number {
  const time = readTime(flag, text);
  if (time <= clock.now()) return time;
  throw new SettingError(`${flag} lies in the future; leave it out to run now`);
}

/** Puts where a value was written before what is wrong with it. */
export function naming<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new SettingError(`${source}: ${error.message}`, { cause: error });
  }
}
