import { SettingError } from '../../functions/monitor/errors.ts';
import { SETTINGS, type SettingKey } from '../../functions/monitor/settings/table.ts';
import { accepts } from '../support/cloudformation.ts';
import { standardTemplate } from './synthesized.ts';

export const template = standardTemplate();
export const { Parameters } = template;

export const takes = (name: string, value: string): boolean => {
  const definition = Parameters[name];
  if (!definition) throw new Error(`there is no parameter ${name}`);
  return accepts(definition, value);
};

export const parses = (key: SettingKey, text: string): boolean => {
  try {
    SETTINGS[key].parse(text || SETTINGS[key].defaultText);
    return true;
  } catch (error) {
    if (error instanceof SettingError) return false;
    throw error;
  }
};
