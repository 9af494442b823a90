import { Token, Tokenization } from 'aws-cdk-lib';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/all-settings.ts';
import { variableOf } from '../functions/monitor/settings/names.ts';
import { readRunSettings } from '../functions/monitor/settings/read-for-run.ts';
import { checkText } from './check-literals.ts';

/** Settings by their key. `docs/reference.md` describes each under its name as a stack parameter. */
export type MonitorSettings = Readonly<Partial<Record<SettingKey, string | number>>>;

/**
 * Every setting as an environment variable of the function, with its default if it is left out.
 *
 * @throws Error that names the setting, for a wrong value that is known at synthesis
 */
export function settingsAsVariables(settings: MonitorSettings): Record<string, string> {
  checkSettings(settings);
  const variables: Record<string, string> = {};
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const value = settings[key] ?? SETTINGS[key].defaultText;
    variables[variableOf(SETTINGS[key])] =
      typeof value === 'number' ? Tokenization.stringifyNumber(value) : value;
  }
  return variables;
}

/** Checks each setting alone, and then the settings together as a run will. A token counts as its default. */
function checkSettings(settings: MonitorSettings): void {
  const known = (Object.keys(SETTINGS) as SettingKey[]).flatMap((key) => {
    const value = settings[key];
    return value === undefined || Token.isUnresolved(value) ? [] : [[key, String(value)] as const];
  });
  for (const [key, text] of known) {
    const setting = SETTINGS[key];
    try {
      setting.parse(text);
    } catch (error) {
      throw new Error(`${setting.name}: ${(error as Error).message}`, { cause: error });
    }
    checkText(setting.name, text, setting);
  }
  const texts = new Map(known);
  // At time 0 no entry of an ignore list has ended: the longest lists have to work.
  const { problem } = readRunSettings({ textOf: (key) => texts.get(key), dashboardUrl: '' }, 0);
  if (problem !== '') throw new Error(problem);
}
