import { BUCKET, type CountingSource, HOUR } from '../../world/scenario.ts';
import { minuteText } from '../complaint.ts';
import type { Span } from '../span.ts';
import { isOf } from '../status-groups.ts';
import { pausesOf } from './could-be-mended.ts';
import type { Known } from './finished-world.ts';
import type { Loss } from './true-losses.ts';

/** The true losses of a named account up to an evaluated end. */
export interface Evidence {
  readonly subject: string;
  readonly name: string;
  readonly onset: number;
  /** By the message. */
  readonly lost: number;
  readonly end: number;
  /** Its losses that were counted beyond doubt, of a day at least. */
  readonly own: readonly Loss[];
}

const CALM = 3 * BUCKET;
const LONGEST = 6 * HOUR;
/**
 * Fewer losses are strays, and no loss that goes on: a share of the sent events, or of the
 * incident's pace.
 */
const SHARE = 0.05;
const PACE = 0.5;
/** So many losses, and not strays, lie on both sides of a pause. */
const MANY = 5;

/** The account has lost events in the last three buckets. */
export function lossProblem(
  { losses, traffic }: Known,
  { subject, name, own, end, onset, lost }: Evidence,
  source: CountingSource,
): string | undefined {
  const calm = { start: end - CALM, end };
  const recent = own.filter((loss) => isIn(losses, loss, calm, source));
  // Sums over an hour do not show a loss beside an event that healed in the same look.
  const healed = source === 'metrics' ? healedIn(losses.of(subject), subject, name, calm) : 0;
  if (recent.length <= healed) return undefined;
  const sent = traffic.createdIn(name, { start: calm.start - BUCKET, end: calm.end });
  const pace = lost / Math.max(BUCKET, end - onset);
  const isOngoing =
    recent.length >= SHARE * sent || (recent.length > 1 && recent.length >= PACE * pace * CALM);
  if (!isOngoing) return undefined;
  return `${name} has lost ${recent.length} events in the quarter of an hour up to ${minuteText(end)}`;
}

/** How many lost events of an account healed in a span, or a bucket before it. */
function healedIn(
  all: readonly Loss[],
  subject: string,
  name: string,
  { start, end }: Span,
): number {
  return all.filter(({ account, event, becameAt }) => {
    const later = event.statuses.find(
      ({ from, status }) => from > becameAt && !isOf(subject, status),
    );
    return (
      account === name && later !== undefined && later.from >= start - BUCKET && later.from < end
    );
  }).length;
}

function isIn(
  losses: Known['losses'],
  loss: Loss,
  { start, end }: { readonly start: number; readonly end: number },
  source: CountingSource,
): boolean {
  if (source === 'listing') return loss.event.createdAt >= start && loss.event.createdAt < end;
  // An event just before a look may have been in the look before.
  const { certainFrom = Number.NaN } = loss;
  return certainFrom >= start + BUCKET && losses.spanOf(loss).end <= end;
}

/**
 * The stretch without loss is too short: a longer pause of this incident was followed by more loss.
 */
export function learntProblem(known: Known, evidence: Evidence): string | undefined {
  const { name, end, onset } = evidence;
  const own = evidence.own
    .filter(({ event }) => event.createdAt >= onset)
    .toSorted((a, b) => a.event.createdAt - b.event.createdAt);
  const last = own.at(-1)?.event.createdAt;
  if (last === undefined) return undefined;
  const longest = Math.max(0, ...shownPauses(known, name, own));
  // An event just before a look may have been in the look after it.
  const needed = Math.min(LONGEST, 1.5 * Math.max(0, longest - BUCKET));
  // It was last lost in a bucket, and the end is that of a bucket.
  if (end - last + 2 * BUCKET >= needed) return undefined;
  return `${name} had paused for longer before its loss went on`;
}

/** The pauses that the counts show, with more than strays on both sides. Inside of a piece nobody sees one. */
function shownPauses(
  { losses, traffic }: Known,
  name: string,
  own: readonly Loss[],
): readonly number[] {
  const times = own.map(({ event }) => event.createdAt);
  let countedTo = Number.NEGATIVE_INFINITY;
  return pausesOf(times).flatMap(({ start, end }, index) => {
    const [earlier, later] = own.slice(index, index + 2).map((loss) => losses.pieceOf(loss));
    countedTo = Math.max(countedTo, earlier?.end ?? countedTo);
    const shown = (later?.start ?? countedTo) - countedTo;
    if (shown < CALM) return [];
    const before = times.filter((time) => time <= start && time > start - HOUR);
    const after = times.filter((time) => time >= end && time < end + HOUR);
    const isQuiet = traffic.createdIn(name, { start, end }) < 10;
    return before.length >= MANY && after.length >= MANY && !isQuiet ? [shown] : [];
  });
}
