import type { Fault, Scenario } from '../../world/scenario.ts';
import type { Channel } from './is-for-people.ts';

/** The faults of a world that can stand in the way of a message to a channel. */
export function faultsOf({ faults }: Scenario, channel: Channel): readonly Fault[] {
  return faults.filter(
    (fault) => !('channel' in fault) || fault.channel === undefined || fault.channel === channel,
  );
}
