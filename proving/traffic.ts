import { fraction, hash } from '../simulator/random.ts';
import { seedOf } from './random.ts';
import { BUCKET, HOUR, type Incident, MINUTE, type Scenario } from './scenario.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const IN_PROGRESS = 'INGESTION_IN_PROGRESS';

/** An event, and all that will ever become of it. Times are epoch ms. */
export interface TrueEvent {
  readonly referenceId: string;
  readonly id: string;
  readonly createdAt: number;
  readonly timestamp: number;
  readonly account: string;
  readonly schema: string;
  /** From when on Togai lists it. */
  readonly visibleAt: number;
  /** The statuses that it has, each from a time on, oldest first; the first from {@link visibleAt} on. */
  readonly statuses: readonly { readonly from: number; readonly status: string }[];
}

/** Its status at a time; `undefined` while it is not listed. */
export function statusAt({ visibleAt, statuses }: TrueEvent, time: number): string | undefined {
  if (time < visibleAt) return undefined;
  let status = statuses[0]?.status;
  for (const change of statuses) if (change.from <= time) status = change.status;
  return status;
}

/** All events of a scenario, oldest first by `createdAt`. Each bucket, and each event, draws numbers of its own. */
export function createTraffic(scenario: Scenario): TrueEvent[] {
  const { start, end, seed } = scenario;
  const events: TrueEvent[] = [];
  // What came before the first run is there, too.
  for (let bucket = start - 4 * HOUR; bucket < end; bucket += BUCKET) {
    const active = scenario.incidents.filter(
      ({ from, to }) => from < bucket + BUCKET && to > bucket,
    );
    const count = eventsOf(scenario, bucket, active);
    for (let index = 0; index < count; index++) {
      const own = hash(seedOf(seed, 'event'), bucket / 1_000, index);
      // Some lie exactly on a mark.
      const onMark = fraction(own, 8) < 0.02;
      const createdAt = bucket + (onMark ? 0 : Math.floor(fraction(own, 1) * BUCKET));
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
  return events.sort(
    (a, b) => a.createdAt - b.createdAt || (a.referenceId < b.referenceId ? -1 : 1),
  );
}

/** Quiet nights, a peak at noon. */
function eventsOf(
  { seed, perBucket }: Scenario,
  bucket: number,
  active: readonly Incident[],
): number {
  if (active.some(({ kind }) => kind === 'silence')) return 0;
  const hour = (bucket / HOUR) % 24;
  const daylight = Math.max(0.1, Math.cos(((hour - 12) / 12) * Math.PI));
  const draw = fraction(seedOf(seed, 'bucket'), bucket / 1_000);
  return Math.round(2 * perBucket * daylight * draw);
}

function createEvent(
  { seed, accounts, schemas }: Scenario,
  active: readonly Incident[],
  own: number,
  createdAt: number,
  burst?: Incident & { readonly kind: 'burst' },
): TrueEvent {
  const choose = (list: readonly string[], draw: number) =>
    list[Math.floor(fraction(own, draw) ** 1.5 * list.length)] ?? '';
  const account = burst?.account ?? choose(accounts, 2);
  const schema = choose(schemas, 3);
  let status = burst?.status ?? METERED;
  // Even on a good day one in three hundred is not metered.
  if (fraction(own, 4) < 1 / 300) status = 'INGESTION_COMPLETED_NO_MATCHING_METERS';
  // Most are settled within seconds, some take minutes.
  const draw = fraction(own, 5);
  let settledAfter =
    draw < 0.93 ? draw * 15_000 : draw < 0.97 ? draw * 5 * MINUTE : draw * 15 * MINUTE;
  let visibleAt = createdAt;
  const changes: { from: number; status: string }[] = [];
  for (const incident of active) {
    if (createdAt < incident.from || createdAt >= incident.to) continue;
    const touched =
      'share' in incident && fraction(own, seedOf(seed, incident.id)) < incident.share;
    if (!touched) continue;
    switch (incident.kind) {
      case 'status':
        if (incident.account !== undefined && incident.account !== account) break;
        if (incident.schema !== undefined && incident.schema !== schema) break;
        status = incident.status;
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
    }
  }
  const settledAt = createdAt + Math.floor(settledAfter);
  const reference = own.toString(36).padStart(7, '0');
  return {
    referenceId: `ref-${createdAt.toString(36)}-${reference}`,
    id: `evt-${reference}`,
    createdAt,
    // Events happen before they are received, some of them long before.
    timestamp: createdAt - Math.floor(fraction(own, 6) ** 8 * 90_000),
    account,
    schema,
    visibleAt,
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
