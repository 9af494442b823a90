import type { Fault, Scenario } from '../../world/scenario.ts';

export type Channel = string;

/** It is told of critical incidents only, and of them only that they are open, and that they are over. */
const PAGER = 'pager';

/** Whether a channel is told of incidents that are no more than a warning, of who joins one, and of notices. */
export function isForPeople(channel: Channel): boolean {
  return channel !== PAGER;
}

/** The faults of a world that can stand in the way of a message to a channel. */
export function faultsOf({ faults }: Scenario, channel: Channel): readonly Fault[] {
  return faults.filter(
    (fault) => !('channel' in fault) || fault.channel === undefined || fault.channel === channel,
  );
}
