import { BUCKET, MINUTE } from '../../world/scenario.ts';
import type { Threshold } from '../../world/world-settings.ts';
import { broken, type Violation } from '../complaint.ts';
import { floorTo, overlaps, type Span } from '../span.ts';
import { isBeyond, isBreached } from './breach.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isEnd, timeOf } from './incidents-per-channel.ts';
import type { Told } from './message-with-run.ts';
import { possibleAccounts } from './possible-accounts.ts';
import type { Loss } from './true-losses.ts';
import { mayMissLosses } from './unknown-losses.ts';

/** Sums of these are no counts of something that went wrong. */
const NOT_COUNTED: readonly string[] = ['total', 'metered', 'in_progress', 'monitor'];

/** Messages that open an incident, though the truth has too few losses for any threshold of the subject. */
export function falseOpens(known: Known): Violation[] {
  const all = [...known.told.values()].flat();
  if (mayMissLosses(known.scenario.settings)) return [];
  return all.flatMap((one) => {
    const { kind, subject, window, incidentId } = one.message;
    const isMeant = kind === 'opened' && subject !== null && !NOT_COUNTED.includes(subject);
    if (!isMeant || !window) return [];
    const thresholds = known.scenario.settings.thresholds.filter(
      (threshold) => threshold.subject === subject,
    );
    const newest = { start: timeOf(window.start), end: timeOf(window.end) };
    const counted = countedBefore(all, one);
    const possible = (span: Span) =>
      possibleIn(known, subject, span, counted).filter(
        ({ account }) => !silencedFor(known, one, span).has(account),
      );
    const isTrue = [newest, ...earlierWindows(known, one, newest)].some((span) =>
      thresholds.some((threshold) => mayBreach(known, threshold, possible(span), span, one)),
    );
    if (isTrue) return [];
    const most = possible(newest).length * known.scenario.weight;
    const text = `${subject} (${incidentId}) opened, and at most ${most} events were lost`;
    return [violationAt(one.time, broken('no-false-open', text))];
  });
}

/**
 * A run evaluates every end since the one before it, and the loss may be in an earlier window only.
 * After a silence, and after an obstacle, people are notified of an incident that goes on, with any
 * beginning.
 */
function earlierWindows(known: Known, { message, time, run, channel }: Told, newest: Span): Span[] {
  const { scenario, silences, runs } = known;
  const onset = message.onset === null ? newest.start : timeOf(message.onset);
  const span = { start: onset, end: time };
  const accounts = possibleAccounts(known, message, span);
  const isHeld =
    silences.holding(message.subject ?? '', accounts, span).length > 0 ||
    !runs.isQuiet(channel, onset, time);
  const before = Math.min(run.before ?? newest.end, isHeld ? onset : newest.end);
  const length = scenario.settings.windowMinutes * MINUTE;
  const windows: Span[] = [];
  for (let end = floorTo(BUCKET, before) + BUCKET; end < newest.end; end += BUCKET) {
    windows.push({ start: end - length, end });
  }
  return windows;
}

/**
 * Accounts whose losses must open nothing. Where Togai does not tell accounts apart, losses have no
 * account.
 */
function silencedFor({ silences, runs }: Known, one: Told, { start }: Span): ReadonlySet<string> {
  return runs.isQuiet('', start, one.time) ? silences.accountsAt(one) : new Set();
}

/** Up to which time the losses of an account were counted by an end. */
function countedBefore(all: readonly Told[], { time, message }: Told): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const end of all) {
    const isEarlier = isEnd(end) && end.time < time && end.message.subject === message.subject;
    if (!isEarlier) continue;
    for (const account of end.message.accounts) {
      if (account.end === null) continue;
      const until = Math.max(timeOf(account.end), counted.get(account.name) ?? 0);
      counted.set(account.name, until);
    }
  }
  return counted;
}

/** All losses that may count in a window, a piece more on either side. */
function possibleIn(
  { losses, runs }: Known,
  subject: string,
  { start, end }: Span,
  counted: ReadonlyMap<string, number>,
): Loss[] {
  const wide = {
    start: runs.pieceAt(start).start - BUCKET,
    end: runs.pieceAt(end - 1).end + BUCKET,
  };
  return losses.of(subject).filter((loss) => {
    const span = losses.spanOf(loss);
    return overlaps(span, wide) && !wasCounted(loss, span, counted.get(loss.account));
  });
}

/** It was lost when its bucket was counted, and that was before the end. A loss that is counted later can open again. */
function wasCounted(
  { event, certainFrom }: Loss,
  { end }: Span,
  until: number | undefined,
): boolean {
  if (until === undefined || certainFrom === undefined) return false;
  return end <= until && certainFrom <= floorTo(BUCKET, event.createdAt) + BUCKET;
}

function mayBreach(
  { scenario, traffic, runs }: Known,
  threshold: Threshold,
  possible: readonly Loss[],
  span: Span,
  { time, run }: Told,
): boolean {
  const { unit, by, operator } = threshold;
  if (operator.startsWith('<')) return true;
  // Names may come later than the events where Togai did not group them.
  if (by && !runs.isQuiet('', span.start, time)) return possible.length > 0;
  if (unit === 'events') return isBreached(threshold, possible, scenario.weight);
  const narrow = {
    start: runs.pieceAt(span.start).end + BUCKET,
    end: runs.pieceAt(span.end - 1).start - BUCKET,
  };
  const isShare = (own: readonly Loss[], account: string | undefined) => {
    // All events of an account are asked for once it has lost some: its window begins then.
    const isNew = account !== undefined && run.source === 'metrics';
    const first = isNew ? Math.min(...own.map(({ becameAt }) => becameAt)) : narrow.start;
    const known = { start: Math.max(narrow.start, first), end: narrow.end };
    const base = traffic.settledIn(account, known, known.end);
    return isBeyond(threshold, Math.min(100, (100 * own.length) / Math.max(1, base)));
  };
  if (!by) return isShare(possible, undefined);
  if (by === 'schema') return possible.length > 0;
  const groups = Map.groupBy(possible, ({ account }) => account);
  return [...groups].some(([account, own]) => isShare(own, account));
}
