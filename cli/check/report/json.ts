import type { Groups } from '../../../functions/monitor/events/counts.ts';
import { STATUS_GROUPS } from '../../../functions/monitor/events/status-groups.ts';
import { rankGroups } from '../../../functions/monitor/notifications/window-summary.ts';
import { isoTime } from '../../../functions/monitor/timeline/time.ts';
import { jsonLine } from '../../json-line.ts';
import type { CheckResult } from '../check.ts';
import { countInGroup } from './figures.ts';

export const DEFAULT_TOP_OF_JSON = 10;

/** Rises when a field changes its name or meaning, so that readers of the earlier version notice. */
const VERSION = 2;

/**
 * The result of a check for a machine: one object on one line. Times are ISO, in UTC.
 * docs/command-line.md documents the fields.
 *
 * @param top how many accounts and schemas it lists
 */
export function reportJson(result: CheckResult, top = DEFAULT_TOP_OF_JSON): string {
  const { window, source, sourceReason, fromStack, counts, evaluations, stats, durationMs } =
    result;
  const topOf = ({ byName }: Groups) => rankGroups(byName).slice(0, top);
  return jsonLine({
    version: VERSION,
    window: { start: isoTime(window.start), end: isoTime(window.end) },
    complete: !result.lacksLate,
    source,
    sourceReason,
    stack: fromStack?.stack ?? null,
    total: counts.total,
    byStatus: Object.fromEntries(counts.byStatus),
    groups: Object.fromEntries(
      STATUS_GROUPS.map((group) => [group, countInGroup(counts.byStatus, group)]),
    ),
    ignored: counts.ignored,
    malformed: counts.malformed,
    evaluations: evaluations.map(
      ({ threshold, state, value, limit, unit, severity, groups, lossEndedAt }) => ({
        threshold,
        state,
        value,
        limit,
        unit,
        severity,
        groups,
        resolvedAt: lossEndedAt === undefined ? null : isoTime(lossEndedAt),
      }),
    ),
    topAccounts: topOf(counts.accounts),
    topSchemas: topOf(counts.schemas),
    requests: stats.requests,
    throttled: stats.throttled,
    retries: stats.retries,
    durationMs,
  });
}
