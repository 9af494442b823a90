import { isoTime } from '../functions/monitor/timeline/time.ts';
import type { Switches } from './behaviour-switches.ts';
import type { SimulatedEvent } from './traffic.ts';

/** An event as the API shows it. */
export function eventJson(event: SimulatedEvent, { referenceId, zone }: Switches) {
  const show = (time: number) => (zone === 'written' ? isoTime(time) : isoTime(time).slice(0, -1));
  return {
    ...(referenceId === 'top' && { referenceId: event.referenceId }),
    eventPayload: {
      ...(referenceId === 'payload' && { referenceId: event.referenceId }),
      schemaName: event.schemaName,
      id: event.id,
      timestamp: show(event.timestamp),
      accountId: event.accountId,
      attributes: [
        { name: 'units', value: String(1 + (event.index % 50)), unit: 'None' },
        { name: 'duration', value: String(10 + (event.second % 600)), unit: 'Seconds' },
      ],
      dimensions: { region: event.index % 2 ? 'eu-central-1' : 'us-east-1', channel: 'api' },
    },
    ingestionStatus: { status: event.status, statusDescription: event.statusDescription },
    customerId: `customer-of-${event.accountId}`,
    source: { id: 'ingest', type: 'INGEST' },
    createdAt: show(event.createdAt),
  };
}

/** The pipeline info of an event, as its status implies it. */
export function pipelineJson({ status, accountId, schemaName, createdAt }: SimulatedEvent) {
  const metered = status === 'INGESTION_COMPLETED_EVENT_METERED';
  const matched = metered || status === 'INGESTION_COMPLETED_EVENT_NOT_METERED';
  return {
    eventSchema: { name: schemaName, version: 1 },
    usageMeters: matched
      ? [
          {
            id: `meter-${schemaName}`,
            name: `${schemaName}_units`,
            version: 1,
            status: 'PROCESSED_UNITS_COMPUTED',
            units: 1,
          },
        ]
      : [],
    pricePlans: metered
      ? [
          {
            id: 'plan-pro',
            name: 'pro',
            scheduleId: 'schedule-1',
            ...cycleOf(createdAt),
          },
        ]
      : [],
    account: { id: accountId, name: accountId },
    customer: { id: `customer-of-${accountId}`, name: accountId },
  };
}

/** Plans are billed by the month, UTC. */
function cycleOf(time: number): { readonly cycleStart: string; readonly cycleEnd: string } {
  const date = new Date(time);
  const startOf = (month: number) => isoTime(Date.UTC(date.getUTCFullYear(), month));
  return { cycleStart: startOf(date.getUTCMonth()), cycleEnd: startOf(date.getUTCMonth() + 1) };
}
