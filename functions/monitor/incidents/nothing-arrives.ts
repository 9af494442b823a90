import { entriesIn } from '../events/counts.ts';
import { ALL, type LookRecord } from '../events/look-record.ts';
import { type Pieces, rowFrom } from '../events/pieces.ts';
import { formatDuration } from '../timeline/duration.ts';
import { DAY_MS, HOUR_MS, type Range } from '../timeline/time.ts';
import { endFailure, type FailureState, noteFailure } from './monitor-failures.ts';

/** When events came, as far as that is known without a hole. Epoch ms. */
export interface Arrivals {
  readonly since: number;
  /** The end of the newest bucket that is known. */
  readonly to: number;
  /** The end of the newest bucket with an event. */
  readonly last: number;
  /** How much of the time since then is not known: its counts are partial, and without an event. Ms. @default 0 */
  readonly unknownMs?: number | undefined;
  /**
   * The times without an event of the week before that. Times that a longer one followed are left
   * out, so the first is the longest.
   */
  readonly pauses: readonly Range[];
}

/** The part of the monitor's state that says when events came. */
export interface ArrivalState extends FailureState {
  readonly watermark: number | undefined;
  readonly arrivals?: Arrivals | undefined;
}

/** Nights and weekends have to be known before a silence says anything. */
const WEEK_MS = 7 * DAY_MS;
const LEAST_SILENCE_MS = 2 * HOUR_MS;
const TIMES_THE_LONGEST = 3;
/** Shorter ones make no difference to the least silence. */
const SHORT_PAUSE_MS = LEAST_SILENCE_MS / TIMES_THE_LONGEST;

/**
 * Notes which buckets before the watermark have events. Three times the longest pause of the last
 * week without an event, and two hours at least, are a failure of the monitor. It ends with the
 * next event.
 *
 * @param counted by the counting source
 * @param looks at Togai metrics: while events are listed, both must agree that there are none
 */
export function noteArrivals<S extends ArrivalState>(
  state: S,
  counted: Pieces,
  looks: readonly LookRecord[],
  at: number,
): S {
  const { watermark, arrivals: known } = state;
  if (watermark === undefined || watermark === known?.to) return state;
  const isWhole = known !== undefined && rowFrom(counted, known.to) >= watermark;
  const before = isWhole ? known : beginAt(watermark);
  const range = { start: before.to, end: watermark };
  const seen = withEvents(counted, looks, range);
  const arrivals = withUnknown(seen.reduce(withArrival, before), counted, range);
  const noted = { ...state, arrivals };
  const silentMs = watermark - arrivals.last - (arrivals.unknownMs ?? 0);
  if (arrivals.last - arrivals.since >= WEEK_MS && silentMs >= limitOf(arrivals)) {
    const { last: since } = arrivals;
    return noteFailure(noted, 'arrivals', { at, since, what: sentence(arrivals), cause: '' });
  }
  const [first] = seen;
  if (!first) return noted;
  const pause = formatDuration(Math.max(0, first.start - before.last));
  return endFailure(
    noted,
    'arrivals',
    at,
    `Events arrive again, after ${pause} without any. ${MISSED}`,
  );
}

const MISSED =
  'Ask the senders for the events of that time: those that never arrived are not billed.';

function beginAt(time: number): Arrivals {
  return { since: time, to: time, last: time, pauses: [] };
}

/** The stretches of a range that have events. */
function withEvents(counted: Pieces, looks: readonly LookRecord[], range: Range): Range[] {
  // Pieces of looks are counted when they are read, so only those of the range are.
  const within = isIn(range);
  const pieces = counted.list.filter(within).filter(({ counts }) => entriesIn(counts) > 0);
  const risen = looks.filter((look) => within(look) && hasRisen(look));
  const ofLooks = risen.map(({ since, end }) => ({ start: since, end }));
  return [...pieces, ...ofLooks].toSorted((a, b) => a.end - b.end);
}

/** Adds the stretches since the last event that may or may not have one: they say nothing. */
function withUnknown(arrivals: Arrivals, { list }: Pieces, range: Range): Arrivals {
  const { last, unknownMs = 0 } = arrivals;
  const unknown = list
    .filter(isIn({ ...range, start: Math.max(range.start, last) }))
    // Pieces of looks are counted when they are read.
    .filter((piece) => piece.partial && entriesIn(piece.counts) === 0)
    .reduce((sum, { start, end }) => sum + end - Math.max(start, last), unknownMs);
  return { ...arrivals, to: range.end, unknownMs: unknown };
}

function isIn(range: Range): (piece: Pick<Range, 'end'>) => boolean {
  return ({ end }) => end > range.start && end <= range.end;
}

function hasRisen({ changes }: LookRecord): boolean {
  const ofAll = changes.filter(({ scope }) => scope === ALL);
  return ofAll.reduce((sum, { from = 0, to }) => sum + to - from, 0) > 0;
}

function withArrival(arrivals: Arrivals, { start, end }: Range): Arrivals {
  const pause = { start: arrivals.last + (arrivals.unknownMs ?? 0), end: start };
  const longer = arrivals.pauses.filter(
    (one) => lengthOf(one) > lengthOf(pause) && one.end > end - WEEK_MS,
  );
  const pauses = lengthOf(pause) > SHORT_PAUSE_MS ? [...longer, pause] : longer;
  return { ...arrivals, last: end, unknownMs: undefined, pauses };
}

function limitOf({ pauses: [longest] }: Arrivals): number {
  return longest ? TIMES_THE_LONGEST * lengthOf(longest) : LEAST_SILENCE_MS;
}

function lengthOf({ start, end }: Range): number {
  return end - start;
}

function sentence({ last, to, pauses: [longest] }: Arrivals): string {
  const usual = longest
    ? `in the week before, the longest time without events was ${formatDuration(lengthOf(longest))}. The limit is three times that`
    : `in the week before, no time without events was longer than ${formatDuration(SHORT_PAUSE_MS)}. The limit is ${formatDuration(LEAST_SILENCE_MS)}`;
  return `Togai shows no usage event for ${formatDuration(to - last)}. The cause is not known: senders stopped, or Togai takes nothing in. Unusual: ${usual}. Find out whether your systems still send events to Togai: events that do not arrive are not billed.`;
}
