import { SettingError } from '../../functions/monitor/errors.ts';
import { SETTINGS } from '../../functions/monitor/settings/all-settings.ts';
import { checkSchemas, ignoredAt } from '../../functions/monitor/settings/ignore-list.ts';
import type { FoundSettings } from '../settings.ts';
import type { Finding } from './answers.ts';

/** The settings that the monitor cannot go by with this Togai. @param at epoch ms; entries of an ignore list end */
export function findingsOfSettings(settings: FoundSettings, at: number): Finding[] {
  const ignored = ignoredAt(settings.read('ignoredSchemas'), at);
  try {
    // Togai metrics can leave out a few schemas only.
    checkSchemas(ignored, 'auto');
    return [];
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const text = `${settings.nameOf(SETTINGS.ignoredSchemas)}: ${error.message}.`;
    return [{ id: 'ignored-schemas', state: 'reservation', text }];
  }
}
