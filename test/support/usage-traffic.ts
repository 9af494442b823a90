import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import { usageEvent } from './events.ts';

export const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';

/** An event of acme every ten seconds, metered but for a range: 30 in a bucket of five minutes. Times are epoch ms. */
export function traffic({ start, end }: Range, unmetered?: Range): UsageEvent[] {
  const events: UsageEvent[] = [];
  for (let time = start; time < end; time += 10_000) {
    const isLost = unmetered && time >= unmetered.start && time < unmetered.end;
    events.push(
      usageEvent({
        createdAt: time + 1,
        timestamp: time,
        accountId: 'acme',
        ...(isLost && { status: NOT_METERED }),
      }),
    );
  }
  return events;
}
