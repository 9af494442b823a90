import { Token, Tokenization } from 'aws-cdk-lib';
import { variableOf } from '../functions/monitor/settings/names.ts';
import { SETTINGS, type SettingKey } from '../functions/monitor/settings/table.ts';

/** Settings by their key. `docs/operations.md` describes each under its name as a stack parameter. */
export type MonitorSettings = Readonly<Partial<Record<SettingKey, string | number>>>;

/**
 * Every setting as an environment variable of the function, with its default if it is left out.
 *
 * @throws Error that names the setting, for a wrong value that is known at synthesis
 */
export function settingsAsVariables(settings: MonitorSettings): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const { name, defaultText, parse } = SETTINGS[key];
    const value = settings[key] ?? defaultText;
    if (!Token.isUnresolved(value)) {
      try {
        parse(String(value));
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
    }
    variables[variableOf(SETTINGS[key])] =
      typeof value === 'number' ? Tokenization.stringifyNumber(value) : value;
  }
  return variables;
}
