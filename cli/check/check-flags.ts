import { SettingError } from '../../functions/monitor/errors.ts';
import { CHECK_SETTINGS, SETTINGS } from '../../functions/monitor/settings/all-settings.ts';
import { checkSchemas, ignoredAt } from '../../functions/monitor/settings/ignore-list.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';
import { naming, type SettingFlags } from '../flags.ts';
import { readRange } from '../range-flags.ts';
import type { FoundSettings } from '../settings.ts';
import type { Surroundings } from '../terminal.ts';
import type { CheckRequest } from './check.ts';

export const DEFAULT_SINCE = '60m';

/** The flags of `check`, as texts. */
export interface CheckFlags extends SettingFlags {
  readonly stack: string | undefined;
  readonly since: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly top: string | undefined;
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
  readonly verbose: boolean | undefined;
}

/** @throws SettingError that names the flag or the variable */
export function readCheckRequest(
  flags: CheckFlags,
  settings: FoundSettings,
  { clock }: Surroundings,
): CheckRequest {
  const now = clock.now();
  const windowMinutes = settings.read('windowMinutes');
  // The limits of a stack are for its window.
  const fallback = flags.stack === undefined ? DEFAULT_SINCE : `${windowMinutes}m`;
  const window = readRange(flags, now, fallback);
  const counting = settings.read('counting');
  const ignoreEntries = {
    accounts: settings.read('ignoredAccounts'),
    schemas: settings.read('ignoredSchemas'),
  };
  const accounts = ignoredAt(ignoreEntries.accounts, now);
  const ignoredNow = ignoredAt(ignoreEntries.schemas, now);
  const schemas = naming(settings.nameOf(SETTINGS.ignoredSchemas), () =>
    checkSchemas(ignoredNow, counting),
  );
  const ignoreLists = { accounts, schemas };
  const thresholds = settings.read('thresholds');
  return {
    window,
    thresholds,
    minimumEvents: settings.read('minimumEvents'),
    windowMs: windowMinutes * MINUTE_MS,
    requestsPerSecond: settings.read('maxRequestsPerSecond'),
    ignoreLists,
    ignoreEntries,
    ...settings.access(),
    namesBaseUrl: settings.isOfCommand('togaiBaseUrl'),
    counting,
    fromStack: settings.fromStack(CHECK_SETTINGS),
    keepsPart: !flags.json && !flags.quiet,
    checkClock: flags.to === undefined,
  };
}

/** @throws SettingError that names the flag */
export function readTop(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new SettingError(
    `--top: "${printable(text, 80)}" is not a number of accounts; write a whole number from 1 to 999999`,
  );
}
