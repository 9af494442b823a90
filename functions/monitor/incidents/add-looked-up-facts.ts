import { withCycle } from './critical-before-cycle-end.ts';
import type { Explanation, Incident } from './incident.ts';

/** The results of looking up an incident for its messages. */
export interface Found {
  readonly why: readonly Explanation[];
  /** The end of the billing cycle that closes first, epoch ms. */
  readonly cycleEnd: number | undefined;
  /** By account: the average revenue of a metered event, `null` where Togai knows too little. */
  readonly perEvent: ReadonlyMap<string, number | null>;
}

/**
 * An incident with the results of looking it up. The worth of an event stays as it was found first.
 * Otherwise the worth of the same events would change from message to message.
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
