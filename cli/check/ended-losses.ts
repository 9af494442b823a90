import type { Piece } from '../../functions/monitor/events/pieces.ts';
import {
  advanceIncidents,
  type EvaluationOptions,
} from '../../functions/monitor/incidents/advance-incidents.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { rulesBySubject } from '../../functions/monitor/incidents/rules-of-incident.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';

/**
 * The incidents of a range, as they stand at its end, from this range alone. Earlier counts are
 * unknown, so a rule need not have been breached for some time.
 *
 * @param pieces oldest first
 */
export function incidentsIn(
  pieces: readonly Piece[],
  { start, end }: Range,
  options: EvaluationOptions,
): readonly Incident[] {
  const { incidents } = advanceIncidents({
    alerts: [],
    incidents: [],
    rules: undefined,
    evaluatedTo: undefined,
    watermark: end,
    counted: { list: pieces, inProgressIn: () => undefined },
    windowMs: end - start,
    options: {
      ...options,
      thresholds: options.thresholds.map((rule) => ({ ...rule, forMinutes: 0 })),
    },
  });
  return incidents;
}

/**
 * When the loss ended that still breaches a rule over its window, epoch ms. `undefined` where some
 * of it goes on, or may go on: an account that sends nothing any more is not known to be mended.
 *
 * @param incidents as they stand at the end of the window
 */
export function lossEndedAt(rule: Threshold, incidents: readonly Incident[]): number | undefined {
  const [group] = rulesBySubject([rule]);
  if (group?.nature !== 'loss') return undefined;
  const own = incidents.filter(
    ({ subject, nature }) => nature === 'loss' && subject === group.subject,
  );
  const isKnown = own.every(
    ({ end, accounts }) =>
      end?.kind === 'resolved' && accounts.every(({ endedAt }) => endedAt !== undefined),
  );
  return isKnown && own.length > 0 ? Math.max(...own.map(({ end }) => end?.at ?? 0)) : undefined;
}
