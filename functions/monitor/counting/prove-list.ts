import { TogaiError } from '../errors.ts';
import { PAGE_SIZE } from '../events/page-size.ts';
import type { ConnectedTogai, UsageEvents } from '../ports.ts';
import { BUCKET_MS, bucketsOf } from '../timeline/bucket.ts';
import { DAY_MS, HOUR_MS } from '../timeline/time.ts';
import type { Count } from './count-result.ts';
import type { CountingSession, CountRunRequest } from './counting-input.ts';
import { count } from './listing/count-buckets.ts';
import type { CountRequest } from './listing/count-request.ts';

/** A page may show how Togai lists events. More pages would cost more than they are worth. */
const MAX_EVENTS = PAGE_SIZE;
/** With more events a bucket alone would be more than a page. */
export const MAX_EVENTS_AN_HOUR = MAX_EVENTS * (HOUR_MS / BUCKET_MS);

/** A page, and one question about an event whose two times differ: with the look three requests, as in any quiet run. */
const MAX_REQUESTS = 2;

/** After that a run that lists asks for a new proof of `createdAt`. */
const PROOF_HOLDS_MS = DAY_MS;

/** The list cannot prove anything within a few requests. */
class NoProof extends Error {}

/**
 * Whether the list may be tried: Togai metrics count, there are few events, and the list is not
 * proven yet.
 */
export function isProofDue(
  { state }: CountingSession,
  { settings }: CountRunRequest,
  { end, before, eventsAnHour, requests }: ProofInput,
): boolean {
  if (settings.counting !== 'auto' || state.timeFieldProvenAt !== undefined) return false;
  const isHalfPast = (time: number) => time % HOUR_MS >= HOUR_MS / 2;
  const isOncePerHour =
    before === undefined || end - before >= HOUR_MS || (isHalfPast(end) && !isHalfPast(before));
  const isAffordable = requests <= 1 && eventsAnHour > 0 && eventsAnHour <= MAX_EVENTS_AN_HOUR;
  return isOncePerHour && isAffordable;
}

export interface ProofInput {
  /** Of this look and of the one before, epoch ms. */
  readonly end: number;
  readonly before: number | undefined;
  readonly eventsAnHour: number;
  /** The number that this run has sent. */
  readonly requests: number;
}

/**
 * Lists up to an hour of the newest events, to see whether Togai lists events by `createdAt`. Its
 * numbers are not used.
 *
 * @throws the reason of the signal once that is aborted
 */
export async function proveList(
  session: CountingSession,
  togai: ConnectedTogai,
  { settings, scheduledTime, signal, softDeadline }: CountRunRequest,
  { end, eventsAnHour }: ProofInput,
): Promise<void> {
  const buckets = Math.floor((MAX_EVENTS / eventsAnHour) * (HOUR_MS / BUCKET_MS));
  const start = end - Math.min(HOUR_MS, buckets * BUCKET_MS);
  try {
    const result = await count(limited(togai), {
      buckets: bucketsOf({ start, end }),
      ignoreLists: settings.ignoreLists,
      workers: 1,
      signal,
      softDeadline,
      onUnfiltered() {
        throw new NoProof();
      },
    });
    session.change((state) => ({ ...state, ...timeFieldAfter(result, state, scheduledTime) }));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof NoProof || error instanceof TogaiError)) throw error;
  }
}

/** The list, as far as it may be asked for a proof. */
function limited(togai: UsageEvents): UsageEvents {
  let left = MAX_REQUESTS;
  return {
    async *pages(query, signal) {
      const pages = togai.pages(query, signal)[Symbol.asyncIterator]();
      for (;;) {
        if (left-- <= 0) throw new NoProof();
        const { value, done } = await pages.next();
        if (done) return;
        yield value;
      }
    },
    event: (id, signal) => togai.event(id, signal),
  };
}

/** The time field of Togai's filter, as seen before, and whether it needs no new proof. */
export function timeFieldOf(
  { timeField, timeFieldProvenAt }: CountingSession['state'],
  at: number,
): Pick<CountRequest, 'timeField' | 'isTimeFieldKnown'> {
  if (!timeField) return {};
  const isTimeFieldKnown =
    timeFieldProvenAt !== undefined && at - timeFieldProvenAt < PROOF_HOLDS_MS;
  return { timeField, isTimeFieldKnown };
}

/**
 * The time field that the answers have shown, and whether it is proven. A list by the sender's time
 * is not, nor is one without a filter by time.
 */
export function timeFieldAfter(
  { timeField, filteredHere, timeFieldProven }: Count,
  before: CountingSession['state'],
  at: number,
): Partial<CountingSession['state']> {
  if (filteredHere) return { timeFieldProvenAt: timeFieldProven ? at : undefined };
  if (timeField === 'timestamp') return { timeField, timeFieldProvenAt: undefined };
  return { timeField, timeFieldProvenAt: timeFieldProven ? at : before.timeFieldProvenAt };
}
