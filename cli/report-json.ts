import { STATUS_GROUPS } from '../functions/monitor/steps/status.ts';
import { isoTime } from '../functions/monitor/steps/time.ts';
import type { CheckResult } from './check.ts';
import { countInGroup, topGroups } from './report.ts';

const TOP = 10;

/** The result of a check for a machine: one line, one object. The README documents it. */
export function reportJson({ window, tally, verdicts, stats, durationMs }: CheckResult): string {
  return `${JSON.stringify({
    window: { start: isoTime(window.start), end: isoTime(window.end) },
    complete: true,
    total: tally.total,
    byStatus: Object.fromEntries(tally.byStatus),
    groups: Object.fromEntries(
      STATUS_GROUPS.map((group) => [group, countInGroup(tally.byStatus, group)]),
    ),
    ignored: tally.ignored,
    malformed: tally.malformed,
    verdicts: verdicts.map(({ threshold, state, value, limit, unit, severity, groups }) => ({
      threshold,
      state,
      value,
      limit,
      unit,
      severity,
      groups,
    })),
    topAccounts: topGroups(tally.accounts.counts, TOP),
    topSchemas: topGroups(tally.schemas.counts, TOP),
    requests: stats.requests,
    throttled: stats.throttled,
    retries: stats.retries,
    durationMs,
  })}\n`;
}
