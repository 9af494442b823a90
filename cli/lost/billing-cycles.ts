import { TogaiError } from '../../functions/monitor/errors.ts';
import { METERED } from '../../functions/monitor/events/status-groups.ts';
import { cycleEndIn } from '../../functions/monitor/notifications/cycle-end.ts';
import type { DryRun, RedoableAccount } from './dry-run.ts';
import type { ReadingTogai } from './reading-togai.ts';
import type { Cycles } from './redo-report.ts';

/** So many accounts are looked up. */
const MOST_ACCOUNTS = 20;

/**
 * When the billing cycles of the accounts with most events close: after that their events may not be billable any more.
 *
 * @param now epoch ms
 * @throws the reason of `signal` once that is aborted
 */
export async function cyclesOf(
  dryRun: DryRun,
  togai: ReadingTogai,
  now: number,
  signal: AbortSignal,
): Promise<Cycles> {
  const cycles = new Map<string, number | undefined>();
  for (const account of dryRun.largest(MOST_ACCOUNTS)) {
    cycles.set(account.name, await cycleEndOf(account, togai, now, signal));
  }
  return cycles;
}

/** A lost event may have no price plan, so a metered one of its account is looked up, too. */
async function cycleEndOf(
  { name, sample }: RedoableAccount,
  togai: ReadingTogai,
  now: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const end = cycleEndIn((await togai.lookUp(sample, signal)).details, now);
    if (end !== undefined) return end;
    const query = { status: METERED, accountId: name, pageSize: 5 };
    for await (const { events } of togai.pages(query, signal)) {
      const metered = events.find(
        ({ status, accountId, id }) => status === METERED && accountId === name && id,
      );
      if (!metered?.id) return undefined;
      return cycleEndIn((await togai.lookUp(metered.id, signal)).details, now);
    }
  } catch (error) {
    if (!(error instanceof TogaiError)) throw error;
  }
  return undefined;
}
