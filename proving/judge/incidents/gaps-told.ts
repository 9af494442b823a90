import { BUCKET, HOUR, MINUTE } from '../../world/scenario.ts';
import { broken, minuteText, type Violation } from '../complaint.ts';
import { floorTo, overlaps, type Span } from '../span.ts';
import { type Known, violationAt } from './finished-world.ts';
import { timeOf } from './incidents-per-channel.ts';
import { type Channel, isForPeople } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import type { RunNote } from './run-notes.ts';

interface Gap extends Span {
  /** When the run ended that skipped it. */
  readonly since: number;
}

/** Gaps that a channel was not notified of, and gaps that it was notified of twice. */
export function gapsNotToldOnce(known: Known): Violation[] {
  const gaps = known.runs.ended.flatMap((run) => gapOf(known, run) ?? []);
  return [...known.told].flatMap(([channel, told]) => {
    if (!isForPeople(channel)) return [];
    const notices = told.filter(({ message: { topic } }) => topic === 'gap');
    const failures = told.filter(({ message: { failure } }) => failure === 'cannot_count');
    return [...untold(known, channel, gaps, { notices, failures }), ...twice(notices)];
  });
}

interface ToldOf {
  readonly notices: readonly Told[];
  /** Of `cannot_count`. */
  readonly failures: readonly Told[];
}

function untold(
  { runs }: Known,
  channel: Channel,
  gaps: readonly Gap[],
  { notices, failures }: ToldOf,
): Violation[] {
  return gaps.flatMap((gap) => {
    // The growth of a gap is notified when it has ended, and every hour. People who know that
    // nothing can be counted need no more.
    const isGrowth = gaps.some((one) => one.since < gap.since && gap.since - one.since <= HOUR);
    const over = isGrowth ? overAfter(failures, gap.since) : gap.since;
    const due = over + (isGrowth ? 2 * HOUR : 0);
    const run = runs.ended.find((each) => each.endedAt >= due && runs.isClear(each, channel));
    if (!run) return [];
    const isTold = notices.some(
      (one) => one.time <= run.endedAt && overlaps(gap, windowOf(one) ?? gap),
    );
    if (isTold) return [];
    const text = `${minuteText(gap.start)} to ${minuteText(gap.end)} was not counted, and ${channel} was not told`;
    return [violationAt(run.endedAt, broken('gap-told-once', text))];
  });
}

/** When a failure is over that people know of at a time: then, if they know of none. */
function overAfter(failures: readonly Told[], time: number): number {
  const last = failures.findLast((one) => one.time <= time);
  if (!last || last.message.kind === 'resolved') return time;
  const end = failures.find((one) => one.time > time && one.message.kind === 'resolved');
  return end?.time ?? Number.POSITIVE_INFINITY;
}

function twice(notices: readonly Told[]): Violation[] {
  return notices.flatMap((one, index) => {
    const own = windowOf(one);
    const isAgain = notices.slice(0, index).some((earlier) => {
      const window = windowOf(earlier);
      const isOther = earlier.message.id !== one.message.id;
      return isOther && own !== undefined && window !== undefined && overlaps(own, window);
    });
    if (!isAgain) return [];
    const text = `the gap from ${minuteText(own?.start)} on was told twice`;
    return [violationAt(one.time, broken('gap-told-once', text))];
  });
}

function windowOf({ message: { window } }: Told): Span | undefined {
  return window ? { start: timeOf(window.start), end: timeOf(window.end) } : undefined;
}

/** The range that a run has left out because it was out of reach. */
function gapOf({ runs, scenario }: Known, run: RunNote): Gap | undefined {
  const { maxCatchUpHours, windowMinutes, settleMinutes } = scenario.settings;
  const { before: start, watermark, source, at, number, endedAt: since } = run;
  if (start === undefined || watermark === undefined || watermark <= start) return undefined;
  const longest = Math.max(maxCatchUpHours * HOUR, windowMinutes * MINUTE);
  const look = runs.looks.from(start).find((each) => each.run === number);
  const listedFrom = floorTo(BUCKET, at - settleMinutes * MINUTE) - longest;
  const reached = source === 'listing' ? listedFrom : look?.isFirst ? look.since : start;
  const end = Math.min(reached, watermark);
  return end > start ? { start, end, since } : undefined;
}
