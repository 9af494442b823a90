import { STATUS_GROUPS } from '../functions/monitor/steps/status.ts';
import { rankGroups } from '../functions/monitor/steps/summary.ts';
import type { Groups } from '../functions/monitor/steps/tally.ts';
import { isoTime } from '../functions/monitor/steps/time.ts';
import type { CheckResult } from './check.ts';
import { countInGroup } from './report.ts';

const DEFAULT_TOP = 10;

/**
 * The result of a check for a machine: one line, one object. The README documents it.
 *
 * @param top how many accounts and schemas it lists
 */
export function reportJson(
  { window, counting, failedKnown, tally, verdicts, stats, durationMs }: CheckResult,
  top = DEFAULT_TOP,
): string {
  const topOf = ({ counts }: Groups) =>
    rankGroups(counts)
      .slice(0, top)
      .map((group) => (failedKnown ? group : { ...group, failed: null }));
  const json = JSON.stringify({
    window: { start: isoTime(window.start), end: isoTime(window.end) },
    complete: true,
    counting,
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
    topAccounts: topOf(tally.accounts),
    topSchemas: topOf(tally.schemas),
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
