import { SettingError } from '../functions/monitor/errors.ts';
import { checkSchemas, ignoredAt } from '../functions/monitor/settings/ignore-list.ts';
import { CHECK_SETTINGS, SETTINGS } from '../functions/monitor/settings/table.ts';
import { printable } from '../functions/monitor/text/text.ts';
import { parseDuration } from '../functions/monitor/timeline/duration.ts';
import { DAY_MS, MINUTE_MS, type Range } from '../functions/monitor/timeline/time.ts';
import type { CheckRequest } from './check.ts';
import { naming, readTime, type SettingFlags } from './flags.ts';
import type { FoundSettings } from './settings.ts';
import type { Surroundings } from './terminal.ts';

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

/** A longer range would take hours, and its buckets would fill the memory. */
const MAX_RANGE_MS = 31 * DAY_MS;

/** @throws SettingError that names the flag or the variable */
export function readCheckRequest(
  flags: CheckFlags,
  settings: FoundSettings,
  { clock }: Surroundings,
): CheckRequest {
  const now = clock.now();
  const windowMinutes = settings.read('windowMinutes');
  // The limits of a stack are for its window.
  const window =
    flags.stack === undefined ? readRange(flags, now) : readRange(flags, now, `${windowMinutes}m`);
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

/** @throws SettingError that names the flag */
export function readRange(
  flags: { readonly [flag in 'since' | 'from' | 'to']?: string | undefined },
  now: number,
  fallback = '60m',
): Range {
  if (flags.from !== undefined) {
    const start = readTime('--from', flags.from);
    const end = flags.to === undefined ? now : readTime('--to', flags.to);
    return checkRange({ start, end }, now);
  }
  if (flags.to !== undefined) {
    throw new SettingError('--to is the end of the range; give its start with --from');
  }
  const text = flags.since ?? fallback;
  const duration = parseDuration(text);
  if (duration === undefined) {
    throw new SettingError(
      `--since: "${printable(text, 80)}" is not a duration; write minutes, hours or days: 90m, 6h, 2d`,
    );
  }
  return checkRange({ start: now - duration, end: now }, now);
}

/** @throws SettingError if a range is empty, ends in the future, or is too long */
function checkRange(range: Range, now: number): Range {
  if (range.start >= now) {
    throw new SettingError('--from is in the future; choose a time in the past');
  }
  if (range.start >= range.end) {
    throw new SettingError('--from is not before --to; swap them, or choose a later --to');
  }
  if (range.end > now) {
    throw new SettingError('--to is in the future; leave it out to count up to now');
  }
  if (range.end - range.start > MAX_RANGE_MS) {
    throw new SettingError('the range is longer than 31 days; count it in shorter pieces');
  }
  return range;
}
