import type { Scenario } from '../../world/scenario.ts';
import type { Complaint, Violation } from '../complaint.ts';
import type { Channel } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import type { RunNotes } from './run-notes.ts';
import type { Silences } from './silences.ts';
import type { TrueLosses } from './true-losses.ts';
import type { TrueTraffic } from './true-traffic.ts';

/** A world that is over, as the rules about incidents see it. */
export interface Known {
  readonly scenario: Scenario;
  readonly runs: RunNotes;
  readonly losses: TrueLosses;
  readonly traffic: TrueTraffic;
  readonly silences: Silences;
  /** The messages of each channel, oldest first. */
  readonly told: ReadonlyMap<Channel, readonly Told[]>;
}

export function violationAt(time: number, complaint: Complaint): Violation {
  return { ...complaint, time };
}
