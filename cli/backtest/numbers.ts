import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import type { Severity } from '../../functions/monitor/thresholds/threshold.ts';
import { DAY_MS, HOUR_MS, type Range } from '../../functions/monitor/timeline/time.ts';
import type { Replayed, ReplayedIncident } from './replay-runs.ts';
import type { Unnoticed } from './unnoticed.ts';

/** Hours of the clock. */
const NIGHT = { from: 22, to: 7 };
const WEEK_MS = 7 * DAY_MS;

/** The effect of a set of rules on people. */
export interface Numbers extends Unnoticed {
  readonly incidents: number;
  readonly critical: number;
  readonly warning: number;
  /** Hours in which at least one was open. */
  readonly hoursOpen: number;
  readonly notifications: number;
  readonly notificationsPerWeek: number;
  /** See {@link nightText}. */
  readonly atNightPerWeek: number;
  readonly first: IncidentNumbers | undefined;
  readonly longest: IncidentNumbers | undefined;
  /** With the most lost events. */
  readonly worst: IncidentNumbers | undefined;
}

/** Times are epoch ms. */
export interface IncidentNumbers {
  readonly id: string;
  readonly subject: string;
  /** The rule that it breaches, the gravest one of several. */
  readonly threshold: string;
  readonly severity: Severity;
  readonly onset: number;
  /** It began anywhere between the two; left out where the time is known. */
  readonly onsetUntil?: number | undefined;
  readonly openedAt: number;
  /** When its end was seen; the end of the history where it is open still. */
  readonly until: number;
  readonly isOpen: boolean;
  readonly accounts: readonly string[];
  readonly lost: number;
  readonly total: number;
}

/** @param isAtNight see {@link nightIn} */
export function numbersOf(
  { incidents, notifications }: Replayed,
  range: Range,
  isAtNight: (time: number) => boolean,
  unnoticed: Unnoticed,
): Numbers {
  const weeks = (range.end - range.start) / WEEK_MS;
  const all = incidents.map((one) => incidentNumbers(one, range.end));
  const atNight = notifications.filter(({ at }) => isAtNight(at)).length;
  return {
    ...unnoticed,
    incidents: all.length,
    critical: all.filter(({ severity }) => severity === 'critical').length,
    warning: all.filter(({ severity }) => severity === 'warning').length,
    hoursOpen: openIn(all) / HOUR_MS,
    notifications: notifications.length,
    notificationsPerWeek: notifications.length / weeks,
    atNightPerWeek: atNight / weeks,
    first: all[0],
    longest: greatest(all, ({ openedAt, until }) => until - openedAt),
    worst: greatest(all, ({ lost }) => lost),
  };
}

export function incidentNumbers(
  { incident, lost, total }: ReplayedIncident,
  end: number,
): IncidentNumbers {
  const { id, subject, threshold, severity, onset, onsetUntil, openedAt } = incident;
  return {
    ...{ id, subject, threshold, severity, onset, onsetUntil, openedAt, lost, total },
    until: incident.end?.seenAt ?? end,
    isOpen: incident.end === undefined,
    accounts: namesIn(incident),
  };
}

function namesIn({ accounts, groups }: Incident): string[] {
  const byLoss = accounts.toSorted((a, b) => b.facts.lost - a.facts.lost);
  return [...byLoss.map(({ name }) => name), ...groups];
}

/** The first one with the greatest measure; `undefined` where no measure is above 0. */
function greatest<T>(all: readonly T[], measure: (one: T) => number): T | undefined {
  let found: T | undefined;
  for (const one of all) if (measure(one) > (found ? measure(found) : 0)) found = one;
  return found;
}

function openIn(incidents: readonly IncidentNumbers[]): number {
  let open = 0;
  let reached = 0;
  for (const { openedAt, until } of incidents) {
    open += Math.max(0, until - Math.max(openedAt, reached));
    reached = Math.max(reached, until);
  }
  return open;
}

/** `between 22:00 and 07:00 Europe/Berlin` */
export function nightText(timeZone: string): string {
  const [from, to] = [NIGHT.from, NIGHT.to].map((hour) => `${String(hour).padStart(2, '0')}:00`);
  return `between ${from} and ${to} ${timeZone}`;
}

/** Says of times, epoch ms, whether it is night by the clock of a time zone. @param timeZone IANA name */
export function nightIn(timeZone: string): (time: number) => boolean {
  const format = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  // To ask for a time zone is slow, and a limit that moves asks for the same times again.
  const known = new Map<number, boolean>();
  return (time) => {
    const before = known.get(time);
    if (before !== undefined) return before;
    const hour = Number(format.format(time));
    const isNight = hour >= NIGHT.from || hour < NIGHT.to;
    known.set(time, isNight);
    return isNight;
  };
}
