import { BUCKET, HOUR, MINUTE } from '../../world/scenario.ts';
import { broken, minuteText, type Violation } from '../complaint.ts';
import { floorTo } from '../span.ts';
import { longestPause, PROOF } from './could-be-mended.ts';
import { type Evaluated, evaluatedRuns } from './evaluated.ts';
import { type Known, violationAt } from './finished-world.ts';
import { type Shown, timeOf } from './incidents-per-channel.ts';
import type { Told } from './message-with-run.ts';
import { isLoss, isPlainTime, type Loss } from './true-losses.ts';
import { mayMissLosses } from './unknown-losses.ts';

/** An end is notified so long after the bucket of the last loss, and a run later. */
const END_AFTER = 25 * MINUTE;
const LONGEST = 6 * HOUR;
/** With fewer lost events an account has no name in an incident. */
const LEAST_NAMED = 5;
const CALM = 3 * BUCKET;
/** Losses of so long before the onset may belong to the incident. */
const LEAD = 30 * MINUTE;
/** A share in progress that surely is no obstacle: 10% are allowed. */
const IN_PROGRESS = 0.08;

/** Incidents that a channel still takes for open, long after the last loss. The first of each incident. */
export function endsNotTold(known: Known): Violation[] {
  return [...known.told].flatMap(([channel, told]) => {
    const late = new Set<string>();
    return evaluatedRuns(known, channel, told).flatMap((one) =>
      [...one.after.values()].flatMap((shown) => {
        const problem = late.has(shown.id) ? undefined : lateProblem(known, one, shown);
        if (!problem) return [];
        late.add(shown.id);
        const text = `${shown.subject} (${shown.id}) is still open in ${channel}: ${problem}`;
        return [violationAt(one.run.endedAt, broken('ended-in-time', text))];
      }),
    );
  });
}

/** Ends that are notified hours after the run in which their own numbers proved them. */
export function endsToldLate(known: Known): Violation[] {
  return [...known.told].flatMap(([channel, told]) => {
    const evaluated = evaluatedRuns(known, channel, told);
    return told.flatMap((one) => {
      const { kind, subject, endedAt, incidentId } = one.message;
      if (kind !== 'resolved' || subject === null || !isLoss(subject) || endedAt === null)
        return [];
      const end = timeOf(endedAt);
      const due = end + LONGEST + END_AFTER + known.scenario.settings.runEveryMinutes * MINUTE;
      const missed = evaluated.find(
        ({ run, window, before }) =>
          window.end >= due && run.endedAt < one.time && before.get(incidentId ?? '')?.isOpen,
      );
      if (!missed || !isProvedByItself(known, one, end, missed)) return [];
      const text = `${subject} (${incidentId}) was over at ${minuteText(end)}, and is told as late as this in ${channel}`;
      return [violationAt(one.time, broken('ended-in-time', text))];
    });
  });
}

/** Each account has sent enough without loss, as the message gives its share, and nothing stood in the way of counting. */
function isProvedByItself(
  { runs, scenario, traffic }: Known,
  { message: { accounts, moreAccounts, othersLost } }: Told,
  end: number,
  { run, window, channel }: Evaluated,
): boolean {
  if (moreAccounts + othersLost > 0) return false;
  const counted = window.end - scenario.settings.settleMinutes * MINUTE - BUCKET;
  const hasProof = accounts.every(({ name, lost, total, end: ended }) => {
    if (total === null || ended === null) return false;
    const sent = traffic.settledIn(name, { start: end, end: counted }, counted);
    return sent * scenario.weight >= (1.25 * PROOF * total) / Math.max(1, lost);
  });
  return (
    hasProof &&
    runs.isQuiet(channel, end - HOUR, run.endedAt) &&
    isPlainTime(scenario, end, run.endedAt) &&
    !runs.uncertain.touch({ start: end - HOUR, end: window.end }, true) &&
    isSettled(traffic, end, window.end)
  );
}

function lateProblem(known: Known, one: Evaluated, shown: Shown): string | undefined {
  const { scenario, runs } = known;
  const { subject, isOpen } = shown;
  const { end } = one.window;
  const isMeant = isOpen && isLoss(subject) && endsWithTheLoss(known, subject);
  if (!isMeant || isOfUnknown(known, shown)) return undefined;
  const all = known.losses.of(subject);
  const newest = all.findLast(({ becameAt }) => becameAt < one.run.endedAt);
  if (newest && newest.event.createdAt > end - END_AFTER) return undefined;
  const { onset, at } = onsetOf(shown);
  const own = all.filter(
    (loss) => loss.event.createdAt >= onset - LEAD && loss.becameAt < one.run.endedAt,
  );
  const last = Math.max(
    at,
    ...own.map(({ event, becameAt }) => Math.max(event.createdAt, becameAt)),
  );
  const lastEnd = floorTo(BUCKET, last) + BUCKET;
  const interval = scenario.settings.runEveryMinutes * MINUTE;
  const learnt = Math.min(LONGEST, 1.5 * (pauseIn(own) + 2 * Math.max(BUCKET, interval)));
  const due = lastEnd + Math.max(END_AFTER, learnt) + interval;
  const isPlain =
    end >= due &&
    !isOfNobody(known, one, shown, own) &&
    runs.isQuiet(one.channel, lastEnd - interval, one.run.endedAt) &&
    isPlainTime(scenario, onset, one.run.endedAt) &&
    isProved(known, one, own, { start: lastEnd, lasting: Math.max(CALM, learnt) });
  return isPlain ? `the last loss was at ${minuteText(last)}` : undefined;
}

