import type { TimeField, UsageEvent } from '../../events/event.ts';
import { type Range, SECOND_MS } from '../../timeline/time.ts';

/** The evidence of the pages of one query so far. */
export interface Evidence {
  /** An event inside by `createdAt` and outside by `timestamp`: the server does not filter by `timestamp`. */
  readonly insideByCreatedAtAlone: boolean;
  /** The same, and outside by more than a second, so a server that takes its bounds by the second proves it, too. */
  readonly surelyByCreatedAt: boolean;
  /** The other way round: the server does not filter by `createdAt`. */
  readonly insideByTimestampAlone: boolean;
  /** An event outside by both: the server does not filter by time. */
  readonly outside: boolean;
}

/** How a server filters by time: by a field, or not at all. */
export type TimeFilter = TimeField | 'none';

/**
 * How the server filters, by the evidence of all queries so far.
 *
 * @param assumed the answer as long as nothing has been proved
 */
export function timeFilter(evidence: Evidence, assumed: TimeField): TimeFilter {
  const { insideByCreatedAtAlone, insideByTimestampAlone, outside } = evidence;
  if (outside || (insideByCreatedAtAlone && insideByTimestampAlone)) return 'none';
  if (insideByTimestampAlone) return 'timestamp';
  return insideByCreatedAtAlone ? 'createdAt' : assumed;
}

export function joinEvidence(a: Evidence, b: Evidence): Evidence {
  return {
    insideByCreatedAtAlone: a.insideByCreatedAtAlone || b.insideByCreatedAtAlone,
    surelyByCreatedAt: a.surelyByCreatedAt || b.surelyByCreatedAt,
    insideByTimestampAlone: a.insideByTimestampAlone || b.insideByTimestampAlone,
    outside: a.outside || b.outside,
  };
}

/** An event's time by a field. */
export function timeBy(field: TimeField, event: UsageEvent): number | undefined {
  return field === 'createdAt' ? event.createdAt : event.timestamp;
}

/**
 * Longer than the second that a server may round its bounds to, and than the way of an event to it.
 */
const WITNESS_MS = 5 * SECOND_MS;

/** The one of two events whose times lie farther apart. An event that cannot be recognised, or whose times agree, shows nothing. */
export function betterWitness(
  before: UsageEvent | undefined,
  event: UsageEvent,
): UsageEvent | undefined {
  if (event.identity === undefined) return before;
  const apart = timesApart(event);
  return apart > Math.max(WITNESS_MS, before ? timesApart(before) : 0) ? event : before;
}

function timesApart({ createdAt, timestamp = createdAt }: UsageEvent): number {
  return Math.abs(createdAt - timestamp);
}

export function gather(
  evidence: Evidence,
  events: readonly UsageEvent[],
  asked: Range,
  whole: Range,
): Evidence {
  let joined = evidence;
  const { start } = asked;
  const surelyBefore = asked.end - SECOND_MS;
  for (const { createdAt, timestamp } of events) {
    if (timestamp === undefined) continue;
    // Nearly all are, and prove nothing.
    const surelyInside =
      createdAt >= start &&
      timestamp >= start &&
      createdAt <= surelyBefore &&
      timestamp <= surelyBefore;
    if (surelyInside) continue;
    const created = place(createdAt, asked, whole);
    const happened = place(timestamp, asked, whole);
    if (created === 'inside' && happened === 'inside') continue;
    joined = joinEvidence(joined, {
      insideByCreatedAtAlone: created === 'inside' && happened.endsWith('outside'),
      surelyByCreatedAt: created === 'inside' && happened === 'far outside',
      insideByTimestampAlone: created.endsWith('outside') && happened === 'inside',
      outside: created === 'far outside' && happened === 'far outside',
    });
  }
  return joined;
}

/**
 * A time without milliseconds may have been cut to the second: then it proves something only if the
 * whole second does. A time within a second of the asked range is never far: a server may take the
 * bounds by the second, too.
 */
function place(
  time: number,
  asked: Range,
  whole: Range,
): 'inside' | 'just outside' | 'far outside' | 'unclear' {
  const latest = time % SECOND_MS === 0 ? time + SECOND_MS - 1 : time;
  if (time >= asked.start && latest <= asked.end) return 'inside';
  if (latest >= asked.start && time <= asked.end) return 'unclear';
  const near = latest >= asked.start - SECOND_MS && time <= asked.end + SECOND_MS;
  if (near && time >= whole.start && time < whole.end) return 'unclear';
  return near ? 'just outside' : 'far outside';
}
