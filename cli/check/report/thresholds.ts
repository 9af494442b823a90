import { nameText } from '../../../functions/monitor/text/name-text.ts';
import { counted, formatCount, printable } from '../../../functions/monitor/text/text.ts';
import type { EvaluationState } from '../../../functions/monitor/thresholds/evaluate.ts';
import {
  type InsufficientReason,
  MAX_IN_PROGRESS_SHARE,
} from '../../../functions/monitor/thresholds/insufficient.ts';
import { valueText } from '../../../functions/monitor/thresholds/value-text.ts';
import { formatDuration } from '../../../functions/monitor/timeline/duration.ts';
import { isoTime, shortTime } from '../../../functions/monitor/timeline/time.ts';
import type { Paint, Style } from '../../terminal.ts';
import type { CheckedThreshold, CheckResult } from '../check.ts';
import { dimHead, table } from './table.ts';

const STATES: Readonly<Record<EvaluationState, string>> = {
  breached: 'BREACHED',
  ok: 'ok',
  insufficient: 'not enough data',
};

const REASONS: Readonly<Record<InsufficientReason, string>> = {
  incomplete: 'not every bucket was counted completely',
  'in progress': `over ${100 * MAX_IN_PROGRESS_SHARE}% of the events are still in progress`,
  'too few': 'too few events for a share (see --minimum-events)',
  truncated: 'there may be accounts or schemas whose names are not known',
  'not asked for': 'Togai metrics cannot be asked for the events of this rule',
  'longer window': 'Togai counts whole hours, and a longer range could hide a lack',
};

/** Each threshold with its evaluation, and the accounts or schemas that breach it. */
export function thresholds(result: CheckResult, paint: Paint): string[] {
  const { evaluations, window } = result;
  const rows = evaluations.map((evaluation) => [
    STATES[evaluation.state],
    evaluation.severity,
    evaluation.threshold,
    evaluation.state === 'insufficient' ? '-' : valueText(evaluation.value, evaluation),
    evaluation.reason ? REASONS[evaluation.reason] : aboutBreach(evaluation, window.end),
  ]);
  const stateStyle = (_: string, row: number): Style => {
    const evaluation = evaluations[row - 1];
    if (!evaluation || evaluation.state === 'insufficient') return 'dim';
    if (evaluation.state === 'ok') return 'green';
    if (evaluation.lossEndedAt !== undefined) return 'yellow';
    return evaluation.severity === 'critical' ? ['bold', 'red'] : ['bold', 'yellow'];
  };
  const lines = table(
    [
      { style: stateStyle },
      { style: dimHead },
      { style: dimHead, maxWidth: 70 },
      { align: 'right', style: dimHead },
      { maxWidth: 100 },
    ],
    [['STATE', 'SEVERITY', 'THRESHOLD', 'VALUE', ''], ...rows],
    paint,
  );
  return [...lines, ...aboutLongRange(result)];
}

/** The monitor compares each limit with a window. In a longer range numbers add up, and a short loss is a smaller share. */
function aboutLongRange({ asked, windowMs }: CheckResult): string[] {
  const length = asked.end - asked.start;
  if (length <= windowMs) return [];
  return [
    `The limits are for ${formatDuration(windowMs)}, and were compared with ${formatDuration(length)}: numbers add up, and a short loss is a small share.`,
  ];
}

/** The breached thresholds alone, one line each; an empty text if there are none. */
export function breachedLines({ evaluations, window }: CheckResult): string {
  return evaluations
    .filter(({ state }) => state === 'breached')
    .map((evaluation) => {
      const about = aboutBreach(evaluation, window.end);
      const whose = about === '' ? '' : `: ${about}`;
      const breach = `${evaluation.severity}: "${evaluation.threshold}" is breached with ${valueText(evaluation.value, evaluation)}`;
      return `${breach} from ${isoTime(window.start)} to ${isoTime(window.end)}${whose}\n`;
    })
    .join('');
}

/** `acme 56.5% (507 events); resolved at 10:40 UTC, still in the window` */
function aboutBreach(evaluation: CheckedThreshold, windowEnd: number): string {
  const { lossEndedAt } = evaluation;
  const list = listGroups(evaluation);
  if (lossEndedAt === undefined) return list;
  const ended = `${resolvedText(lossEndedAt, evaluation, windowEnd)}, still in the window`;
  return list === '' ? ended : `${list}; ${ended}`;
}

/** `resolved at 10:40 UTC`; where Togai counted a longer time as one, `resolved by 11:00 UTC`. */
export function resolvedText(
  endedAt: number,
  { mayHaveEndedEarlier }: Pick<CheckedThreshold, 'mayHaveEndedEarlier'>,
  windowEnd: number,
): string {
  return `resolved ${mayHaveEndedEarlier ? 'by' : 'at'} ${endText(endedAt, windowEnd)}`;
}

/** The time of an end, with its day where that is not the last one of the window. */
function endText(time: number, windowEnd: number): string {
  const text = shortTime(time);
  const isThatDay = text.slice(0, 10) === shortTime(windowEnd).slice(0, 10);
  return `${isThatDay ? text.slice(11) : text} UTC`;
}

/** `acme 56.5% (507 events), globex 51% (40 events), 3 more` */
function listGroups(evaluation: CheckedThreshold): string {
  const { by, groups: breached, unit } = evaluation;
  const shown = breached.slice(0, 3).map(({ name, value, events }) => {
    const share = unit === 'percent' ? ` (${counted(events, 'event')})` : '';
    return `${printable(nameText(by ?? 'account', name), 60)} ${valueText(value, evaluation)}${share}`;
  });
  const more = breached.length - shown.length;
  return [...shown, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ');
}
