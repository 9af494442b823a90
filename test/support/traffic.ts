import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import { usageEvent } from './events.ts';
import { at } from './monitor.ts';

export const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** A range of the test day, its start included, its end not. */
interface Range {
  readonly from: string;
  readonly to: string;
}

/** An event of account acme every ten seconds; those of the range are not metered. */
export function traffic(first: string, last: string, unmetered?: Range): UsageEvent[] {
  return eventTimes(first, last, unmetered).map(({ time, lost }) =>
    usageEvent({
      createdAt: time + 1,
      timestamp: time,
      accountId: 'acme',
      status: lost ? NOT_METERED : 'INGESTION_COMPLETED_EVENT_METERED',
    }),
  );
}

function eventTimes(first: string, last: string, unmetered?: Range) {
  const times: { readonly time: number; readonly lost: boolean }[] = [];
  for (let time = at(first); time < at(last); time += 10_000) {
    const lost = unmetered !== undefined && time >= at(unmetered.from) && time < at(unmetered.to);
    times.push({ time, lost });
  }
  return times;
}
