import { isBreached, isPlain } from './breach.ts';
import type { Evaluated } from './evaluated.ts';
import type { Known } from './finished-world.ts';
import { isEnd } from './incidents-per-channel.ts';
import { isForPeople } from './is-for-people.ts';

/**
 * Whether some accounts alone plainly breach a threshold in the window of a run. Then no silence of
 * other accounts may hold back their incident.
 */
export function isHeardBreach(
  { losses, scenario, told }: Known,
  { channel, run, source, window }: Evaluated,
  subject: string,
  accounts: ReadonlySet<string>,
): boolean {
  // Losses before an earlier end are counted by it.
  const endedAt = [...told.values()]
    .flat()
    .filter((one) => isEnd(one) && one.message.subject === subject && one.time < run.endedAt)
    .reduce((latest, { time }) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  const own = losses
    .certainIn(subject, window, source, true)
    .filter(({ account, certainFrom = 0 }) => accounts.has(account) && certainFrom > endedAt);
  return scenario.settings.thresholds.some(
    (threshold) =>
      threshold.subject === subject &&
      // Counts tell accounts and schemas apart, and not the schemas of an account.
      threshold.by !== 'schema' &&
      isPlain(threshold) &&
      (threshold.critical || isForPeople(channel)) &&
      isBreached(threshold, own, scenario.weight),
  );
}
