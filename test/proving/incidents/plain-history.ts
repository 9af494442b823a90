import type { Entry, Note, StateView } from '../../../proving/history.ts';
import { isSettled } from '../../../proving/judge/status-groups.ts';
import {
  BUCKET,
  type CountingSource,
  HOUR,
  MINUTE,
  type Scenario,
} from '../../../proving/world/scenario.ts';
import type { TrueEvent } from '../../../proving/world/true-event.ts';
import { bucketOf, PlainMonitor } from './plain-monitor.ts';

/** The history of a world without faults, with a plain monitor in it. */
export function* plainHistory(
  scenario: Scenario,
  truth: readonly TrueEvent[],
  source: CountingSource,
): Generator<Entry> {
  const monitor = new PlainMonitor(
    scenario,
    source === 'listing' ? truth : seenOf(truth, scenario),
  );
  const { start, end, settings } = scenario;
  let watermark = bucketOf(start) - settings.windowMinutes * MINUTE;
  let run = 0;
  for (let at = start; at < end; at += settings.runEveryMinutes * MINUTE) {
    const settleMinutes = source === 'listing' ? settings.settleMinutes : 0;
    const reached = bucketOf(at - settleMinutes * MINUTE);
    const messages = monitor.run(at, reached);
    const state = (leaseUntil: number, isCommit: boolean): Note => ({
      type: 'state',
      seen: true,
      state: {
        runNumber: run,
        committedAt: isCommit ? at : undefined,
        leaseUntil,
        unfinished: 0,
        watermark: isCommit ? reached : watermark,
        evaluatedTo: reached,
        source: source,
      } as StateView,
    });
    const notes: Note[] = [
      { type: 'begun', at, now: at, mayOversleep: false, counting: source },
      state(at + MINUTE, false),
      ...countsOf(source, at, watermark, reached, run === 0),
      state(at + MINUTE, true),
      ...messages.map(
        (message) => ({ type: 'published', channel: 'sns', message, seen: true }) as Note,
      ),
      state(0, false),
      {
        type: 'ended',
        outcome: 'finished',
        problem: undefined,
        source: source,
        sleepers: 0,
      },
    ];
    run++;
    for (const [index, note] of notes.entries()) {
      yield { ...note, time: at + 1_000 + 10 * index, run } as Entry;
    }
    watermark = Math.max(watermark, reached);
  }
}

function countsOf(
  source: CountingSource,
  at: number,
  since: number,
  end: number,
  isFirst: boolean,
): Note[] {
  if (source === 'listing') {
    return Array.from({ length: (end - since) / BUCKET }, (_, index) => {
      const bucket = {
        start: since + index * BUCKET,
        partial: false,
        counts: { accounts: { truncated: false } },
      };
      return { type: 'bucket', bucket, seen: true } as Note;
    });
  }
  const asked = [{ scope: 'all', start: at - 26 * HOUR, end: at + 2 * HOUR, complete: true }];
  const takenAt = at + 1_000;
  const fixed = { runNumber: 0, changes: [], exceptions: [], stale: [] };
  const look = { end, since, isFirst, takenAt, asked, ...fixed };
  return [{ type: 'look', look, seen: true }];
}

function seenOf(truth: readonly TrueEvent[], scenario: Scenario): TrueEvent[] {
  const seen = truth.map((event) => asSeen(event, scenario));
  return seen.sort((a, b) => a.createdAt - b.createdAt);
}

/** Togai metrics count an event in the look that first sees it settled. */
function asSeen(event: TrueEvent, { start, settings }: Scenario): TrueEvent {
  const settled = event.statuses.find(({ status }) => isSettled(status))?.from ?? event.visibleAt;
  const every = settings.runEveryMinutes * MINUTE;
  const run = start + Math.ceil((settled - start - 1_000) / every) * every;
  return { ...event, createdAt: bucketOf(run) - 1 };
}
