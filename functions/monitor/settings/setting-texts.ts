import { SETTINGS, type SettingKey } from './all-settings.ts';
import type { TextOf } from './read-or-default.ts';

/** The text of each setting, or of its default, by the name of its stack parameter. */
export function settingTexts(textOf: TextOf): Record<string, string> {
  const keys = Object.keys(SETTINGS) as SettingKey[];
  return Object.fromEntries(
    keys.map((key) => [SETTINGS[key].name, textOf(key) ?? SETTINGS[key].defaultText]),
  );
}
