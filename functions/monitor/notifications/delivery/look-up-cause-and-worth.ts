import type { Found } from '../../incidents/add-looked-up-facts.ts';
import type { IncidentKind } from '../../incidents/incident.ts';
import { type HeardPart, withoutSilenced } from '../../incidents/leave-out-silenced.ts';
import type { Need } from '../../incidents/needs-notification.ts';
import type { AccountRevenue, Clock, UsageEvents } from '../../ports.ts';
import { type FactsInput, factsOf } from '../incident-facts.ts';
import type { Summary } from '../window-summary.ts';
import { type SamplingRequest, sampling } from './add-samples.ts';
import { askDetails } from './ask-cause-and-billing-cycle.ts';
import { askPerEvent } from './ask-revenue-per-event.ts';
import { within } from './time-limit.ts';

/** How long reasons, billing cycles and revenue may take for all incidents of a run. */
const LOOK_UP_MS = 5_000;

interface LookUpPorts {
  readonly togai: UsageEvents & AccountRevenue;
  readonly clock: Clock;
}

interface LookUpRequest extends SamplingRequest {
  readonly facts: FactsInput | undefined;
}

/** The part of an incident for people, and a message that a channel needs. */
interface NeededPart {
  readonly part: HeardPart;
  readonly need: Need;
}

/**
 * Looks up samples, reasons and prices, which messages can do without. Each incident is looked up
 * once, within one time limit for all. It comes after the decisions are stored, so a run that dies
 * meanwhile loses none. A failure, the time limit and the soft deadline leave out the lookups that
 * they meet.
 *
 * @param needed for all channels; critical incidents first
 * @returns the windows that messages show, with samples, by incident
 * @throws SupersededError; the reason of the signal once that is aborted
 */
export async function lookUp(
  session: { noteFound(incidentId: string, found: Found): Promise<void> },
  needed: readonly NeededPart[],
  ports: LookUpPorts,
  request: LookUpRequest,
): Promise<ReadonlyMap<string, Summary>> {
  const summaries = new Map<string, Summary>();
  const { facts } = request;
  if (!facts) return summaries;
  const lookUpOne = lookingUp(ports, { ...request, facts });
  for (const [id, needs] of Map.groupBy(needed, ({ part }) => part.incident.id)) {
    const kinds = new Set(needs.map(({ need }) => need.kind));
    const [{ part } = {}] = needs;
    const lookedUp = part && !part.incident.failure && (await lookUpOne(part, kinds));
    if (!lookedUp) continue;
    summaries.set(id, lookedUp.summary);
    await session.noteFound(id, lookedUp.found);
  }
  return summaries;
}

function lookingUp(
  { togai, clock }: LookUpPorts,
  request: LookUpRequest & { readonly facts: FactsInput },
) {
  const { signal, softDeadline, scheduledTime: now, facts } = request;
  const either = AbortSignal.any([signal, softDeadline]);
  const withSamples = sampling(togai, clock, request);
  let leftMs = LOOK_UP_MS;
  return async (part: HeardPart, kinds: ReadonlySet<IncidentKind>) => {
    const { incident } = part;
    if (either.aborted) return undefined;
    const plain = factsOf(incident, undefined, withoutSilenced(facts, part));
    if (!plain) return undefined;
    const isExplained = isWorthExplaining(part, kinds);
    const about = isExplained ? await withSamples(plain) : plain;
    const { summary } = about;
    if (leftMs <= 0 || either.aborted) return { found: NOTHING, summary };
    const begun = clock.elapsed();
    const found = await within({ clock, signal: either, ms: leftMs }, async (limit) => {
      // The reason and the deadline come first: they matter more than the worth.
      const details = isExplained ? await askDetails(togai, about, now, limit) : NOTHING;
      const { showsWorth } = facts;
      const perEvent = showsWorth ? await askPerEvent(togai, incident, about, limit) : new Map();
      return { ...details, perEvent };
    });
    leftMs -= clock.elapsed() - begun;
    signal.throwIfAborted();
    return { found, summary };
  };
}

const NOTHING: Found = { why: [], cycleEnd: undefined, perEvent: new Map() };

/**
 * News are explained. So are reminders without an explanation, because Togai did not answer before.
 */
function isWorthExplaining({ incident }: HeardPart, kinds: ReadonlySet<IncidentKind>): boolean {
  if (kinds.has('opened') || kinds.has('escalated') || kinds.has('changed')) return true;
  return kinds.has('reminder') && incident.why === undefined;
}
