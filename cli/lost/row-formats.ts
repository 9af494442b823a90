import { nameText } from '../../functions/monitor/text/name-text.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { isoTime, SECOND_MS, shortTime } from '../../functions/monitor/timeline/time.ts';
import type { Fate } from './event-fate.ts';
import type { LostEvent } from './lost-event.ts';

export type RowFormat = 'text' | 'csv' | 'jsonl';

const COLUMNS = [
  'referenceId',
  'id',
  'account',
  'schema',
  'createdAt',
  'timestamp',
  'status',
  'description',
] as const;

/** Without this mark Excel takes the file for one of another encoding, and shows umlauts wrongly. */
const UTF_8_MARK = '\u{FEFF}';

/** The line before all rows; empty where there is none. */
export function headOf(format: RowFormat, withPayload: boolean): string {
  const names = [...COLUMNS, 'now', ...(withPayload ? ['attributes', 'dimensions'] : [])];
  return format === 'csv' ? `${UTF_8_MARK}${names.join(',')}\n` : '';
}

/** A line for an event. @param now its fate by now; `lost` in a list that was made just now */
export function rowOf(
  event: LostEvent,
  { format, now }: { readonly format: RowFormat; readonly now: Fate },
): string {
  if (format === 'text') return `${textOf(event, now)}\n`;
  const fields = fieldsOf(event, now);
  if (format === 'jsonl') return `${JSON.stringify({ ...fields, ...event.payload })}\n`;
  const { attributes, dimensions } = event.payload ?? {};
  const payload = event.payload ? [JSON.stringify(attributes), JSON.stringify(dimensions)] : [];
  return `${[...Object.values(fields), ...payload].map(cellOf).join(',')}\n`;
}

function fieldsOf(event: LostEvent, now: Fate) {
  return {
    referenceId: event.referenceId ?? null,
    id: event.id ?? null,
    account: event.accountId,
    schema: event.schemaName,
    createdAt: isoTime(event.createdAt),
    timestamp: event.timestamp === undefined ? null : isoTime(event.timestamp),
    status: event.status,
    description: event.statusDescription ?? null,
    now,
  };
}

/** The fates of events whose own status is surely another by now. */
const CHANGED: readonly Fate[] = [
  'healed',
  'in_progress',
  'redone',
  'duplicate',
  'reverted',
  'redone_before',
];

function textOf(event: LostEvent, now: Fate): string {
  const status = printable(event.status, 80);
  return [
    shortTime(Math.floor(event.createdAt / SECOND_MS) * SECOND_MS).padEnd(19),
    now === 'lost' ? '' : now,
    nameText('account', printable(event.accountId, 80)),
    nameText('schema', printable(event.schemaName, 80)),
    CHANGED.includes(now) ? `was ${status}` : status,
    printable(event.referenceId ?? '(no reference id)', 80),
    printable(event.id ?? '(no id)', 80),
    printable(event.statusDescription ?? '', 250),
  ]
    .filter((cell) => cell !== '')
    .join('  ')
    .trimEnd();
}

/** A spreadsheet takes a cell that begins with one of these signs for a formula. Names come from senders, so such a cell is quoted. */
function cellOf(value: string | null): string {
  const text = value ?? '';
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
