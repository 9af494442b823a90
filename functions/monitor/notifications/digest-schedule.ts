import type { Incident } from '../incidents/incident.ts';
import { lastWeekly, MORNING_HOUR, type Weekday } from '../timeline/last-weekly-time.ts';
import { compactTime, DAY_MS, HOUR_MS, type Range } from '../timeline/time.ts';
import { digestOf } from './digest-facts.ts';
import { digestBrief } from './digest-sms.ts';
import { digestText } from './digest-text.ts';
import type { WeekSums } from './digest-week-sums.ts';
import type { Notice } from './one-time-notice.ts';

/** How long a digest waits for the count of its last minutes. */
const PATIENCE_MS = 6 * HOUR_MS;
/** How long runs try to read all of a week. After that a part is better than nothing. */
const WHOLE_MS = DAY_MS;
/** How long runs try at all. After that the next week is near. */
const GIVE_UP_MS = 3 * DAY_MS;
/** More incidents than any week has. */
const MAX_INCIDENTS = 500;

export interface DigestMemory {
  /**
   * The end of the newest week that people have a digest of, or of the week before digests were
   * switched on. Epoch ms.
   */
  readonly to: number;
  /** The incidents since then: they are kept by name only while they last. */
  readonly incidentIds: readonly string[];
}

/** The part of the monitor's state that a digest changes. */
export interface DigestState {
  readonly watermark: number | undefined;
  readonly digest?: DigestMemory | undefined;
  readonly notices: readonly Notice[];
}

export interface DigestOptions {
  /** `undefined`: nobody wants a digest. */
  readonly digestDay: Weekday | undefined;
  readonly timeZone?: string | undefined;
  readonly showsWorth: boolean;
}

/** The week of the next digest, if its time has come. */
export function dueWeek(
  { digest, watermark = 0 }: DigestState,
  options: DigestOptions,
  at: number,
): Range | undefined {
  const end = lastEnd(options, at);
  if (end === undefined || !digest || end <= digest.to || at - end > GIVE_UP_MS) return undefined;
  if (watermark < end && at - end < PATIENCE_MS) return undefined;
  return { start: lastEnd(options, end - 1) ?? end, end };
}

/** Whether people get a digest with only the newest part of the week. */
export function mayBePartial({ week, from }: Pick<WeekSums, 'week' | 'from'>, at: number): boolean {
  return at - week.end > WHOLE_MS && from < week.end;
}

/** Remembers the incidents of a week, for as long as somebody wants a digest. */
export function rememberWeek<S extends DigestState>(
  state: S,
  options: DigestOptions,
  incidents: readonly Pick<Incident, 'id'>[],
  at: number,
): S {
  const end = lastEnd(options, at);
  if (end === undefined) return state.digest ? { ...state, digest: undefined } : state;
  const { to, incidentIds } = state.digest ?? { to: end, incidentIds: [] };
  const ids = new Set([...incidentIds, ...incidents.map(({ id }) => id)]);
  if (state.digest && ids.size === incidentIds.length) return state;
  return { ...state, digest: { to, incidentIds: [...ids].slice(-MAX_INCIDENTS) } };
}

/**
 * Notes the digest of a week. Its notice and the memory of it change in one write, so that no week
 * is lost or notified twice.
 */
export function noteDigest<S extends DigestState>(
  state: S,
  sums: WeekSums,
  incidents: readonly Incident[],
  { at, showsWorth }: { readonly at: number; readonly showsWorth: boolean },
): S {
  const { week } = sums;
  const digest = digestOf(sums, incidents, showsWorth);
  const notice: Notice = {
    id: `digest-${compactTime(week.end)}`,
    topic: 'digest',
    at,
    severity: 'warning',
    text: digestText(digest),
    brief: digestBrief(digest),
    range: week,
    told: [],
  };
  const open = incidents.filter(({ end }) => !end).map(({ id }) => id);
  return {
    ...state,
    digest: { to: week.end, incidentIds: open },
    notices: [...state.notices.filter(({ id }) => id !== notice.id), notice],
  };
}

function lastEnd({ digestDay, timeZone = 'UTC' }: DigestOptions, at: number): number | undefined {
  return digestDay && lastWeekly(at, digestDay, MORNING_HOUR, timeZone);
}
