import { MINUTE_MS, SECOND_MS } from '../functions/monitor/timeline/time.ts';
import { fraction, hash } from './random.ts';
import type { Incident, Scenario } from './scenario.ts';

/** An event as the simulated Togai knows it. */
export interface SimulatedEvent {
  /** The position of the event: the second (epoch s) of its `createdAt`, and its place in that second. */
  readonly second: number;
  readonly index: number;
  readonly referenceId: string;
  readonly id: string;
  readonly accountId: string;
  readonly schemaName: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly status: string;
  readonly statusDescription: string;
}

/**
 * Seconds from the `timestamp` of an event to its arrival: some events come late, and one sender has a fast clock.
 * The set is fixed, so that an event can be found by either time.
 */
const LAGS = [1, 2, 3, 7 * 60, 25 * 60, -2] as const;
const ACCOUNTS = ['acme', 'globex', 'initech', 'umbrella', 'hooli', 'stark', 'wayne', 'tyrell'];
const SMALL_ACCOUNTS = 40;
const SCHEMAS = ['api_call', 'message_sent', 'ride_completed', 'storage_snapshot'];

const METERED = {
  status: 'INGESTION_COMPLETED_EVENT_METERED',
  statusDescription: 'Usage was recorded.',
};
const IN_PROGRESS = {
  status: 'INGESTION_IN_PROGRESS',
  statusDescription: 'Still being processed.',
};
const DUPLICATE = {
  status: 'INGESTION_FAILED_DUPLICATE_EVENT',
  statusDescription: 'An event with this id was ingested before.',
};

/** The problem statuses of any day, each with its share of all events, 0–1. */
const NOISE: readonly { status: string; statusDescription: string; share: number }[] = [
  {
    status: 'INGESTION_COMPLETED_NO_MATCHING_METERS',
    statusDescription: 'No usage meter matches the event.',
    share: 0.001,
  },
  {
    status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
    statusDescription: 'The event was ingested, but its account has no price plan at that time.',
    share: 0.0005,
  },
  {
    status: 'INGESTION_FAILED_ACCOUNT_NOT_FOUND',
    statusDescription: 'There is no such account.',
    share: 0.001,
  },
  { status: 'REVERTED', statusDescription: 'Undone by a correction.', share: 0.001 },
  { ...DUPLICATE, share: 0.004 },
];

export interface TrafficOptions {
  readonly seed: number;
  readonly scenario: Scenario;
}

/** A stream of events. None is stored: each call makes the events of a second again, from the seed. */
export class Traffic {
  readonly #seed: number;
  readonly #scenario: Scenario;

  constructor({ seed, scenario }: TrafficOptions) {
    this.#seed = seed;
    this.#scenario = scenario;
  }

