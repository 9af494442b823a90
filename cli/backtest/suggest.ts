import { rulesBySubject } from '../../functions/monitor/incidents/rules-of-incident.ts';
import {
  isUpperLimit,
  printThreshold,
  type Threshold,
} from '../../functions/monitor/thresholds/threshold.ts';
import { valueText } from '../../functions/monitor/thresholds/value-text.ts';
import { DAY_MS } from '../../functions/monitor/timeline/time.ts';

/** Fewer days say little about a usual one: an incident can fill most of them. */
const LEAST_DAYS = 7;
/** The part of the days that counts as quiet: an incident a week leaves more. */
const QUIET_SHARE = 0.75;
/** The distance of a limit to the usual value: as a factor, and in words for limits above and below it. */
const DISTANCE = { factor: 2, above: 'twice that', below: 'half of that' } as const;
/** A limit so much nearer, or farther, is left as it is. */
const NEAREST = 1.5;
const FARTHEST = 4;
/** One lost event is a stray. */
const LEAST = { events: 5, percent: 1 };
/** Quiet days that come so near to everything leave no room for a limit. */
const MOST_PERCENT = 50;

export interface Suggestion {
  readonly rule: Threshold;
  readonly suggested: Threshold;
  /** A sentence. */
  readonly reason: string;
}

/**
 * A limit by the quiet part of a history: twice the greatest value of its quieter days.
 *
 * @param ends of the windows, epoch ms
 * @param values of the rule at each end; `NaN` where it is not known
 * @param events that came in the newest piece of each window
 */
export function suggest(
  rule: Threshold,
  ends: readonly number[],
  values: ArrayLike<number>,
  events: ArrayLike<number>,
): Suggestion {
  const isUpper = isUpperLimit(rule);
  // A day without an event says nothing of how many are usually lost.
  const isKnown = isUpper ? daysWith(ends, events) : () => true;
  const days = extremesByDay(ends, values, isUpper, isKnown);
  if (days.length < LEAST_DAYS) {
    const found = days.length === 0 ? 'none' : `only ${days.length}`;
    const reason = `No suggestion: it needs ${LEAST_DAYS} calendar days (UTC) with enough events to evaluate this rule, and there ${days.length === 1 ? 'is' : 'are'} ${found}.`;
    return { rule, suggested: rule, reason };
  }
  const quiet = days.sort((a, b) => (isUpper ? a - b : b - a)).slice(0, quietOf(days.length));
  const usual = quiet.at(-1) ?? 0;
  const found = `the quieter ${quiet.length} of ${days.length} days with events ${isUpper ? 'never exceed' : 'never fall below'} ${valueText(usual, rule)} in a window`;
  return isUpper ? upper(rule, usual, found) : lower(rule, usual, found);
}

function quietOf(days: number): number {
  return Math.floor(QUIET_SHARE * days);
}

function upper(rule: Threshold, usual: number, found: string): Suggestion {
  if (rule.unit === 'percent' && usual >= MOST_PERCENT) {
    const reason = `No suggestion: ${found.replace('never exceed', 'reach')}, so no limit tells them from an incident. Find out first whether incidents fill most of these days.`;
    return { rule, suggested: rule, reason };
  }
  const limit = Math.max(LEAST[rule.unit], niceUp(DISTANCE.factor * usual));
  const isNear = rule.limit >= NEAREST * usual && rule.limit >= LEAST[rule.unit];
  if (isNear && (isLevel(rule) || rule.limit <= FARTHEST * limit)) {
    return { rule, suggested: rule, reason: leavesRoom(rule, found) };
  }
  const suggested = { ...rule, limit };
  const why = usual === 0 ? 'a stray event should notify nobody' : `the limit is ${DISTANCE.above}`;
  return { rule, suggested, reason: `T${found.slice(1)}; ${why}.` };
}

/** Named, because the page shows it while the limit is moved. */
function leavesRoom(rule: Threshold, found: string): string {
  return `${printThreshold(rule)} leaves room: ${found}.`;
}

/** Of events in progress, or of all, many are no loss: a nearer limit would find nothing more. */
function isLevel(rule: Threshold): boolean {
  return rulesBySubject([rule]).some(({ nature }) => nature === 'level');
}

function lower(rule: Threshold, usual: number, found: string): Suggestion {
  const limit = Math.max(1, niceDown(usual / DISTANCE.factor));
  const isNear = rule.limit <= usual / NEAREST && rule.limit >= limit / FARTHEST;
  if (usual < 1) return { rule, suggested: rule, reason: `No suggestion: ${found}.` };
  if (isNear) return { rule, suggested: rule, reason: leavesRoom(rule, found) };
  return {
    rule,
    suggested: { ...rule, limit },
    reason: `T${found.slice(1)}; the limit is ${DISTANCE.below}.`,
  };
}

/** The highest value of each day, or the lowest for a rule about too few. */
function extremesByDay(
  ends: readonly number[],
  values: ArrayLike<number>,
  isUpper: boolean,
  isKnown: (day: number) => boolean,
): number[] {
  const byDay = new Map<number, number>();
  for (const [index, end] of ends.entries()) {
    const value = values[index] ?? Number.NaN;
    const day = dayOf(end);
    if (Number.isNaN(value) || !isKnown(day)) continue;
    const before = byDay.get(day) ?? value;
    byDay.set(day, isUpper ? Math.max(before, value) : Math.min(before, value));
  }
  return [...byDay.values()];
}

function daysWith(ends: readonly number[], events: ArrayLike<number>): (day: number) => boolean {
  const days = new Set(ends.filter((_, index) => (events[index] ?? 0) > 0).map(dayOf));
  return (day) => days.has(day);
}

function dayOf(end: number): number {
  return Math.floor((end - 1) / DAY_MS);
}

const NICE = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The next number that people would write: `12`, `250`. */
function niceUp(value: number): number {
  if (value <= 1) return Math.ceil(value);
  const factor = 10 ** Math.floor(Math.log10(value));
  const nice = NICE.find((one) => one * factor >= value && Number.isInteger(one * factor));
  return (nice ?? 10) * factor;
}

function niceDown(value: number): number {
  if (value < 1) return 0;
  const factor = 10 ** Math.floor(Math.log10(value));
  const nice = NICE.findLast((one) => one * factor <= value && Number.isInteger(one * factor));
  return (nice ?? 1) * factor;
}

/** Rules as a setting takes them. */
export function printRules(rules: readonly Threshold[]): string {
  return rules.map(printThreshold).join(', ');
}
