import { DAY_MS, HOUR_MS, MINUTE_MS, type Range } from '../functions/monitor/timeline/time.ts';

/** What goes wrong for a while. */
export interface Incident extends Range {
  /** The status that events get instead of being metered, and Togai's words for it. */
  readonly status: string;
  readonly statusDescription: string;
  /** Only events of this account. */
  readonly account?: string;
  /** Only events of this schema. */
  readonly schema?: string;
  /** Share of those events that are hit, 0–1. */
  readonly share: number;
}

/** A period in which Togai settles events late. */
interface Backlog extends Range {
  /** How long after its arrival an event is settled. */
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
 * @param origin the start of the scripted day, epoch ms; incidents are placed relative to it
 */
export function scenarios(origin: number): Readonly<Record<string, Scenario>> {
  const during = (startMs: number, endMs: number): Range => ({
    start: origin + startMs,
    end: origin + endMs,
  });
  return {
    quiet: {
      description: 'everything is metered but for a handful',
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
      description: 'all day one schema in ten events cannot be read',
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
      description: 'all day Togai takes 40 minutes to settle an event',
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
