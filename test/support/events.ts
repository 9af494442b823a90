import type { EventPage, UsageEvent } from '../../functions/monitor/events/event.ts';

let serial = 0;

/** An event inside the monitor. Fields that a test leaves out get defaults. */
export function usageEvent(fields: Partial<UsageEvent> = {}): UsageEvent {
  const referenceId = fields.referenceId ?? `event.${serial++}`;
  const createdAt = fields.createdAt ?? Date.UTC(2026, 10, 18, 12, 0, 0, 1);
  return {
    identity: referenceId,
    referenceId,
    id: undefined,
    createdAt,
    timestamp: createdAt,
    status: 'INGESTION_COMPLETED_EVENT_METERED',
    statusDescription: undefined,
    accountId: 'acme',
    schemaName: 'api_call',
    ...fields,
  };
}

export function eventPage(events: readonly UsageEvent[], nextToken?: string): EventPage {
  return { events, malformed: [], nextToken };
}

/** An event in the JSON of Togai. */
export function wireEvent(fields: {
  referenceId?: string;
  createdAt?: string;
  timestamp?: string;
  status?: string;
  accountId?: string;
}): Record<string, unknown> {
  const { referenceId = `event.${serial++}`, createdAt = '2026-11-18T11:30:00.500Z' } = fields;
  return {
    referenceId,
    eventPayload: {
      schemaName: 'api_call',
      timestamp: fields.timestamp ?? createdAt,
      accountId: fields.accountId ?? 'acme',
      attributes: [],
      dimensions: {},
    },
    ingestionStatus: { status: fields.status ?? 'INGESTION_COMPLETED_EVENT_METERED' },
    createdAt,
  };
}
