import { DAY } from '../world/scenario.ts';
import type { WorldSettings } from '../world/world-settings.ts';

type IgnoreList = WorldSettings['ignoredAccounts'];

/**
 * The config of a count as text: the names that are ignored on the day of its bucket, and the time
 * field of the list. It is the judge's own counterpart of the config hash.
 */
export function configAt(
  { ignoredAccounts, ignoredSchemas }: WorldSettings,
  at: number,
  timeField: string | undefined,
): string {
  const ignoreLists = [...ignoredAt(ignoredAccounts, at), '/', ...ignoredAt(ignoredSchemas, at)];
  return `${ignoreLists.join(',')} by ${timeField ?? 'createdAt'}`;
}

/** The names of an ignore list that are ignored at a time. */
export function ignoredAt(list: IgnoreList, time: number): Set<string> {
  const holds = ({ lastDay }: IgnoreList[number]) =>
    lastDay === undefined || time < Date.parse(`${lastDay}T00:00:00Z`) + DAY;
  return new Set(list.filter(holds).map(({ name }) => name));
}