  /**
   * The events that arrived in a second, by `createdAt`.
   *
   * @param second epoch s
   * @param now epoch ms; later events are left out, and fresh events are in progress
   */
  createdIn(second: number, now: number): SimulatedEvent[] {
    const count = this.#countIn(second);
    const events: SimulatedEvent[] = [];
    for (let index = 0; index < count; index++) {
      // Even intervals, so that the order by index is the order in time.
      const createdAt = second * SECOND_MS + Math.floor((index * SECOND_MS) / count);
      if (createdAt > now) break;
      events.push(this.#event(second, index, createdAt, now));
    }
    return events;
  }

  /** The events whose `timestamp` is in a second (epoch s), by `timestamp`, then by arrival. */
  happenedIn(second: number, now: number): SimulatedEvent[] {
    return LAGS.flatMap((lag) =>
      this.createdIn(second + lag, now).filter(
        ({ timestamp }) => Math.floor(timestamp / SECOND_MS) === second,
      ),
    ).sort((a, b) => a.timestamp - b.timestamp || a.second - b.second || a.index - b.index);
  }

  /** The events with an id, the latest first: one event, or an original and its duplicate. */
  byId(id: string, now: number): SimulatedEvent[] {
    const position = /^e-([0-9a-z]{1,10})-([0-9a-z]{1,6})$/.exec(id);
    if (!position) return [];
    const second = Number.parseInt(position[1] ?? '', 36);
    return this.createdIn(second, now)
      .filter((event) => event.id === id)
      .reverse();
  }

  #countIn(second: number): number {
    const hour = (second % 86_400) / 3_600;
    // The rate follows the day: a third above the mean at noon, a third below at midnight (UTC).
    const rate = this.#scenario.eventsPerSecond * (1 - Math.cos((hour / 12) * Math.PI) / 3);
    return Math.floor(rate + fraction(this.#seed, second, 1));
  }

  #event(second: number, index: number, createdAt: number, now: number): SimulatedEvent {
    const roll = (purpose: number) => fraction(this.#seed, second, index, purpose);
    const accountId = pickAccount(roll(2), hash(this.#seed, second, index, 3));
    const schemaName = SCHEMAS[hash(this.#seed, second, index, 4) % SCHEMAS.length] ?? '';
    const outcome = this.#outcome(accountId, schemaName, createdAt, roll);
    const duplicate = outcome.status === DUPLICATE.status && index > 0;
    const settled = now >= createdAt + this.#settleMs(createdAt, roll(7));
    return {
      second,
      index,
      referenceId: `event.${this.#seed.toString(36)}.${second.toString(36)}.${index.toString(36)}`,
      // A duplicate has the id of its original, which is the event before it.
      id: `e-${second.toString(36)}-${(duplicate ? index - 1 : index).toString(36)}`,
      accountId,
      schemaName,
      createdAt,
      timestamp: createdAt - pickLag(roll(5)) * SECOND_MS,
      ...(settled ? outcome : IN_PROGRESS),
    };
  }

  #outcome(
    accountId: string,
    schemaName: string,
    createdAt: number,
    roll: (purpose: number) => number,
  ): { status: string; statusDescription: string } {
    const incident = this.#scenario.incidents.find(
      (candidate) => hits(candidate, accountId, schemaName, createdAt) && roll(8) < candidate.share,
    );
    if (incident) {
      return { status: incident.status, statusDescription: incident.statusDescription };
    }
    let noise = roll(6);
    for (const { share, ...outcome } of NOISE) {
      if (noise < share) return outcome;
      noise -= share;
    }
    return METERED;
  }

  /** Time in ms until an event is settled: 2 to 30 s, but up to 10 min for 1% of the events. A backlog is longer. */
  #settleMs(createdAt: number, roll: number): number {
    const backlog = this.#scenario.backlogs.find(
      ({ start, end }) => createdAt >= start && createdAt < end,
    );
    if (backlog) return backlog.settleMs;
    return roll < 0.01 ? roll * 1_000 * MINUTE_MS : (2 + 28 * roll) * SECOND_MS;
  }
}

function hits(incident: Incident, account: string, schema: string, createdAt: number): boolean {
  return (
    createdAt >= incident.start &&
    createdAt < incident.end &&
    (incident.account === undefined || incident.account === account) &&
    (incident.schema === undefined || incident.schema === schema)
  );
}

/** 40% of the events are of the largest account, 50% of seven others, 10% of many small ones. */
function pickAccount(roll: number, choice: number): string {
  if (roll < 0.4) return ACCOUNTS[0] ?? '';
  if (roll < 0.9) return ACCOUNTS[1 + (choice % (ACCOUNTS.length - 1))] ?? '';
  return `shop-${String(choice % SMALL_ACCOUNTS).padStart(2, '0')}`;
}

function pickLag(roll: number): number {
  if (roll < 0.5) return LAGS[0];
  if (roll < 0.8) return LAGS[1];
  if (roll < 0.97) return LAGS[2];
  if (roll < 0.985) return LAGS[3];
  return roll < 0.995 ? LAGS[4] : LAGS[5];
}
