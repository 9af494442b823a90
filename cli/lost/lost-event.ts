import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { groupOf } from '../../functions/monitor/events/status-groups.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';

/** An event that reached no bill. Times are epoch ms. */
export interface LostEvent {
  /** Togai's id. */
  readonly referenceId: string | undefined;
  /** The sender's id. */
  readonly id: string | undefined;
  /** Empty where the event names none. */
  readonly accountId: string;
  /** Empty where the event names none. */
  readonly schemaName: string;
  readonly createdAt: number;
  /** When it happened, by its sender. */
  readonly timestamp: number | undefined;
  readonly status: string;
  readonly statusDescription: string | undefined;
  /** Only where a person asked for it: it may hold personal data. */
  readonly payload?: Payload | undefined;
}

/** The sender's own part of an event, as Togai answers it. */
export interface Payload {
  readonly attributes: unknown;
  readonly dimensions: unknown;
}

/** Which events are asked for. */
export interface Question {
  /** By `createdAt`, as the monitor counts. */
  readonly range: Range;
  /** `undefined`: any. */
  readonly accounts: readonly string[] | undefined;
  /** `undefined`: any. */
  readonly schema: string | undefined;
  /** Statuses and status groups. */
  readonly statuses: readonly string[];
}

/** The status groups of events that reached no bill. A duplicate is none: its original is counted. */
export const LOST_GROUPS: readonly string[] = ['unmetered', 'failed', 'unknown'];

export function isWantedStatus(status: string, { statuses }: Pick<Question, 'statuses'>): boolean {
  return statuses.includes(status) || statuses.includes(groupOf(status));
}

export function isWanted(event: UsageEvent, question: Question): boolean {
  const { range, accounts, schema } = question;
  return (
    event.createdAt >= range.start &&
    event.createdAt < range.end &&
    isWantedStatus(event.status, question) &&
    (accounts === undefined || accounts.includes(event.accountId)) &&
    (schema === undefined || event.schemaName === schema)
  );
}

export function toLostEvent(event: UsageEvent, payload: Payload | undefined): LostEvent {
  const { referenceId, id, accountId, schemaName, createdAt, timestamp } = event;
  const { status, statusDescription } = event;
  return {
    referenceId,
    id,
    accountId,
    schemaName,
    createdAt,
    timestamp,
    status,
    statusDescription,
    ...(payload && { payload }),
  };
}
