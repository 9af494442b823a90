import {
  BUCKET,
  countingAt,
  MINUTE,
  type Scenario,
  type Threshold,
  thresholdText,
} from '../world/scenario.ts';
import { statusAt, type TrueEvent } from '../world/true-event.ts';
import { calendarOf, floorTo, type Span } from './calendar.ts';
import type { ClearRuns } from './clear-runs.ts';
import { broken, type Violation } from './complaint.ts';
import type { Delivered } from './expected-messages.ts';
import { isOf } from './status-groups.ts';
import type { UncertainRanges } from './uncertain-ranges.ts';

/** The notifications and the runs of a world that is over. */
export interface Notified {
  readonly delivered: readonly Delivered[];
  readonly clearRuns: ClearRuns;
  readonly uncertain: UncertainRanges;
}

/** An alert as messages showed it, epoch ms. */
interface NotifiedAlert {
  readonly firedAt: number;
  /** Infinite without an end. */
  readonly endedAt: number;
  readonly notifiedAt: number;
}

/**
 * The breaches that the truth alone shows, without a look at the stored buckets. The first run without an obstacle that
 * evaluates such a breach must notify people of it.
 *
 * @returns also how many breaches there were
 */
export function demandedBreaches(
  scenario: Scenario,
  truth: readonly TrueEvent[],
  notified: Notified,
): { readonly demanded: number; readonly violations: Violation[] } {
  const { thresholds, ignoredAccounts, ignoredSchemas } = scenario.settings;
  const byTimestamp = scenario.timeField !== 'createdAt';
  // A bucket by timestamp does not hold the events that were created in it.
  if (byTimestamp && scenario.counting.some(({ how }) => how === 'events')) {
    return { demanded: 0, violations: [] };
  }
  const ignored = new Set([...ignoredAccounts, ...ignoredSchemas].map(({ name }) => name));
  const evaluated = truth.filter(
    ({ account, schema }) => !ignored.has(account) && !ignored.has(schema),
  );
  const results = thresholds
    .filter((threshold) => isPlain(threshold) && !mayBeCovered(threshold, thresholds))
    .map((threshold) => demandedOf(threshold, scenario, evaluated, notified));
  return {
    demanded: results.reduce((sum, { demanded }) => sum + demanded, 0),
    violations: results.flatMap(({ violation }) => violation ?? []),
  };
}

function isPlain({ unit, operator, forMinutes }: Threshold): boolean {
  return unit === 'events' && operator.startsWith('>') && forMinutes === 0;
}

function mayBeCovered({ critical, subject }: Threshold, all: readonly Threshold[]): boolean {
  return !critical && all.some((other) => other.critical && other.subject === subject);
}

function demandedOf(
  threshold: Threshold,
  scenario: Scenario,
  truth: readonly TrueEvent[],
  notified: Notified,
): { readonly demanded: number; readonly violation: Violation | undefined } {
  const name = thresholdText(threshold);
  const events = certainEvents(threshold, scenario, truth);
  const alerts = notifiedAlerts(name, notified.delivered);
  let demanded = 0;
  let wasBreached = false;
  for (const { start, end } of windowsSeen(threshold, scenario, notified)) {
    const inWindow: TrueEvent[] = [];
    for (let bucket = start; bucket < end; bucket += BUCKET) {
      inWindow.push(...(events.get(bucket) ?? []));
    }
    const breached = isBreached(threshold, inWindow);
    if (breached && !wasBreached) demanded++;
    wasBreached = breached;
    // A breach that is over when the run evaluates is notified with its end, later.
    const run = breached ? notified.clearRuns.thatEvaluated(start, end) : undefined;
    if (!run) continue;
    const isNotified = alerts.some(
      ({ firedAt, endedAt, notifiedAt }) =>
        firedAt <= end && endedAt > end && notifiedAt <= run.time,
    );
    if (isNotified) continue;
    const text = `${name} was plainly breached at ${new Date(end).toISOString()}, and nobody was notified`;
    const violation = { time: run.time, ...broken('breach-notified', text) };
    return { demanded, violation };
  }
  return { demanded, violation: undefined };
}

/** The events that are of the subject since their bucket settled and stay so, by the start of the bucket. */
function certainEvents(
  { subject }: Threshold,
  { settings }: Scenario,
  truth: readonly TrueEvent[],
): Map<number, TrueEvent[]> {
  const certain = truth.filter((event) => {
    const settled = floorTo(BUCKET, event.createdAt) + BUCKET + settings.settleMinutes * MINUTE;
    const seen = statusAt(event, settled);
    if (seen === undefined || !isOf(subject, seen)) return false;
    const later = event.statuses.filter(({ from }) => from > settled);
    return later.every(({ status }) => isOf(subject, status));
  });
  return Map.groupBy(certain, ({ createdAt }) => floorTo(BUCKET, createdAt));
}

/** The windows that a run without an obstacle had to evaluate. */
function windowsSeen(
  { by }: Threshold,
  scenario: Scenario,
  { clearRuns, uncertain }: Notified,
): Span[] {
  const { settings } = scenario;
  const first = (clearRuns.firstWatermark ?? Number.POSITIVE_INFINITY) + BUCKET;
  const last = clearRuns.newest?.watermark ?? 0;
  const windows: Span[] = [];
  for (let end = first; end <= last; end += BUCKET) {
    const how = countingAt(scenario, end + settings.settleMinutes * MINUTE);
    const window = calendarOf(how, settings).windowAt(end);
    if (!uncertain.touch({ start: window.start, end }, by !== undefined)) windows.push(window);
  }
  return windows;
}

function notifiedAlerts(name: string, delivered: readonly Delivered[]): NotifiedAlert[] {
  const alerts = new Map<string, NotifiedAlert>();
  for (const { notified, time } of delivered) {
    if (notified.threshold !== name || notified.firedAt === null) continue;
    const notifiedAt = alerts.get(notified.alertId)?.notifiedAt ?? time;
    const endedAt =
      notified.resolvedAt === null ? Number.POSITIVE_INFINITY : Date.parse(notified.resolvedAt);
    alerts.set(notified.alertId, { firedAt: Date.parse(notified.firedAt), endedAt, notifiedAt });
  }
  return [...alerts.values()];
}

function isBreached({ by, limit, operator }: Threshold, events: readonly TrueEvent[]): boolean {
  const isBeyond = (count: number) => (operator === '>=' ? count >= limit : count > limit);
  if (!by) return isBeyond(events.length);
  const groups = Map.groupBy(events, (event) => event[by]);
  return [...groups.values()].some((group) => isBeyond(group.length));
}
