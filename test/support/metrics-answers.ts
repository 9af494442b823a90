import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';

/** So many events of a kind, in the hour from 11:00 of the test day. */
export interface Line {
  readonly status: string;
  readonly events: number;
  /** @default acme */
  readonly accountId?: string;
  /** @default api_call */
  readonly schemaName?: string;
}

const HOUR = '2026-11-18T11:00:00.000Z';
const HOUR_END = '2026-11-18T12:00:00.000Z';

interface Query {
  readonly id: string;
  readonly name: string;
  readonly groupBy?: 'ACCOUNT_ID' | 'SCHEMA_NAME' | 'RAW_EVENT_STATUS';
  readonly filters?: readonly { readonly fieldName: string; readonly fieldValues: string[] }[];
}

const FIELDS: Readonly<Record<string, (line: Line) => string>> = {
  ACCOUNT_ID: ({ accountId = 'acme' }) => accountId,
  SCHEMA_NAME: ({ schemaName = 'api_call' }) => schemaName,
  RAW_EVENT_STATUS: ({ status }) => status,
  EVENT_STATUS: ({ status }) => status,
};

/** Answers `POST /metrics` by these lines, and filters by exactly the names that it is asked for. */
export function answersOfMetrics(lines: readonly Line[]): RequestListener {
  return async (request, response) => {
    const { startTime, endTime, metricQueries } = JSON.parse(await text(request)) as {
      readonly startTime: string;
      readonly endTime: string;
      readonly metricQueries: readonly Query[];
    };
    const isAsked = startTime < HOUR_END && endTime > HOUR;
    const results = metricQueries.map((query) => resultOf(query, isAsked ? lines : []));
    response.end(JSON.stringify({ results }));
  };
}

function resultOf({ id, name, groupBy, filters = [] }: Query, lines: readonly Line[]) {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const wanted = filters.every(({ fieldName, fieldValues }) =>
      fieldValues.includes(FIELDS[fieldName]?.(line) ?? ''),
    );
    const group = groupBy ? (FIELDS[groupBy]?.(line) ?? '') : '';
    if (wanted) sums.set(group, (sums.get(group) ?? 0) + line.events);
  }
  const data = [...sums].map(([fieldValue, events]) => ({
    ...(groupBy && { groupedBy: { fieldName: groupBy, fieldValue } }),
    timestamps: [HOUR],
    metricValues: [events],
  }));
  return { id, name, data };
}
