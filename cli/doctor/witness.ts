import { isEndOpen } from '../../functions/monitor/counting/listing/end-of-list.ts';
import { MAX_PAGES_OF_SEARCH } from '../../functions/monitor/counting/listing/read-pages.ts';
import type { UsageEvent } from '../../functions/monitor/events/event.ts';
import type { UsageEvents } from '../../functions/monitor/ports.ts';
import { SECOND_MS } from '../../functions/monitor/timeline/time.ts';

/**
 * Whether an event is listed around its `createdAt`.
 *
 * @returns `undefined` where it is not known: too many events are listed there, or the answer does
 * not say whether the list ends
 */
export async function isListedAt(
  togai: Pick<UsageEvents, 'pages'>,
  { identity, createdAt }: UsageEvent,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  let pages = 0;
  const query = { startTime: createdAt - SECOND_MS, endTime: createdAt + SECOND_MS };
  for await (const page of togai.pages(query, signal)) {
    if (page.events.some((event) => event.identity === identity)) return true;
    if (isEndOpen(page)) return undefined;
    if (page.nextToken !== undefined && ++pages >= MAX_PAGES_OF_SEARCH) return undefined;
  }
  return false;
}
