import { DAY_MS, HOUR_MS, MINUTE_MS, type Range } from '../functions/monitor/timeline/time.ts';
import { BEGAN_BEFORE_START_MS, INCIDENT_AT_MS, INCIDENT_LASTS_MS } from './incident-times.ts';

/** The events that something happens to: by default those of all accounts and schemas. */
export interface Target {
  readonly account?: string;
  readonly schema?: string;
  /** The share of those events that it happens to, 0–1. */
  readonly share: number;
}

/** A period in which some events get a problem status. */
export interface Incident extends Range, Target {
  /** The status of these events, and the description that Togai gives of it. */
  readonly status: string;
  readonly statusDescription: string;
  /** An event is metered this long after it arrived, ms. @default never */
  readonly healsAfterMs?: number;
}

/** A period in which Togai settles events late. */
interface Backlog extends Range {
  /** Time from the arrival of an event until it is settled, ms. */
  readonly settleMs: number;
}

/** A period, by `createdAt`, in which the `timestamp` of some events is far from their arrival. */
interface Lag extends Range, Target {
  /**
   * Time from the `timestamp` to the arrival, ms: minutes for late events, days for backdated ones, negative for events of
   * the future. Whole seconds, so that an event is found by either time.
   */
  readonly lagMs: number;
}

export interface Scenario {
  readonly description: string;
  /** Events a second, on average over a day. */
  readonly eventsPerSecond: number;
  /** The first event arrives after this time, epoch ms. @default two days ago */
  readonly begins?: number;
  /** The simulated world began this long before now, ms. @default two days */
  readonly historyMs?: number;
  readonly incidents: readonly Incident[];
  readonly backlogs: readonly Backlog[];
  /** @default the lags of any day, up to 25 minutes */
  readonly lags?: readonly Lag[];
  /** The billing cycles of events that happened before this time are closed. Epoch ms. @default none is */
  readonly cyclesClosedBefore?: number;
}

/**
 * A history of so long shows the worth of events that were lost today or yesterday: three of the days 2 to 8 before are enough.
 */
export const HISTORY_WITH_WORTH_MS = 6 * DAY_MS;

/** Traffic in which nothing happens. */
const QUIET = { eventsPerSecond: 0.5, incidents: [], backlogs: [] };

const NO_PRICE_PLAN = {
  status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
  statusDescription: 'The event was ingested, but its account has no price plan at that time.',
};

const UNITS_INVALID = {
  status: 'INGESTION_FAILED_UNITS_INVALID',
  statusDescription: 'The usage units of the event could not be computed.',
};

const PARKED = {
  status: 'INGESTION_COMPLETED_EVENT_PARKED',
  statusDescription: 'The event waits for a decision.',
};

const LATE = [
  { lagMs: 45 * MINUTE_MS, share: 0.05 },
  { lagMs: 3 * DAY_MS, share: 0.02 },
  { lagMs: -HOUR_MS, share: 0.01 },
];

/** The scenarios, by name, as {@link BEGAN_BEFORE_START_MS} after the incident began. @param now epoch ms */
export function scenariosUnderWay(now: number): Readonly<Record<string, Scenario>> {
  return scenarios(now - BEGAN_BEFORE_START_MS - INCIDENT_AT_MS);
}

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
  const unbilled: Incident = {
    ...during(INCIDENT_AT_MS, INCIDENT_AT_MS + INCIDENT_LASTS_MS),
    ...NO_PRICE_PLAN,
    account: 'acme',
    share: 1,
  };
  const allDay = during(-DAY_MS, DAY_MS);
  return {
    quiet: {
      description: 'all events are metered, except for a handful',
      ...QUIET,
    },
    incident: {
      description: `for ${INCIDENT_LASTS_MS / MINUTE_MS} minutes a large account has no price plan`,
      ...QUIET,
      incidents: [unbilled],
    },
    schema: {
      description: 'all day one in ten events of the schema storage_snapshot fails',
      ...QUIET,
      eventsPerSecond: 2,
      incidents: [{ ...allDay, ...UNITS_INVALID, schema: 'storage_snapshot', share: 0.1 }],
    },
    backlog: {
      description: 'all day an event is in progress for 40 minutes',
      ...QUIET,
      eventsPerSecond: 2,
      backlogs: [{ ...allDay, settleMs: 40 * MINUTE_MS }],
    },
    late: {
      description:
        'all day some events are 45 minutes late, backdated by 3 days, or of the next hour',
      ...QUIET,
      incidents: [unbilled],
      lags: LATE.map((lag) => ({ ...allDay, ...lag })),
    },
    healing: {
      description: 'the incident, but each of its events is metered 25 minutes later',
      ...QUIET,
      incidents: [{ ...unbilled, healsAfterMs: 25 * MINUTE_MS }],
    },
    parked: {
      description: 'all day one in twenty events gets a status that no document of Togai names',
      ...QUIET,
      incidents: [{ ...allDay, ...PARKED, share: 0.05 }],
    },
    busy: {
      description: 'ten million events a day',
      ...QUIET,
      eventsPerSecond: 10_000_000 / 86_400,
    },
    flood: {
      description: 'the incident among ten thousand events a second, the most that Togai takes in',
      ...QUIET,
      eventsPerSecond: 10_000,
      incidents: [unbilled],
    },
  };
}
