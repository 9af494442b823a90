import { MINUTE_MS, SECOND_MS } from '../functions/monitor/timeline/time.ts';
import { fraction, hash } from './random.ts';

/** A status, and the description that Togai gives of it. */
export interface Outcome {
  readonly status: string;
  readonly statusDescription: string;
}

/** An account and a schema, the fields that events are counted by. */
export interface Group {
  readonly accountId: string;
  readonly schemaName: string;
}

/** The part of an event that does not depend on its time. */
export interface Traits {
  /** The place of its group in GROUPS. */
  readonly group: number;
  /** Time from its `timestamp` to its arrival, unless a lag of the scenario hits it. Whole seconds, in ms. */
  readonly lagMs: number;
  /** How it settles, unless an incident hits it. */
  readonly outcome: Outcome;
  /** Time until it is settled, unless there is a backlog. */
  readonly settleMs: number;
  /** An incident hits the event if its share is larger, and likewise a lag. 0–1 */
  readonly incidentRoll: number;
  readonly lagRoll: number;
}

const ACCOUNTS = ['acme', 'globex', 'initech', 'umbrella', 'hooli', 'stark', 'wayne', 'tyrell'];
const SMALL_ACCOUNTS = Array.from(
  { length: 40 },
  (_, index) => `shop-${String(index).padStart(2, '0')}`,
);
const SCHEMAS = ['api_call', 'message_sent', 'ride_completed', 'storage_snapshot'];

/** Every account with every schema. The schemas of an account stand together. */
export const GROUPS: readonly Group[] = [...ACCOUNTS, ...SMALL_ACCOUNTS].flatMap((accountId) =>
  SCHEMAS.map((schemaName) => ({ accountId, schemaName })),
);

export const METERED: Outcome = {
  status: 'INGESTION_COMPLETED_EVENT_METERED',
  statusDescription: 'Usage was recorded.',
};
export const IN_PROGRESS: Outcome = {
  status: 'INGESTION_IN_PROGRESS',
  statusDescription: 'Still being processed.',
};
export const DUPLICATE: Outcome = {
  status: 'INGESTION_FAILED_DUPLICATE_EVENT',
  statusDescription: 'An event with this id was ingested before.',
};

/** The problem statuses of any day, each with its share of all events, 0–1. */
const NOISE: readonly { outcome: Outcome; share: number }[] = [
  {
    outcome: {
      status: 'INGESTION_COMPLETED_NO_MATCHING_METERS',
      statusDescription: 'No usage meter matches the event.',
    },
    share: 0.001,
  },
  {
    outcome: {
      status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
      statusDescription: 'The event was ingested, but its account has no price plan at that time.',
    },
    share: 0.0005,
  },
  {
    outcome: {
      status: 'INGESTION_FAILED_ACCOUNT_NOT_FOUND',
      statusDescription: 'There is no such account.',
    },
    share: 0.001,
  },
  { outcome: { status: 'REVERTED', statusDescription: 'Undone by a correction.' }, share: 0.001 },
  { outcome: DUPLICATE, share: 0.004 },
];

/** The outcomes of any day. */
export const USUAL_OUTCOMES: readonly Outcome[] = [
  METERED,
  IN_PROGRESS,
  ...NOISE.map(({ outcome }) => outcome),
];

/** Some events come late on any day, and one sender has a fast clock. The shares add up to 1. */
const LAGS: readonly { lagMs: number; share: number }[] = [
  { lagMs: SECOND_MS, share: 0.5 },
  { lagMs: 2 * SECOND_MS, share: 0.3 },
  { lagMs: 3 * SECOND_MS, share: 0.17 },
  { lagMs: 7 * MINUTE_MS, share: 0.015 },
  { lagMs: 25 * MINUTE_MS, share: 0.01 },
  { lagMs: -2 * SECOND_MS, share: 0.005 },
];
export const USUAL_LAGS_MS: readonly number[] = LAGS.map(({ lagMs }) => lagMs);

/** Without a backlog 99% of the events are settled after this time, and all after the longer one. */
export const USUAL_SETTLE_MS = 30 * SECOND_MS;
export const MAX_SETTLE_MS = 10 * MINUTE_MS;

/** The traits of an event. The same seed, row and index give the same traits. */
export function makeTraits(seed: number, row: number, index: number): Traits {
  const roll = (purpose: number) => fraction(seed, row, index, purpose);
  const choice = (purpose: number) => hash(seed, row, index, purpose);
  return {
    group: pickAccount(roll(2), choice(3)) * SCHEMAS.length + (choice(4) % SCHEMAS.length),
    lagMs: pick(LAGS, roll(5))?.lagMs ?? SECOND_MS,
    outcome: pick(NOISE, roll(6))?.outcome ?? METERED,
    settleMs: settleMs(roll(7)),
    incidentRoll: roll(8),
    lagRoll: roll(9),
  };
}

/** 40% of the events are of the largest account, 50% of seven others, 10% of many small ones. @returns its number */
function pickAccount(roll: number, choice: number): number {
  if (roll < 0.4) return 0;
  if (roll < 0.9) return 1 + (choice % (ACCOUNTS.length - 1));
  return ACCOUNTS.length + (choice % SMALL_ACCOUNTS.length);
}

function pick<T extends { readonly share: number }>(all: readonly T[], roll: number) {
  let left = roll;
  return all.find(({ share }) => {
    left -= share;
    return left < 0;
  });
}

function settleMs(roll: number): number {
  const leastMs = 2 * SECOND_MS;
  return roll < 0.01 ? roll * 100 * MAX_SETTLE_MS : leastMs + (USUAL_SETTLE_MS - leastMs) * roll;
}
