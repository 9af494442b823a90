import { fraction, hash } from '../../simulator/random.ts';
import { seedOf } from './random.ts';
import { BUCKET, HOUR, type Incident, MINUTE, type Scenario } from './scenario.ts';
import type { TrueEvent } from './true-event.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const IN_PROGRESS = 'INGESTION_IN_PROGRESS';
/** Traffic begins so long before the first run: that run counts a window of the past, of a day at most. */
const BEFORE_START = 27 * HOUR;

/** All events of a scenario, oldest first by `createdAt`. Each bucket and each event draws its own random numbers. */
export function createTraffic(scenario: Scenario): TrueEvent[] {
  const { start, end, seed } = scenario;
  const events: TrueEvent[] = [];
  for (let bucket = start - BEFORE_START; bucket < end; bucket += BUCKET) {
    const active = scenario.incidents.filter(
      ({ from, to }) => from < bucket + BUCKET && to > bucket,
    );
    const count = eventsIn(scenario, bucket, active);
    for (let index = 0; index < count; index++) {
      const own = hash(seedOf(seed, 'event'), bucket / 1_000, index);
      // Some are created exactly at the start of the bucket, where a wrong bound would lose or double them.
      const isAtStart = fraction(own, 8) < 0.02;
      const createdAt = bucket + (isAtStart ? 0 : Math.floor(fraction(own, 1) * BUCKET));
      events.push(createEvent(scenario, active, own, createdAt));
    }
    for (const burst of active) {
      if (burst.kind !== 'burst' || burst.from < bucket) continue;
      for (let index = 0; index < burst.events; index++) {
        const own = hash(seedOf(seed, burst.id), bucket / 1_000, index);
        const createdAt = burst.from + Math.floor(fraction(own, 1) * (burst.to - burst.from));
        events.push(createEvent(scenario, active, own, createdAt, burst));
      }
    }
  }
  const isSent = ({ account, createdAt }: TrueEvent) =>
    !scenario.incidents.some(
      (one) =>
        one.kind === 'silence' &&
        one.account === account &&
        one.from <= createdAt &&
        one.to > createdAt,
    );
  return events
    .filter(isSent)
    .sort((a, b) => a.createdAt - b.createdAt || (a.referenceId < b.referenceId ? -1 : 1));
}

/** How many events are created in a bucket: few at night, most at noon. */
function eventsIn(
  { seed, perBucket }: Scenario,
  bucket: number,
  active: readonly Incident[],
): number {
  if (active.some((one) => one.kind === 'silence' && one.account === undefined)) return 0;
  const hour = (bucket / HOUR) % 24;
  const daylight = Math.max(0.1, Math.cos(((hour - 12) / 12) * Math.PI));
  const draw = (purpose: number) => fraction(seedOf(seed, 'bucket'), bucket / 1_000, purpose);
  // The fraction of an event is a chance: with one event an hour most buckets have none.
  return Math.floor(2 * perBucket * daylight * draw(1) + draw(2));
}

function createEvent(
  scenario: Scenario,
  active: readonly Incident[],
  own: number,
  createdAt: number,
  burst?: Incident & { readonly kind: 'burst' },
): TrueEvent {
  const { seed, accounts, schemas } = scenario;
  const choose = (list: readonly string[], draw: number) =>
    list[Math.floor(fraction(own, draw) ** 1.5 * list.length)] ?? '';
  const account = burst?.account ?? choose(accounts, 2);
  const schema = choose(schemas, 3);
  const touching = active.filter(
    (incident) =>
      createdAt >= incident.from &&
      createdAt < incident.to &&
      'share' in incident &&
      fraction(own, seedOf(seed, incident.id)) < incident.share,
  );
  const fate = fateOf(
    { createdAt, account, schema, ...usualFate(own, createdAt, burst?.status) },
    touching,
  );
  const backdated = touching.reduce((ms, one) => (one.kind === 'backdated' ? one.byMs : ms), 0);
  const reference = own.toString(36).padStart(7, '0');
  return {
    referenceId: `ref-${createdAt.toString(36)}-${reference}`,
    id: `evt-${reference}`,
    createdAt,
    // Events happen before they are received, some of them long before.
    timestamp: createdAt - backdated - Math.floor(fraction(own, 6) ** 8 * 90_000),
    account,
    schema,
    ...fate,
  };
}

interface Fate {
  readonly status: string;
  /** How long the event is in progress, ms. */
  readonly settledAfter: number;
  readonly visibleAt: number;
  /** It is lost by chance. */
  readonly isStray: boolean;
}

/** The status, and when it comes, of an event that no incident touches. */
function usualFate(own: number, createdAt: number, burstStatus: string | undefined): Fate {
  // Even on a good day one event in three hundred is not metered.
  const isStray = fraction(own, 4) < 1 / 300;
  // Most are settled within seconds, some take minutes.
  const draw = fraction(own, 5);
  return {
    status: isStray ? 'INGESTION_COMPLETED_NO_MATCHING_METERS' : (burstStatus ?? METERED),
    settledAfter:
      draw < 0.93 ? draw * 15_000 : draw < 0.97 ? draw * 5 * MINUTE : draw * 15 * MINUTE,
    visibleAt: createdAt,
    isStray,
  };
}

/** The statuses of an event after the incidents that touch it, and the time from which on it is listed. */
function fateOf(
  event: Fate & Pick<TrueEvent, 'createdAt' | 'account' | 'schema'>,
  touching: readonly Incident[],
): Pick<TrueEvent, 'visibleAt' | 'statuses' | 'deletedAt'> {
  const { createdAt, account, schema, isStray } = event;
  let { status, settledAfter, visibleAt } = event;
  let deletedAt: number | undefined;
  const changes: { from: number; status: string }[] = [];
  for (const incident of touching) {
    switch (incident.kind) {
      case 'status':
        if (incident.account !== undefined && incident.account !== account) break;
        if (incident.schema !== undefined && incident.schema !== schema) break;
        status = incident.status;
        break;
      case 'calm':
        settledAfter = Math.min(settledAfter, 1_000);
        if (isStray) status = METERED;
        break;
      case 'pile-up':
        settledAfter = Math.max(settledAfter, incident.lastingMs);
        break;
      case 'late':
        visibleAt = createdAt + incident.delayMs;
        break;
      case 'changed':
        changes.push({ from: createdAt + incident.afterMs, status: incident.status });
        break;
      case 'deleted':
        deletedAt = createdAt + incident.afterMs;
        break;
    }
  }
  const settledAt = createdAt + Math.floor(settledAfter);
  return {
    visibleAt,
    deletedAt,
    statuses: [
      { from: visibleAt, status: IN_PROGRESS },
      { from: Math.max(visibleAt, settledAt), status },
      ...changes
        .filter(({ from }) => from > settledAt)
        .map(({ from, status: changed }) => ({ from: Math.max(visibleAt, from), status: changed }))
        .sort((a, b) => a.from - b.from),
    ],
  };
}
