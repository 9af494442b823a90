import type { WorldSettings } from '../../world/world-settings.ts';

/**
 * Whether the judge may miss losses: it leaves out those of accounts and schemas that are ignored
 * for some days, also on the days after.
 *
 * @param account only losses of this one matter. @default of any account
 */
export function mayMissLosses(
  { ignoredAccounts, ignoredSchemas }: WorldSettings,
  account?: string,
): boolean {
  const ofAccounts = ignoredAccounts.filter(({ name }) => (account ?? name) === name);
  return [...ofAccounts, ...ignoredSchemas].some(({ lastDay }) => lastDay);
}
