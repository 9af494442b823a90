import { type Counts, countWhere } from './events/counts.ts';
import { groupOf, isSettled, type StatusGroup } from './events/status-groups.ts';
import type { RunResult } from './run.ts';
import type { MetricName } from './settings/names-shared-with-stack.ts';
import { visible } from './text/text.ts';
import { isoTime, MINUTE_MS } from './timeline/time.ts';

/** A CloudWatch metric of a run. AWS bills each name, so there are twelve names and no dimensions. */
export interface RunMetric {
  readonly name: MetricName;
  readonly unit: 'Count' | 'Percent' | 'None';
  readonly value: number;
}

/** The metrics of a run. A value that the run did not find out is left out: unknown is not zero. */
export function metricsOf(result: RunResult): RunMetric[] {
  const { evaluated, stats, backlogMs, open } = result;
  const metrics: RunMetric[] = [];
  const add = (name: MetricName, unit: RunMetric['unit'], value: number | undefined) => {
    if (value !== undefined) metrics.push({ name, unit, value });
  };
  if (result.outcome === 'finished' || result.outcome === 'failed') {
    // A run that cannot notify anybody has not succeeded. One working channel is enough, because it
    // gets a message about the broken one. An alarm for that would be on already when the monitor
    // dies.
    const succeeded = result.outcome === 'finished' && result.reachesPeople !== false;
    add('RunSucceeded', 'Count', succeeded ? 1 : 0);
  }
  if (evaluated?.whole) {
    const { counts } = evaluated;
    const settled = countWhere(counts.byStatus, isSettled);
    const unmetered = inGroup(counts, 'unmetered');
    add('EventsTotal', 'Count', counts.total);
    add('EventsUnmetered', 'Count', unmetered);
    add('EventsFailed', 'Count', inGroup(counts, 'failed'));
    add('EventsUnknown', 'Count', inGroup(counts, 'unknown'));
    add('EventsInProgress', 'Count', inGroup(counts, 'in_progress'));
    add('UnmeteredPercent', 'Percent', settled === 0 ? undefined : (100 * unmetered) / settled);
  }
  add('BacklogMinutes', 'None', backlogMs === undefined ? undefined : backlogMs / MINUTE_MS);
  add('TogaiRequests', 'Count', stats?.requests);
  add('TogaiThrottled', 'Count', stats?.throttled);
  add('IncidentsOpen', 'Count', open?.length);
  add('SubscriptionsMissing', 'Count', missingIn(result));
  return metrics;
}

/** Additional subscriptions, made by hand, are no reason to worry. */
function missingIn({ subscriptions }: RunResult): number | undefined {
  if (subscriptions?.confirmed === undefined) return undefined;
  return Math.max(0, subscriptions.configured - subscriptions.confirmed);
}

/**
 * The one log line of a run: numbers, statuses and thresholds. It holds nothing of any event.
 *
 * @param at the scheduled time, epoch ms
 */
export function logLineOf(at: number, result: RunResult): Readonly<Record<string, unknown>> {
  const { outcome, evaluated, stats, open } = result;
  return {
    at: isoTime(at),
    outcome,
    problem: problemOf(result),
    source: result.source,
    sourceReason: result.sourceReason,
    due: result.due,
    counted: result.counted,
    partial: result.partial,
    delivered: result.delivered,
    undelivered: result.undelivered,
    ...(result.problems?.length && { problems: result.problems }),
    subscriptions: result.subscriptions,
    backlogMinutes: result.backlogMs === undefined ? undefined : result.backlogMs / MINUTE_MS,
    open: open?.map(({ id, subject, severity, onset, onsetUntil }) => ({
      id,
      subject,
      severity,
      since: isoTime(onset),
      // It began anywhere between the two.
      sinceUntil: onsetUntil === undefined ? undefined : isoTime(onsetUntil),
    })),
    ...(evaluated && {
      window: { start: isoTime(evaluated.window.start), end: isoTime(evaluated.window.end) },
      whole: evaluated.whole,
      total: evaluated.counts.total,
      byStatus: evaluated.counts.byStatus,
      ignored: evaluated.counts.ignored,
      malformed: evaluated.counts.malformed,
      evaluations: evaluated.evaluations.map(({ threshold, state, value }) => ({
        threshold,
        state,
        value,
      })),
    }),
    ...stats,
  };
}

/**
 * For `JSON.stringify`: writes a value of a log line so that a log holds no control or bidi characters. Maps become objects here
 * and not before, because merging objects would lose names such as `__proto__`.
 */
export function forLog(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (!(value instanceof Map)) return value;
  const entries: [unknown, unknown][] = [...value];
  return Object.fromEntries(entries.map(([name, inner]) => [visibleName(String(name)), inner]));
}

/** Doubles backslashes, so that a name with the text of an escape stays different from the others. */
function visibleName(name: string): string {
  return visible(name.replaceAll('\\', '\\\\'));
}

/** Why the run did not count, and the settings that it could not use. */
function problemOf({ error, settingsProblem }: RunResult): string | undefined {
  // The error may be about the same settings.
  const reasons = new Set([error?.message, settingsProblem].filter(Boolean));
  return reasons.size > 0 ? [...reasons].join('; ') : undefined;
}

function inGroup({ byStatus }: Counts, group: StatusGroup): number {
  return countWhere(byStatus, (status) => groupOf(status) === group);
}
