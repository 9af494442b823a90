import type { CountProgress } from '../../functions/monitor/counting/count-result.ts';
import {
  inProgressByHour,
  inProgressIn,
  piecesOf,
} from '../../functions/monitor/counting/join-sources.ts';
import { Levels, overlaps } from '../../functions/monitor/counting/metrics/levels.ts';
import type { BucketRecord } from '../../functions/monitor/events/bucket-record.ts';
import type { LookRecord } from '../../functions/monitor/events/look-record.ts';
import { looksInOrder } from '../../functions/monitor/events/looks-in-order.ts';
import type { Piece } from '../../functions/monitor/events/pieces.ts';
import { isBelieved } from '../../functions/monitor/lease/drop-times-ahead.ts';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import type { MonitorStore, StoredCounts } from '../../functions/monitor/ports.ts';
import { BUCKET_MS, bucketStart } from '../../functions/monitor/timeline/bucket.ts';
import { HOUR_MS, type Range } from '../../functions/monitor/timeline/time.ts';
import { type HistoricPiece, History } from './history.ts';

/** A change of the counting source is seen from the buckets beside it. */
const BESIDE_MS = HOUR_MS;

export type HistoryProgress = (progress: CountProgress) => void;

export interface HistoryRequest {
  /** How much is evaluated, up to the newest window end that the monitor has evaluated. */
  readonly sinceMs: number;
  /** How much of the range is read at once. */
  readonly chunkMs: number;
  readonly windowMs: number;
  /** How long after its end a listed bucket is counted. */
  readonly settleMs: number;
  /** By the clock, epoch ms. */
  readonly now: number;
  readonly onProgress: HistoryProgress;
}

/**
 * Reads the counts of a monitor.
 *
 * @returns the history, and the range to evaluate: the history begins earlier by a window
 */
export async function readHistory(
  store: Pick<MonitorStore, 'readState' | 'readCounts'>,
  request: HistoryRequest,
): Promise<{ readonly history: History; readonly range: Range }> {
  const history = new History(request.windowMs);
  const state = await store.readState();
  const end = bucketStart(Math.min(state?.evaluatedTo ?? request.now, request.now));
  const start = end - request.sinceMs;
  const whole = { start: start - request.windowMs - BUCKET_MS, end };
  const gauge = new Gauge(request.windowMs);
  let buckets: BucketRecord[] = [];
  const looks: LookRecord[] = [];
  for await (const { chunk, counts } of readAhead(store, chunksOf(whole, request.chunkMs))) {
    const known = buckets.at(-1)?.start ?? Number.NEGATIVE_INFINITY;
    const knownLook = looks.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
    const read = believed(counts, state, request.now);
    buckets = buckets.filter(({ start }) => start >= chunk.start - BESIDE_MS);
    buckets.push(...read.buckets.filter(({ start }) => start > known));
    looks.push(...read.looks.filter(({ end }) => end > knownLook));
    const ordered = looksInOrder(looks);
    const { list } = piecesOf(buckets, ordered, chunk.end + BESIDE_MS);
    const within = list.filter(({ start }) => start >= chunk.start && start < chunk.end);
    addPieces(history, within, { buckets, looks: ordered, gauge, settleMs: request.settleMs });
    request.onProgress(progressOf(whole, chunk.end, history));
  }
  // Missing counts at the beginning are no gap.
  return { history, range: { start: Math.max(start, history.starts[0] ?? start), end } };
}

/** Asks for the counts of the next chunk before it waits for those of this one. */
async function* readAhead(
  store: Pick<MonitorStore, 'readCounts'>,
  chunks: readonly Range[],
): AsyncGenerator<{ readonly chunk: Range; readonly counts: StoredCounts }> {
  const read = (index: number) => {
    const chunk = chunks[index];
    if (!chunk) return undefined;
    const start = index === 0 ? chunk.start : chunk.start + BESIDE_MS;
    const counts = store.readCounts({ start, end: chunk.end + BESIDE_MS });
    // Awaited below, unless an earlier chunk fails.
    counts.catch(() => {});
    return { chunk, counts };
  };
  let next = read(0);
  for (let index = 1; next; index++) {
    const now = next;
    next = read(index);
    yield { chunk: now.chunk, counts: await now.counts };
  }
}

function chunksOf(range: Range, chunkMs: number): Range[] {
  const chunks: Range[] = [];
  for (let { start } = range; start < range.end; start += chunkMs) {
    chunks.push({ start, end: Math.min(start + chunkMs, range.end) });
  }
  return chunks;
}

function believed(
  { buckets, looks }: Awaited<ReturnType<MonitorStore['readCounts']>>,
  state: MonitorState | undefined,
  now: number,
) {
  const isTrue = (counted: { readonly countedAt: number; readonly runNumber: number }) =>
    isBelieved(counted, state?.voided, now);
  return {
    buckets: buckets.filter(isTrue),
    looks: looks.filter((look) => isTrue({ ...look, countedAt: look.takenAt })),
  };
}

interface Sources {
  readonly buckets: readonly BucketRecord[];
  readonly looks: readonly LookRecord[];
  readonly gauge: Gauge;
  readonly settleMs: number;
}

function addPieces(
  history: History,
  pieces: readonly Piece[],
  { buckets, looks, gauge, settleMs }: Sources,
): void {
  const listed = new Set(buckets.flatMap(({ start, partial }) => (partial ? [] : start)));
  let next = 0;
  for (const piece of pieces) {
    for (; (looks[next]?.end ?? Number.POSITIVE_INFINITY) < piece.end; next++) {
      gauge.add(looks[next]);
    }
    const look = looks[next];
    if (!look || look.since > piece.start || listed.has(piece.end - BUCKET_MS)) {
      const { end } = piece;
      history.add({ piece, runEnd: end, notifiedAt: end + settleMs, inProgress: undefined });
    } else {
      gauge.add(look);
      const inProgress = gauge.at(piece.end, look);
      history.add({ piece, runEnd: look.end, notifiedAt: look.end, inProgress });
    }
  }
}

/** The events in progress after each look: later levels do not know them any more. */
class Gauge {
  readonly #windowMs: number;
  readonly #levels = new Levels();
  #addedTo = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Adds a look that is later than those before. */
  add(look: LookRecord | undefined): void {
    if (!look || look.end <= this.#addedTo) return;
    this.#levels.add(look);
    this.#addedTo = look.end;
  }

  /** @param end of the window, epoch ms */
  at(end: number, { exceptions }: LookRecord): HistoricPiece['inProgress'] {
    const window = { start: end - this.#windowMs, end };
    const labels = [...this.#levels.labels()].filter((label) => overlaps(label, window));
    return inProgressIn(inProgressByHour(this.#levels, exceptions, labels), window);
  }
}

export function progressOf(range: Range, end: number, history: History): CountProgress {
  return {
    buckets: Math.ceil((range.end - range.start) / BUCKET_MS),
    bucketsDone: Math.ceil((end - range.start) / BUCKET_MS),
    events: history.events,
  };
}
