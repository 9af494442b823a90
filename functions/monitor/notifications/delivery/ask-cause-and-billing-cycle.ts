import type { EventDetails } from '../../events/event-details.ts';
import { oneOfEachKind } from '../../events/keep-samples.ts';
import { METERED } from '../../events/status-groups.ts';
import type { Found } from '../../incidents/add-looked-up-facts.ts';
import type { Explanation } from '../../incidents/incident.ts';
import type { UsageEvents } from '../../ports.ts';
import { DAY_MS } from '../../timeline/time.ts';
import { explain } from '../cause-and-next-step-from-sample.ts';
import { cycleEndIn } from '../cycle-end.ts';
import type { IncidentFacts } from '../notification.ts';

/** How many kinds of sample are looked up for an incident. */
const MAX_LOOK_UPS = 3;

/**
 * Asks Togai about samples of an incident: why they are not billed, and when their billing cycle closes. At most five requests. A
 * failure leaves out its part, so that the message still goes out.
 *
 * @param now the time of the run, epoch ms
 */
export async function askDetails(
  togai: UsageEvents,
  about: IncidentFacts,
  now: number,
  signal: AbortSignal,
): Promise<Pick<Found, 'why' | 'cycleEnd'>> {
  const samples = oneOfEachKind(about.summary.samples).slice(0, MAX_LOOK_UPS);
  const found = await Promise.all(
    samples.map(({ id, status }) => detailsOf(togai, id, status, signal)),
  );
  const details = found.filter((one) => one !== undefined);
  const isLoss = about.nature === 'loss';
  const known = about.cycleEnd ?? cycleEndIn(details, now);
  const cycleEnd =
    isLoss && known === undefined ? await cycleOfAccount(togai, about, now, signal) : known;
  return { why: withoutRepetition(details.map(explain)), cycleEnd: isLoss ? cycleEnd : undefined };
}

async function detailsOf(
  togai: UsageEvents,
  id: string | undefined,
  status: string,
  signal: AbortSignal,
): Promise<EventDetails | undefined> {
  if (id === undefined) return undefined;
  try {
    const events = await togai.event(id, signal);
    return events.find((event) => event.status === status);
  } catch {
    return undefined;
  }
}

/** An event without a price plan names no billing cycle. An event of its account that was metered lately does. */
async function cycleOfAccount(
  togai: UsageEvents,
  { accounts: [account] }: IncidentFacts,
  now: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (!account) return undefined;
  const query = { accountId: account.name, status: METERED, startTime: account.onset - DAY_MS };
  try {
    for await (const { events } of togai.pages({ ...query, endTime: now }, signal)) {
      // A server may ignore any of the filters.
      const [newest] = events
        .filter(({ accountId, status }) => accountId === account.name && status === METERED)
        .sort((a, b) => b.createdAt - a.createdAt);
      const details = await detailsOf(togai, newest?.id, METERED, signal);
      return details && cycleEndIn([details], now);
    }
  } catch {
    // The message goes out without it.
  }
  return undefined;
}

/** One explanation for each status and next step is enough. */
function withoutRepetition(explanations: readonly Explanation[]): Explanation[] {
  const known = new Map<string, Explanation>();
  for (const one of explanations) {
    const key = `${one.status} ${one.next}`;
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()];
}
