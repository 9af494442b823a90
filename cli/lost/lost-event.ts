import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { groupOf, type StatusGroup } from '../../functions/monitor/events/status-groups.ts';
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
  /** Events of the range that were redone before. @default none */
  readonly redone?: RedoneBefore | undefined;
}

/** Events that were redone, by the journal. */
export interface RedoneEvents {
  /** Those of the question, each by its {@link senderKey}. */
  readonly events: ReadonlyMap<string, LostEvent>;
  /** Togai's ids of all of them, before they were redone. */
  readonly referenceIds: ReadonlySet<string>;
}

/** Redone events may be lost again. Togai gives them a new id and a new time then, after the range. */
interface RedoneBefore extends RedoneEvents {
  /** They are looked for up to this time, epoch ms. `undefined`: within the range only. */
  readonly until: number | undefined;
}

/** Names an event by its sender's id, which stays when it is redone. */
export function senderKey({ accountId, id = '' }: Pick<LostEvent, 'accountId' | 'id'>): string {
  return JSON.stringify([accountId, id]);
}

export function isRedoneBefore(
  event: Pick<LostEvent, 'accountId' | 'id'>,
  { redone }: Question,
): boolean {
  return redone?.events.has(senderKey(event)) ?? false;
}

/** Whether it was redone under this id of Togai, which then is that of an undone event. */
export function isRedoneItself(
  { referenceId = '' }: Pick<LostEvent, 'referenceId'>,
  { redone }: Question,
): boolean {
  return redone?.referenceIds.has(referenceId) ?? false;
}

/** The time in which all events of a question came. */
export function rangeToRead({ range, redone }: Question): Range {
  return { start: range.start, end: Math.max(range.end, redone?.until ?? range.end) };
}

/** The status groups of events that are not lost, or not yet. */
export const NOT_LOST: readonly string[] = ['metered', 'in_progress'] satisfies StatusGroup[];

export function isWantedStatus(status: string, { statuses }: Pick<Question, 'statuses'>): boolean {
  return statuses.includes(status) || statuses.includes(groupOf(status));
}

type Wanted = Pick<LostEvent, 'id' | 'createdAt' | 'status' | 'accountId' | 'schemaName'>;

export function isWanted(event: Wanted, question: Question): boolean {
  const { range, accounts, schema } = question;
  return (
    event.createdAt >= range.start &&
    event.createdAt < rangeToRead(question).end &&
    (event.createdAt < range.end || isRedoneBefore(event, question)) &&
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
