import { printThreshold } from '../../functions/monitor/thresholds/threshold.ts';
import { isoTime, MINUTE_MS } from '../../functions/monitor/timeline/time.ts';
import type { ComparedSet, Comparison } from './compare-rule-sets.ts';
import type { IncidentNumbers } from './numbers.ts';
import type { ReportContext } from './report.ts';

/** Rises when a field changes its name or meaning, so that readers of the earlier version notice. */
const VERSION = 1;

/** The report of a backtest for machines: one JSON object on one line. */
export function backtestJson(comparison: Comparison, context: ReportContext): string {
  const { range, pieces, events, missingMs, sets, suggestions } = comparison;
  const json = {
    version: VERSION,
    from: isoTime(range.start),
    to: isoTime(range.end),
    source: context.source,
    windowMinutes: context.windowMs / MINUTE_MS,
    timeZone: context.timeZone,
    pieces,
    events,
    missingMinutes: missingMs / MINUTE_MS,
    sets: sets.map((set) => setJson(set, context)),
    suggestions: suggestions.map(({ rule, suggested, reason }) => ({
      rule: printThreshold(rule),
      suggested: printThreshold(suggested),
      reason,
    })),
  };
  return `${JSON.stringify(json)}\n`;
}

function setJson(
  { name, rules, numbers, incidents, notifications }: ComparedSet,
  context: ReportContext,
) {
  const { first, longest, worst, largest, ...rest } = numbers;
  return {
    name,
    thresholds: rules.map(printThreshold),
    ...rest,
    first: first?.id ?? null,
    longest: longest?.id ?? null,
    worst: worst?.id ?? null,
    largestUnnoticed: largest
      ? {
          account: largest.account ?? null,
          lost: largest.lost,
          from: isoTime(largest.start),
          to: isoTime(largest.end),
        }
      : null,
    opened: incidents.map(incidentJson),
    sent: notifications.map(({ at, ...message }) => ({ at: isoTime(at), ...message })),
    deploy: context.deploy(rules),
  };
}

function incidentJson({ openedAt, onset, onsetUntil, until, isOpen, ...rest }: IncidentNumbers) {
  return {
    ...rest,
    onset: isoTime(onset),
    onsetUntil: onsetUntil === undefined ? null : isoTime(onsetUntil),
    openedAt: isoTime(openedAt),
    endedAt: isOpen ? null : isoTime(until),
  };
}
