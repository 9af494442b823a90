import { ACCOUNTS, SCHEMAS } from './names.ts';
import type { Random } from './random.ts';
import { type Incident, MINUTE } from './scenario.ts';

interface WorldSpan {
  readonly start: number;
  readonly end: number;
}

const PROBLEMS = [
  'INGESTION_COMPLETED_EVENT_NOT_METERED',
  'INGESTION_COMPLETED_NO_MATCHING_METERS',
  'INGESTION_COMPLETED_NO_MATCHING_METERS',
  'INGESTION_FAILED_SCHEMA_NOT_DEFINED',
  'INGESTION_FAILED_ACCOUNT_NOT_FOUND',
  'INGESTION_FAILED_DUPLICATE_EVENT',
  'REVERTED',
] as const;

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';

export function createIncidents(
  random: Random,
  { start, end }: WorldSpan,
  days: number,
): Incident[] {
  return Array.from(
    { length: Math.max(2, Math.round(days * random.pick([2, 4, 8]))) },
    (_, index): Incident[] => {
      const from = start + Math.floor(random.next() * (end - start));
      const lasting = Math.floor(random.pick([10, 45, 120, 360]) * MINUTE * (0.5 + random.next()));
      const span = { id: `incident-${index}`, from, to: from + lasting };
      const status = random.pick(PROBLEMS);
      const account = random.pick(ACCOUNTS);
      const incident = createIncident(random, span, { status, account });
      return incident.kind === 'status' && random.chance(0.25)
        ? [incident, healingOf(random, incident)]
        : [incident];
    },
  ).flat();
}

/** The lost events are metered later. */
function healingOf(random: Random, { id, from, to }: Incident): Incident {
  const afterMs = random.pick([20, 90, 400]) * MINUTE;
  const share = random.pick([0.5, 1]);
  return { id: `${id}-healed`, from, to, kind: 'changed', share, afterMs, status: METERED };
}

function createIncident(
  random: Random,
  span: Pick<Incident, 'id' | 'from' | 'to'>,
  { status, account }: { readonly status: string; readonly account: string },
): Incident {
  const kind = random.next();
  if (kind < 0.2) return { ...span, kind: 'status', share: 1, status, account };
  if (kind < 0.3) {
    return { ...span, kind: 'status', share: 0.9, status, schema: random.pick(SCHEMAS) };
  }
  if (kind < 0.45) {
    // A slow leak: just above or just below the limits of the thresholds.
    return { ...span, kind: 'status', share: random.pick([0.02, 0.04, 0.06, 0.12]), status };
  }
  if (kind < 0.6) {
    const short = { ...span, to: span.from + random.whole(5, 240) * 1_000 };
    const events = random.pick([9, 10, 11, 40, 120, 400]);
    return { ...short, kind: 'burst', events, status, account };
  }
  if (kind < 0.7) {
    const lastingMs = random.pick([12, 40, 120]) * MINUTE;
    return { ...span, kind: 'pile-up', share: random.pick([0.15, 0.4, 1]), lastingMs };
  }
  if (kind < 0.8) {
    const delayMs = random.pick([4, 12, 35, 90]) * MINUTE;
    return { ...span, kind: 'late', share: random.pick([0.1, 0.6]), delayMs };
  }
  if (kind < 0.88) {
    const afterMs = random.pick([6, 20, 50, 150]) * MINUTE;
    const changed = random.chance(0.4) ? 'INGESTION_COMPLETED_EVENT_METERED' : status;
    const share = random.pick([0.1, 0.8]);
    return { ...span, kind: 'changed', share, afterMs, status: changed };
  }
  if (kind < 0.93) {
    // Sent hours after it happened, or with a clock that is ahead.
    const byMs = random.pick([-90, 20, 100, 300, 900]) * MINUTE;
    return { ...span, kind: 'backdated', share: random.pick([0.1, 0.6, 1]), byMs };
  }
  if (kind < 0.96) {
    const afterMs = random.pick([2, 30, 200]) * MINUTE;
    return { ...span, kind: 'deleted', share: random.pick([0.05, 0.5]), afterMs };
  }
  return { ...span, kind: 'silence' };
}

/** Bursts at equal distances: an alert fires, resolves and fires again. */
export function createSeries(random: Random, { start, end }: WorldSpan): Incident[] {
  const bursts = random.chance(0.5) ? random.whole(3, 9) : 0;
  const first = start + Math.floor(random.next() * (end - start));
  const gapMs = random.pick([50, 80, 110, 150]) * MINUTE;
  const status = random.pick(PROBLEMS);
  const account = random.pick(ACCOUNTS);
  const events = random.pick([12, 45]);
  return Array.from({ length: bursts }, (_, index) => {
    const from = first + index * gapMs;
    const span = { id: `series-${index}`, from, to: from + MINUTE };
    return { ...span, kind: 'burst', events, status, account };
  });
}
