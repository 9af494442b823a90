import { withCycle } from './cycle.ts';
import type { Explanation, Incident } from './incident.ts';

/** What was looked up about an incident for its messages. */
export interface Found {
  readonly why: readonly Explanation[];
  /** The end of the billing cycle that closes first, epoch ms. */
  readonly cycleEnd: number | undefined;
  /** By account: the average revenue of a metered event, `null` where Togai knows too little. */
  readonly perEvent: ReadonlyMap<string, number | null>;
}

/**
 * An incident with what was found. What an event of an account is worth stays as it was found first: otherwise the worth of the
 * same events would change from message to message.
 *
 * @param now the time of the run, epoch ms
 */
export function withFound(
  incident: Incident,
  { why, cycleEnd, perEvent }: Found,
  now: number,
): Incident {
  const accounts = incident.accounts.map((account) => {
    const found = perEvent.get(account.name);
    return found === undefined || account.perEvent !== undefined
      ? account
      : { ...account, perEvent: found };
  });
  const known = {
    ...incident,
    ...(why.length > 0 && { why }),
    ...(cycleEnd !== undefined && { cycleEnd: firstEnd(cycleEnd, incident.cycleEnd, now) }),
    ...(perEvent.size > 0 && { accounts }),
  };
  return withCycle(known, now);
}

function firstEnd(found: number, before: number | undefined, now: number): number {
  return before === undefined || before <= now ? found : Math.min(found, before);
}
