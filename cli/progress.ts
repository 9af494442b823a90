import type { CountProgress } from '../functions/monitor/counting/count-result.ts';
import { counted, formatCount } from '../functions/monitor/text/text.ts';
import { formatDuration } from '../functions/monitor/timeline/duration.ts';
import { type Output, type Paint, painterFor, type Surroundings } from './terminal.ts';

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;

interface ProgressState extends CountProgress {
  readonly requests: number | undefined;
  readonly elapsedMs: number;
}

/** Shows the progress of a count: a bar on a terminal, otherwise a plain line every ten seconds. */
export interface ProgressView {
  /** @param requests left out where none is sent */
  update(progress: CountProgress, requests?: number): void;
  /** Prints a message above the bar. */
  note(message: string): void;
  /** Removes the bar. */
  done(): void;
}

export async function createProgressView({
  stderr,
  env,
  clock,
}: Surroundings): Promise<ProgressView> {
  const started = clock.elapsed();
  const paint = painterFor(stderr, env);
  // A dumb terminal cannot move its cursor back.
  const bar = stderr.isTTY && env.TERM !== 'dumb' ? await createBar(stderr) : undefined;
  let drawn = bar ? Number.NEGATIVE_INFINITY : started;
  let last: ProgressState | undefined;

  const draw = () => {
    if (!last) return;
    if (bar) bar(progressLine(last, paint, barOf(last, paint)));
    else stderr.write(`${progressLine(last, paint)}\n`);
  };
  return {
    update(progress, requests) {
      const now = clock.elapsed();
      last = { ...progress, requests, elapsedMs: now - started };
      if (now - drawn < (bar ? REDRAW_MS : PLAIN_LINE_MS)) return;
      drawn = now;
      draw();
    },
    note(message) {
      bar?.clear();
      stderr.write(`${message}\n`);
      if (bar) draw();
    },
    done() {
      last = undefined;
      bar?.clear();
      bar?.done();
    },
  };
}

/** Shows nothing. */
export const NO_PROGRESS: ProgressView = { update() {}, note() {}, done() {} };

/** `7 of 12 buckets · 1,204 events · 9.8 requests/s · 4 s left` */
function progressLine(state: ProgressState, paint: Paint, bar = ''): string {
  const { buckets, bucketsDone, events, requests, elapsedMs } = state;
  const seconds = elapsedMs / 1_000;
  // The first request is sent at once, so the rate is that of the others.
  const rate = seconds > 0 ? Math.max(0, (requests ?? 0) - 1) / seconds : 0;
  const left = bucketsDone > 0 ? (elapsedMs * (buckets - bucketsDone)) / bucketsDone : undefined;
  const parts = [
    `${formatCount(bucketsDone)} of ${counted(buckets, 'bucket')}`,
    counted(events, 'event'),
    requests === undefined ? '' : `${rate.toFixed(1)} requests/s`,
    left === undefined ? '' : `${formatDuration(left)} left`,
  ];
  return bar + parts.filter((part) => part !== '').join(paint('dim', ' · '));
}

function barOf({ buckets, bucketsDone }: ProgressState, paint: Paint): string {
  const full = Math.round((BAR_WIDTH * bucketsDone) / buckets);
  return `${paint('cyan', '━'.repeat(full))}${paint('dim', '─'.repeat(BAR_WIDTH - full))} `;
}

async function createBar(stderr: Output) {
  // Loaded where there is a bar to draw: it takes a third of the start-up time.
  const { createLogUpdate } = await import('log-update');
  // The types of log-update ask for a WriteStream; it works with any writable stream.
  return createLogUpdate(stderr as NodeJS.WriteStream);
}
