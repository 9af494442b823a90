import type { Groups } from '../functions/monitor/events/counts.ts';
import { STATUS_GROUPS } from '../functions/monitor/events/status-groups.ts';
import { rankGroups } from '../functions/monitor/notifications/window-summary.ts';
import { isoTime } from '../functions/monitor/timeline/time.ts';
import type { CheckResult } from './check.ts';
import { countInGroup } from './report.ts';

const DEFAULT_TOP = 10;

/** Raised when a reader of the last version could misunderstand the next. */
const VERSION = 2;

/**
 * The result of a check for a machine: one line, one object. The README documents it.
 *
 * @param top how many accounts and schemas it lists
 */
export function reportJson(
  { window, counting, failedKnown, counts, evaluations, stats, durationMs }: CheckResult,
  top = DEFAULT_TOP,
): string {
  const topOf = ({ byName }: Groups) =>
    rankGroups(byName)
      .slice(0, top)
      .map((group) => (failedKnown ? group : { ...group, failed: null }));
  const json = JSON.stringify({
    version: VERSION,
    window: { start: isoTime(window.start), end: isoTime(window.end) },
    complete: true,
    counting,
    total: counts.total,
    byStatus: Object.fromEntries(counts.byStatus),
    groups: Object.fromEntries(
      STATUS_GROUPS.map((group) => [group, countInGroup(counts.byStatus, group)]),
    ),
    ignored: counts.ignored,
    malformed: counts.malformed,
    evaluations: evaluations.map(({ threshold, state, value, limit, unit, severity, groups }) => ({
      threshold,
      state,
      value,
      limit,
      unit,
      severity,
      groups,
    })),
    topAccounts: topOf(counts.accounts),
    topSchemas: topOf(counts.schemas),
    requests: stats.requests,
    throttled: stats.throttled,
    retries: stats.retries,
    durationMs,
  });
  return `${escapeUnprintable(json)}\n`;
}

/** Texts from events stay what they are, but move no cursor where the JSON is shown on a terminal. */
function escapeUnprintable(json: string): string {
  return json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
