import type { Fault, Scenario } from '../../world/scenario.ts';

export type Channel = string;

/** Gets critical incidents only: one message that an incident is open, and one that it is over. */
const PAGER = 'pager';

/** Whether a channel gets warnings, accounts that join, and notices. */
export function isForPeople(channel: Channel): boolean {
  return channel !== PAGER;
}

/** The faults of a world that can stand in the way of a message to a channel. */
export function faultsOf({ faults }: Scenario, channel: Channel): readonly Fault[] {
  return faults.filter(
    (fault) => !('channel' in fault) || fault.channel === undefined || fault.channel === channel,
  );
}