/**
 * Events without an account are part of it, and Togai metrics count. These cannot be asked how many of them there are in all, so
 * they prove no end.
 */
function isOfNobody(
  { scenario: { weight } }: Known,
  { source }: Evaluated,
  { told }: Shown,
  own: readonly Loss[],
): boolean {
  const nameless = own.filter(({ account }) => account === '').length * weight;
  const isPart = told.some(
    ({ message: { accounts, othersLost } }) =>
      othersLost > 0 || accounts.length === 0 || accounts.some(({ name }) => name === ''),
  );
  return source === 'metrics' && isPart && nameless >= LEAST_NAMED;
}

function isOfUnknown({ scenario: { settings } }: Known, { told }: Shown): boolean {
  const accounts = told.flatMap(({ message }) => message.accounts);
  return accounts.some(({ name }) => mayMissLosses(settings, name));
}

/** All thresholds of the subject are of the kind that ends when the loss ends. */
function endsWithTheLoss({ scenario }: Known, subject: string): boolean {
  return scenario.settings.thresholds.every(
    (threshold) => threshold.subject !== subject || threshold.operator.startsWith('>'),
  );
}

/** The first notified onset, and the onset of the newest message that opened it. */
function onsetOf({ told }: Shown): { readonly onset: number; readonly at: number } {
  const onsets = told.map(({ message: { onset }, at }) => (onset === null ? at : timeOf(onset)));
  const opened = told.findLast(({ message: { kind } }) => kind === 'opened') ?? told[0];
  return { onset: Math.min(...onsets), at: opened.at };
}

/** The longest pause between two losses of an account, ms. */
function pauseIn(own: readonly Loss[]): number {
  const byAccount = [...Map.groupBy(own, ({ account }) => account).values()];
  return Math.max(
    0,
    ...byAccount.map((losses) => longestPause(losses.map(({ event }) => event.createdAt))),
  );
}

/** A stretch without any loss: each account that may be named has sent enough in it, and little was in progress. */
function isProved(
  { traffic, scenario }: Known,
  { window: { end } }: Evaluated,
  own: readonly Loss[],
  { start, lasting }: { readonly start: number; readonly lasting: number },
): boolean {
  const { minimumEvents, settleMinutes, thresholds, runEveryMinutes } = scenario.settings;
  const byAccount = [...Map.groupBy(own, ({ account }) => account)];
  const needsBase = thresholds.some(({ unit }) => unit === 'percent');
  const isProof = (until: number) => {
    const counted = until - settleMinutes * MINUTE - BUCKET;
    const hasTraffic = byAccount.every(([account, losses]) => {
      const first = Math.min(...losses.map(({ event }) => event.createdAt));
      const all = traffic.createdIn(account, { start: floorTo(BUCKET, first), end: start });
      const sent = traffic.settledIn(account, { start, end: counted }, counted);
      return sent >= (1.25 * PROOF * all) / losses.length;
    });
    const calm = { start: counted - CALM, end: counted };
    const isKnown = !needsBase || othersSend(traffic, byAccount, calm) >= minimumEvents;
    return (
      hasTraffic && isKnown && isSettled(traffic, until - floorTo(BUCKET, lasting) - BUCKET, until)
    );
  };
  const first = start + floorTo(BUCKET, lasting + runEveryMinutes * MINUTE) + BUCKET;
  for (let until = first; until <= end; until += BUCKET) if (isProof(until)) return true;
  return false;
}

function othersSend(
  traffic: Known['traffic'],
  named: readonly (readonly [string, unknown])[],
  span: { readonly start: number; readonly end: number },
): number {
  const own = named.map(([account]) => traffic.createdIn(account, span));
  return traffic.createdIn(undefined, span) - own.reduce((sum, events) => sum + events, 0);
}

/** Little is in progress when the buckets of a span are over, and in the hours of the span. */
function isSettled(traffic: Known['traffic'], start: number, end: number): boolean {
  const isCalm = (span: { readonly start: number; readonly end: number }, by: number) => {
    const created = traffic.createdIn(undefined, span);
    return created - traffic.settledIn(undefined, span, by) <= IN_PROGRESS * created;
  };
  for (let bucket = start; bucket < end; bucket += BUCKET) {
    if (!isCalm({ start: bucket, end: bucket + BUCKET }, bucket + BUCKET)) return false;
  }
  return isCalm({ start: floorTo(HOUR, end - HOUR), end }, end);
}
