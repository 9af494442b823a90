import type { Observation } from '../../functions/monitor/counting/metrics/metrics-asker.ts';
import {
  ALL,
  type LevelChange,
  type LookRecord,
} from '../../functions/monitor/events/look-record.ts';
import { at, HOUR } from './monitor.ts';

export const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
export const UNMETERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
export const FAILED = 'INGESTION_FAILED';
export const IN_PROGRESS = 'INGESTION_IN_PROGRESS';

/** A change of a level. @param fields by default it is about lost events of the hour from ten o'clock on, and was 0 before */
export function changed(to: number, fields: Partial<LevelChange> = {}): LevelChange {
  return { label: at('10:00'), scope: ALL, name: '', status: UNMETERED, from: 0, to, ...fields };
}

/** A look at a time of the test day, five minutes after the one before. It has asked for the hours from nine to one. */
export function lookAt(
  time: string,
  changes: readonly LevelChange[] = [],
  fields: Partial<LookRecord> = {},
): LookRecord {
  const end = at(time);
  return {
    end,
    since: end - HOUR / 12,
    isFirst: false,
    takenAt: end,
    runNumber: 1,
    asked: [{ scope: ALL, start: at('09:00'), end: at('13:00'), complete: true }],
    changes,
    exceptions: [],
    stale: [],
    ignoredNames: { accounts: [], schemas: [] },
    lacksUnknown: false,
    ...fields,
  };
}

/** An answer of Togai metrics. @param hours events by hour (`10:00`), then by status or name */
export function observed(
  hours: Readonly<Record<string, Readonly<Record<string, number>>>>,
  complete = true,
): Observation {
  const entries = Object.entries(hours).map(
    ([hour, events]) => [at(hour), new Map(Object.entries(events))] as const,
  );
  return { hours: new Map(entries), complete };
}
