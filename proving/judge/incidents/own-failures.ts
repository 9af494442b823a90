import { MINUTE } from '../../world/scenario.ts';
import { broken, type Violation } from '../complaint.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isEnd, openOf, type Shown, shownAt } from './incidents-per-channel.ts';
import type { Channel } from './is-for-people.ts';
import type { Told } from './message-with-run.ts';
import type { RunNote } from './run-notes.ts';
import { type TooLarge, tooLargeIn } from './too-large.ts';

const MANY_RUNS = 3;
const LONG = 15 * MINUTE;
/** The clocks of two runs may differ by so much. */
const CLOCKS_DIFFER = MINUTE;

const hasCounted = ({ outcome, unfinished }: RunNote) =>
  unfinished === undefined ? outcome === 'finished' : unfinished === 0;
/** It holds the lease, and it has not counted. Runs that found the lease taken are neither. */
const hasFailed = (run: RunNote) => run.hasLease && !hasCounted(run);

/**
 * A run that hangs does not count, from its beginning on. Other runs may begin and end meanwhile.
 */
function inOrder(ended: readonly RunNote[]): readonly RunNote[] {
  return ended.toSorted((a, b) => a.begunAt - b.begunAt);
}

/** Failures to count that people were notified of without a cause, or not at all. */
export function ownFailures(known: Known): Violation[] {
  const ended = inOrder(known.runs.ended);
  const all = { known, ended, tooLarge: tooLargeIn(known.runs, ended) };
  return [...known.told].flatMap(([channel, told]) => {
    const own = told.filter(({ message }) => message.failure === 'cannot_count');
    return [...own.flatMap((one) => untrueFailure(all, one)), ...untold(all, channel, own)];
  });
}

interface AllRuns {
  readonly known: Known;
  /** In the order of their beginnings. */
  readonly ended: readonly RunNote[];
  readonly tooLarge: ReadonlyMap<RunNote, TooLarge>;
}

function untrueFailure({ ended, tooLarge }: AllRuns, one: Told): Violation[] {
  const { kind } = one.message;
  const { run } = one;
  const before = ended.filter(({ begunAt }) => begunAt < run.begunAt);
  if (kind === 'opened') {
    const lastCount = before.findLastIndex(hasCounted);
    const failed = [...before.slice(lastCount + 1).filter(hasFailed), run];
    const [first = run] = failed;
    const isLasting = failed.length >= MANY_RUNS && run.at - first.at >= LONG - CLOCKS_DIFFER;
    // A refused token is notified at once, also by the run after one that could not notify.
    if (isLasting || failed.some(({ tokenRefused }) => tokenRefused)) return [];
    if (tooLarge.has(run)) return [];
    const text = `cannot_count opened after ${failed.length} runs that did not count`;
    return [violationAt(one.time, broken('failure-has-a-cause', text))];
  }
  // An earlier run may have counted, and could not tell. A run that died may have counted.
  const last = before.findLast((each) => hasCounted(each) || hasFailed(each));
  const mayHaveCounted = run.outcome !== 'failed' || hasCounted(run) || !last || hasCounted(last);
  if (!isEnd(one) || mayHaveCounted) return [];
  const text = 'cannot_count ended, and the run has not counted';
  return [violationAt(one.time, broken('failure-has-a-cause', text))];
}

/**
 * The first time that people were not notified of a failure, and the first time that they were not
 * notified of its end.
 */
function untold(
  { known: { runs, scenario }, ended, tooLarge }: AllRuns,
  channel: Channel,
  own: readonly Told[],
): Violation[] {
  const violations = new Map<string, Violation>();
  let failed: RunNote[] = [];
  for (const run of ended) {
    if (hasCounted(run)) failed = [];
    else if (hasFailed(run)) failed.push(run);
    const open = openOf(shownAt(own, run.endedAt), 'monitor');
    const isOpen = open.length > 0;
    const [first = run] = failed;
    const isLasting = failed.length >= MANY_RUNS && run.at - first.at >= LONG;
    // It has committed, so it knew; a message could be published, and its delivery stored.
    const couldTell = run.outcome === 'failed' && run.isAlone && !isMute(scenario, channel, run);
    if (isLasting && couldTell && !isOpen) {
      const text = `${failed.length} runs have not counted, and ${channel} was not told`;
      violations.set('untold', violations.get('untold') ?? told(run, text));
    }
    const mayBeOpen = ({ told: [first] }: Shown) =>
      tooLarge.get(run)?.after && tooLarge.has(first.run);
    if (!open.every(mayBeOpen) && hasCounted(run) && runs.isClear(run, channel)) {
      const text = `a run has counted, and cannot_count is still open in ${channel}`;
      violations.set('open', violations.get('open') ?? told(run, text));
    }
  }
  return [...violations.values()];
}

function told({ endedAt }: RunNote, text: string): Violation {
  return violationAt(endedAt, broken('failure-notified', text));
}

/** A fault of AWS, or of the run itself, stands in the way of a message. */
function isMute(scenario: Known['scenario'], channel: Channel, run: RunNote): boolean {
  const own = ['state', 'bucket', 'read', 'publish', 'run', 'runs', 'short', 'killed', 'clock'];
  return scenario.faults.some(
    (fault) =>
      own.includes(fault.kind.split('-')[0] ?? '') &&
      fault.from <= run.endedAt &&
      fault.to >= run.begunAt &&
      (!('channel' in fault) || fault.channel === undefined || fault.channel === channel),
  );
}
