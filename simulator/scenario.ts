import { DAY_MS, HOUR_MS, MINUTE_MS, type Range } from '../functions/monitor/timeline/time.ts';

/** A period in which some events get a problem status. */
export interface Incident extends Range {
  /** The status of these events, and the description that Togai gives of it. */
  readonly status: string;
  readonly statusDescription: string;
  /** Only events of this account. */
  readonly account?: string;
  /** Only events of this schema. */
  readonly schema?: string;
  /** The share of those events that get the status, 0–1. */
  readonly share: number;
}

/** A period in which Togai settles events late. */
interface Backlog extends Range {
  /** Time from the arrival of an event until it is settled, ms. */
  readonly settleMs: number;
}

export interface Scenario {
  readonly description: string;
  /** Events a second, on average over a day. */
  readonly eventsPerSecond: number;
  readonly incidents: readonly Incident[];
  readonly backlogs: readonly Backlog[];
}

const NO_PRICE_PLAN = {
  status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
  statusDescription: 'The event was ingested, but its account has no price plan at that time.',
};

/**
 * The scenarios, by name.
 *
 * @param origin the start of the scripted day, epoch ms; the incidents are relative to it
 */
export function scenarios(origin: number): Readonly<Record<string, Scenario>> {
  const during = (startMs: number, endMs: number): Range => ({
    start: origin + startMs,
    end: origin + endMs,
  });
  return {
    quiet: {
      description: 'all events are metered, except for a handful',
      eventsPerSecond: 0.5,
      incidents: [],
      backlogs: [],
    },
    incident: {
      description: 'from 09:10 to 10:20 of the scripted day a large account has no price plan',
      eventsPerSecond: 0.5,
      incidents: [
        {
          ...during(9 * HOUR_MS + 10 * MINUTE_MS, 10 * HOUR_MS + 20 * MINUTE_MS),
          ...NO_PRICE_PLAN,
          account: 'acme',
          share: 1,
        },
      ],
      backlogs: [],
    },
    schema: {
      description: 'all day one in ten events of the schema storage_snapshot fails',
      eventsPerSecond: 2,
      incidents: [
        {
          ...during(-DAY_MS, DAY_MS),
          status: 'INGESTION_FAILED_UNITS_INVALID',
          statusDescription: 'The usage units of the event could not be computed.',
          schema: 'storage_snapshot',
          share: 0.1,
        },
      ],
      backlogs: [],
    },
    backlog: {
      description: 'all day an event is in progress for 40 minutes',
      eventsPerSecond: 2,
      incidents: [],
      backlogs: [{ ...during(-DAY_MS, DAY_MS), settleMs: 40 * MINUTE_MS }],
    },
    busy: {
      description: 'ten million events a day',
      eventsPerSecond: 10_000_000 / 86_400,
      incidents: [],
      backlogs: [],
    },
  };
}
