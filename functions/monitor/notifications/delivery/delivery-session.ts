import type { IgnoreLists } from '../../events/counts.ts';
import type { Found } from '../../incidents/add-looked-up-facts.ts';
import type { Incident, Notified } from '../../incidents/incident.ts';
import type { Silence } from '../../incidents/silence.ts';
import type { MonitorState } from '../../monitor-state.ts';
import type { FactsInput } from '../incident-facts.ts';

/** The part of the session that delivering needs. Its run holds the lease. */
export interface DeliverySession {
  readonly state: MonitorState;
  readonly incidents: readonly Incident[];
  readonly silences: {
    readonly list: readonly Silence[];
    /** A person may have made one since the run began. */
    readAgain(): Promise<void>;
  };
  change(next: (state: MonitorState) => MonitorState): void;
  /** @throws SupersededError */
  ensureLease(): void;
  /** Notes the results of looking up an incident. @throws SupersededError */
  noteFound(incidentId: string, found: Found): Promise<void>;
  /** Stores the last notification of a channel, and the noted results. @throws SupersededError */
  recordNotified(incidentId: string, channel: string, notified: Notified): Promise<void>;
  /** Stores that a channel has a notice. @throws SupersededError */
  recordNotice(id: string, channel: string): Promise<void>;
}

export interface DeliveryRequest {
  readonly scheduledTime: number;
  readonly signal: AbortSignal;
  /** From then on nothing is looked up. */
  readonly softDeadline: AbortSignal;
  readonly settings: {
    readonly dashboardUrl: string;
    readonly runbookUrl: string;
    readonly timeZone?: string | undefined;
    readonly repeatMs: number;
    readonly ignoreLists: IgnoreLists;
  };
  /**
   * The input of messages about usage events; left out where only messages about the monitor go
   * out.
   */
  readonly facts: FactsInput | undefined;
  /**
   * The messages that the run has tried before: one may have arrived although its delivery failed.
   * @default none
   */
  readonly failed?: ReadonlySet<string>;
}
